"""Who is told of a publication and of a draft that agencies comment on, once each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from notifications.models import Notification
from ranking import framework_news, publication_news
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.services import cycles, frameworks, publication
from tests.people import make_person
from tests.ranking.test_publication import decided_year, publish
from tests.ranking.years import FORM

pytestmark = pytest.mark.django_db
HEARD = {**publication_news.HEARD, **framework_news.HEARD}


@pytest.fixture
def year(scope, town):
    return decided_year(town)


def heard(person):
    """Deliver the news twice, as may happen; what the person was told of it in all."""
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action__in=HEARD).order_by("pk"):
            HEARD[event.action](event)
    return [each.text for each in Notification.objects.filter(user=person).order_by("pk")]


def test_every_fact_that_is_told_is_listened_to():
    for action, handler in HEARD.items():
        assert handler in handlers_of(action)


def test_the_second_person_is_told_what_waits_and_the_first_why_it_was_not_approved(year, town):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    [waits] = heard(year.chair)
    assert "chờ" in waits
    assert heard(year.runner) == []
    assert heard(town.leader) == []
    publication.drop(made.pk, actor=year.chair, reason="Sở Y tế còn kiến nghị")
    [dropped] = heard(year.runner)
    assert "Sở Y tế còn kiến nghị" in dropped


def test_a_chair_who_prepared_it_himself_is_not_asked_to_approve(year, town):
    made = publication.prepare(year.cycle.pk, actor=year.runner)
    type(made).objects.filter(pk=made.pk).update(prepared_by=year.chair)
    assert heard(year.chair) == []


def test_every_unit_reads_the_decision_and_why_a_version_was_corrected(year, town):
    far = make_person("leader", town.other_agency, full_name="Thủ Trưởng Sở Khác")
    publish(year)
    for person in (town.leader, far):
        [told] = heard(person)
        assert "01/QĐ" in told
    cycles.correct(year.cycle.pk, actor=year.runner, reason="Cộng sai")
    publish(year, reason="Cộng sai điểm của sở")
    _first, second = heard(far)
    assert "Cộng sai điểm của sở" in second
    assert heard(year.appraiser) == []


def test_agencies_hear_of_a_draft_and_who_commented_of_the_answer(scope, town):
    runner = make_person("ranking_manager", town.root)
    draft = frameworks.bring_in(read(Content, FORM), actor=runner)
    until = timezone.localdate() + dt.timedelta(days=9)
    frameworks.ask_for_comments(draft.pk, actor=runner, until=until)
    [asked] = heard(town.leader)
    assert f"{until:%d/%m/%Y}" in asked
    assert heard(town.outsider) == []
    made = frameworks.comment(
        draft.pk, actor=town.leader, unit_id=town.agency.pk, text="Bỏ tiêu chí 1.9"
    )
    assert len(heard(runner)) == 1
    frameworks.answer_comment(made.pk, actor=runner, text="Đã bỏ")
    _asked, answered = heard(town.leader)
    assert "trả lời" in answered
    [url] = {each.url for each in Notification.objects.filter(user=town.leader)}
    assert url == f"/xep-hang/bo-tieu-chi/{draft.pk}/#comments"


def test_nobody_is_asked_once_the_day_is_another_or_the_draft_is_published(scope, town):
    runner = make_person("ranking_manager", town.root)
    draft = frameworks.bring_in(read(Content, FORM), actor=runner)
    frameworks.ask_for_comments(draft.pk, actor=runner, until=timezone.localdate())
    frameworks.publish(draft.pk, actor=runner)
    assert heard(town.leader) == []
