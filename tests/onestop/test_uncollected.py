"""Results that nobody collects: the list of the counter, and one letter by beat."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import OutboxEvent
from notifications.models import EmailMessage
from onestop.consumers import tell_uncollected
from onestop.models import DeadlineWarning, Dossier
from onestop.services import processing
from onestop.services.uncollected import remind_uncollected
from onestop.tasks import uncollected
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import at_kind
from tests.onestop.test_life import IN_PERSON
from tests.onestop.test_query_counts import cost


def ready(town, days, **changes):
    dossier = at_kind(town, "return", **changes)
    then = timezone.now() - dt.timedelta(days=days)
    Dossier.objects.filter(pk=dossier.pk).update(finished_at=then)
    return dossier


@pytest.mark.usefixtures("scope")
def test_one_letter_goes_out_once_after_the_days_of_the_rules(town):
    late = ready(town, 7)
    ready(town, 6)
    assert (remind_uncollected(), remind_uncollected()) == (1, 0)
    assert DeadlineWarning.objects.get(rung="uncollected").dossier == late
    tell_uncollected(OutboxEvent.objects.get(action="dossier.uncollected"))
    assert late.code in EmailMessage.objects.get().body


@pytest.mark.usefixtures("scope")
def test_nobody_is_reminded_of_what_was_collected_or_goes_by_post(town):
    taken = ready(town, 30)
    processing.hand_over(taken.pk, actor=town.clerk, facts=IN_PERSON)
    ready(town, 30, delivery="post")
    assert remind_uncollected() == 0


@pytest.mark.usefixtures("scope")
def test_who_collects_before_the_letter_is_written_gets_none(town):
    dossier = ready(town, 30)
    remind_uncollected()
    processing.hand_over(dossier.pk, actor=town.clerk, facts=IN_PERSON)
    tell_uncollected(OutboxEvent.objects.get(action="dossier.uncollected"))
    assert not EmailMessage.objects.exists()


def test_the_task_reminds_in_each_province(province, town, settings):
    with tenant_scope(province):
        ready(town, 30)
    uncollected()
    with tenant_scope(province):
        assert DeadlineWarning.objects.filter(rung="uncollected").count() == 1


def test_the_counter_sees_what_waits_longest_first_at_the_same_cost(client, province, town):
    with tenant_scope(province):
        ready(town, 1)
        second = ready(town, 8)
    url = reverse("onestop:uncollected_list")
    page, one, _asked = cost(client, town.clerk, url)
    assert [row["code"] for row in page.context["page"].rows] == [second.code]
    with tenant_scope(province):
        first = ready(town, 20)
        remind_uncollected()
    page, two, asked = cost(client, town.clerk, url)
    assert [row["code"] for row in page.context["page"].rows] == [first.code, second.code]
    assert all(row["told_at"] for row in page.context["page"].rows)
    assert one == two, asked
