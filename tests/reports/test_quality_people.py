"""Who is in a round, also who came late, and who is told that people wait for him."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.delivery import run_handlers
from audit.models import OutboxEvent
from notifications.models import Notification
from reports.models import SheetKind
from reports.services import quality
from tenancy.scope import tenant_scope
from tests.people import make_person, make_town, make_unit
from tests.reports.classed import half_year, opened, sheets
from tests.reports.evaluated import LONG_BEFORE

FOREVER = dt.date(2100, 1, 1)
WORDS = {
    "comment": "Hoàn thành", "it_level": "meets", "general_points": 25, "reason": "Theo kết quả",
    "grade": "good", "head_parts": {"unit": 100, "organising": 100, "uniting": 50},
}  # fmt: skip
OWN, HEADS, DECIDES = "viết tự nhận xét", "chờ nhận xét", "chờ quyết định"


def stand():
    return half_year(make_town()).town


@pytest.fixture
def town(standing):
    return standing


def told(words):
    """Who reads a notice with these words, of the events since the last look."""
    rows = Notification.objects.filter(text__icontains=words)
    return set(rows.values_list("user", flat=True))


def deliver():
    Notification.objects.all().delete()
    for event in OutboxEvent.objects.filter(action__startswith="quality.").order_by("pk"):
        for _again in range(2):  # the outbox may deliver twice
            assert not run_handlers(event).failed
    OutboxEvent.objects.all().delete()


def test_everybody_is_asked_for_his_words_and_heads_for_the_people_under_them(province, town):
    with tenant_scope(province):
        centre = make_unit("H32.05.90", "centre", town.agency)
        boss = make_person("leader", centre, valid_from=LONG_BEFORE)
        chair = make_person("province_leader", town.root)
        found = {each.kind: each for each in opened(town)}
        deliver()
        assert {town.head.pk, town.officer.pk, town.leader.pk} <= told(OWN)
        assert {town.head.pk, town.leader.pk, chair.pk} <= told(HEADS)
        assert not told(HEADS) & {boss.pk, town.officer.pk}
        for sheet in found[SheetKind.STAFF].sheets.select_related("person"):
            quality.comment(sheet.pk, actor=sheet.person, words="Xong")
            quality.judge(sheet.pk, actor=town.leader, **WORDS)
        quality.judge(sheets()[town.officer.pk].pk, actor=town.head, **WORDS)
        deliver()
        assert told(DECIDES) == {town.leader.pk}
