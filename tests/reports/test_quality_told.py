"""Who hears of a classification that is opened or decided: the people in it."""

from django.urls import reverse

from audit.models import OutboxEvent
from notifications.models import Notification
from reports.consumers_quality import ask_people, tell_people
from reports.services import quality
from tenancy.scope import tenant_scope
from tests.people import make_town
from tests.reports.classed import half_year, opened, sheets
from tests.reports.test_quality import MEETING, class_all


def stand():
    found = half_year(make_town())
    opened(found.town)
    return found.town


def told(act, action, found):
    """The people whom a consumer tells of what happened to a round, and the addresses it names."""
    Notification.objects.all().delete()
    act(OutboxEvent.objects.filter(action=action, subject_id=str(found.pk)).last())
    rows = list(Notification.objects.all())
    return {row.user_id for row in rows}, {row.url for row in rows}


def test_who_is_in_a_round_is_told_of_it_and_nobody_else(province, standing):
    town = standing
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]
        in_it = set(mine.round.sheets.values_list("person", flat=True))
        own = {reverse("reports:quality_mine")}
        assert told(ask_people, "quality.opened", mine.round) == (in_it, own)
        class_all(town, mine.round)
        done = quality.decide(mine.round_id, actor=town.leader, meeting=MEETING)
        assert told(tell_people, "quality.decided", done) == (in_it, own)
        quality.correct(done.pk, actor=town.leader, reason="Sót")
        assert told(tell_people, "quality.decided", done)[0] == set()  # a newer one is in force
