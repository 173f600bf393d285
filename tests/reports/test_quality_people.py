"""Who is in a round, also who came late, and who is told that people wait for him."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from audit.delivery import run_handlers
from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from directives.models import Directive, DueDate, Task
from notifications.models import Notification
from organizations.models import Position, User
from reports.models import QualityRound, QualitySheet, SheetKind, SheetState
from reports.services import quality
from reports.services.quality_ground import require_intact
from tenancy.scope import tenant_scope
from tests.people import give_role, make_person, make_town, make_unit
from tests.reports.classed import DAY, finish, half_year, opened, sheets
from tests.reports.evaluated import LONG_BEFORE, on
from tests.reports.test_quality import MEETING

WORDS = {
    "comment": "Hoàn thành", "it_level": "meets", "general_points": 25, "reason": "Theo kết quả",
    "grade": "good", "head_parts": {"unit": 100, "organising": 100, "uniting": 50},
}  # fmt: skip
OWN, HEADS, DECIDES = "viết tự nhận xét", "chờ nhận xét", "chờ quyết định"
DECIDED = "có quyết định xếp loại"


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


def test_a_round_that_lacked_its_people_is_opened_when_they_are_entered(province, town):
    with tenant_scope(province):
        held = Position.objects.filter(user=town.leader)
        since = held.get().valid_from
        held.update(valid_from=dt.date(2026, 7, 1))
        home = User.objects.get(username="noivu")
        assert [each.kind for each in opened(town, home)] == [SheetKind.STAFF]
        held.update(valid_from=since)  # his position was entered late
        assert [each.kind for each in opened(town, home)] == [SheetKind.LEADERS]
        assert town.leader.pk in sheets()
        with pytest.raises(AlreadyDone):
            opened(town, home)


def test_who_comes_with_a_new_count_is_told_and_has_days_to_write(client, province, town):
    with tenant_scope(province):
        home = User.objects.get(username="noivu")
        with time_machine.travel(on(3, month=7), tick=False):
            rounds = quality.open_rounds(
                town.agency.pk, actor=home, period="half_year", day=DAY,
                comment_until=dt.date(2026, 7, 8),
            )  # fmt: skip
        staff = next(each for each in rounds if each.kind == SheetKind.STAFF)
        late = make_person("official", town.division, valid_from=LONG_BEFORE)
        Position.objects.filter(user=town.head).update(unit=town.agency, role="leader")
        deliver()
        with time_machine.travel(on(20, month=7), tick=False):
            done = quality.recount(staff.pk, actor=home)
            assert [sheet.person_id for sheet in done.added] == [late.pk]
            assert [sheet.person_id for sheet in done.gone] == [town.head.pk]
            deliver()
            assert told(OWN) == {late.pk}
            mine = sheets()[late.pk]
            assert (mine.until, sheets()[town.officer.pk].until) == (
                dt.date(2026, 7, 25), dt.date(2026, 7, 8),
            )  # fmt: skip
            with pytest.raises(DomainError):  # his days are not over
                quality.judge(mine.pk, actor=town.leader, **WORDS)
        with time_machine.travel(on(26, month=7), tick=False):
            quality.judge(mine.pk, actor=town.leader, **WORDS)
    client.sign_in(town.leader)
    answer = client.post(reverse("reports:quality_recount", args=[staff.pk]), follow=True)
    assert f"Không còn thuộc đợt này: {town.head.full_name}" in answer.text


def test_who_changes_the_agency_is_classed_once_by_all_that_he_did(province, town):
    with tenant_scope(province):
        own = {pk: sheet.counts for pk, sheet in _opened_by_both(town).items()}[town.officer.pk]
        whole = sheets()[town.head.pk].unit_counts
        QualityRound.objects.all().delete()
        Position.objects.filter(user=town.officer).update(valid_to=dt.date(2026, 3, 31))
        give_role(town.officer, "official", town.other_agency, valid_from=dt.date(2026, 4, 1))
        found = _opened_by_both(town)
        mine = found[town.officer.pk]
        assert (mine.round.unit, mine.counts) == (town.other_agency, own)
        assert found[town.head.pk].unit_counts == whole  # what he did there is his old unit's
        # Who works in both at the end has a sheet in each
        QualityRound.objects.all().delete()
        Position.objects.filter(user=town.officer).update(valid_to=None)
        _opened_by_both(town)
        rows = QualitySheet.objects.filter(person=town.officer)
        assert {sheet.round.unit: sheet.counts == own for sheet in rows} == {
            town.agency: True, town.other_agency: False,
        }  # fmt: skip


def test_who_leaves_an_open_round_is_asked_printed_and_told_no_more(client, province, town):
    """His move was entered late. He is classed in the other agency alone; his words stay here."""
    with tenant_scope(province):
        home = User.objects.get(username="noivu")
        staff = next(each for each in opened(town, home) if each.kind == SheetKind.STAFF)
        for sheet in staff.sheets.select_related("person"):
            quality.comment(sheet.pk, actor=sheet.person, words="Xong")
            quality.judge(sheet.pk, actor=town.leader, **WORDS)
        Position.objects.filter(user=town.officer).update(valid_to=dt.date(2026, 6, 14))
        give_role(town.officer, "official", town.other_agency, valid_from=dt.date(2026, 6, 15))
        done = quality.recount(staff.pk, actor=home)
        assert ([s.person_id for s in done.gone], done.moved) == ([town.officer.pk], [])
        gone = sheets()[town.officer.pk]
        assert (gone.state, gone.grade, gone.self_words) == (SheetState.LEFT, "", "Xong")
        assert quality.recount(staff.pk, actor=home).gone == [gone]
        for act in (
            lambda: quality.judge(gone.pk, actor=town.leader, **WORDS),
            lambda: quality.comment(gone.pk, actor=town.officer, words="Tôi còn đây"),
        ):
            with pytest.raises(AlreadyDone):
                act()
        # Who works in both goes on with his words
        here = Position.objects.filter(user=town.officer, unit=town.division)
        here.update(valid_to=None)
        done = quality.recount(staff.pk, actor=home)
        assert ([s.person_id for s in done.added], done.gone) == ([town.officer.pk], [])
        assert sheets()[town.officer.pk].state == SheetState.HEAD
        here.update(valid_to=dt.date(2026, 6, 14))
        deliver()
        quality.recount(staff.pk, actor=home)
        deliver()
        assert told(DECIDES) == {town.leader.pk}  # nobody is left to be classed
        decided = quality.decide(staff.pk, actor=town.leader, meeting=MEETING, quota_reason="Tốt")
        require_intact(decided)
        deliver()
        assert town.head.pk in told(DECIDED)
        assert town.officer.pk not in told(DECIDED)
    client.sign_in(town.leader)
    minutes = client.get(reverse("reports:quality_minutes", args=[staff.pk])).content
    printed = " ".join(PdfReader(BytesIO(minutes)).pages[0].extract_text().split())
    page = client.get(reverse("reports:quality_detail", args=[staff.pk])).text
    for text in (printed, page):
        assert town.head.full_name in text
        assert town.officer.full_name not in text
    for name in ("quality_sheet_print", "quality_notice"):
        assert client.get(reverse(f"reports:{name}", args=[staff.pk, gone.pk])).status_code == 404


def test_who_holds_no_position_in_a_body_is_not_classed_in_it(province, town):
    """The director above reported for a centre: his subordinate does not class him by that."""
    with tenant_scope(province):
        centre = make_unit("H32.05.90", "centre", town.agency)
        boss = make_person("leader", centre, valid_from=LONG_BEFORE)
        directive = Directive.objects.get()
        task = Task.objects.create(
            directive=directive, unit=town.root, giver=directive.giver, lead=centre,
            person=town.leader, content="Báo cáo", given_on=DAY, given_at=on(2),
            due_on=DAY.replace(day=20), status="closed", accepted_at=on(2), closed_at=on(12),
            completed_on=DAY.replace(day=10), judged_due_on=DAY.replace(day=20),
        )  # fmt: skip
        DueDate.objects.create(
            task=task, kind="given", due_on=task.due_on, from_on=DAY, at=on(2), by=directive.giver
        )
        finish(task, on(12), directive.giver)
        quality.open_rounds(
            centre.pk, actor=User.objects.get(username="noivu"), period="half_year", day=DAY,
            comment_until=dt.date(2100, 1, 1),
        )  # fmt: skip
        (sheet,) = QualitySheet.objects.all()
        assert sheet.person == boss
        assert sheet.of_unit.early == 1  # the work is the unit's and its head's


def _opened_by_both(town):
    home = User.objects.get(username="noivu")
    for unit in (town.agency, town.other_agency):
        quality.open_rounds(
            unit.pk, actor=home, period="half_year", day=DAY, comment_until=dt.date(2100, 1, 1)
        )
    return sheets()
