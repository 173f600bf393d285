"""The classification of a half year: its facts by history, its life, who sees it, its pages."""

import datetime as dt
import io
import os
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from common.errors import AlreadyDone, DomainError
from directives.models import Task
from documents.models import Assignment
from onestop.models import StepRun
from organizations.access import RefusedError
from organizations.models import Unit, User
from reports.models import QualityRound, QualitySheet, SheetState
from reports.models.quality import RUNS
from reports.queries.evaluation_people import crew_of
from reports.queries.quality_facts import WORKERS, facts_of
from reports.queries.statements import Places
from reports.rules_evaluation import Month
from reports.rules_quality import Counts
from reports.services import quality
from reports.services.evaluations import Undecided
from reports.services.quality_ground import digest_of, may_judge
from tenancy.scope import tenant_scope
from tests.people import make_person, make_town, make_unit
from tests.reports.classed import (
    DAY,
    DOCUMENTS,
    OPINIONS,
    STEPS,
    TASKS,
    half_year,
    opened,
    sheets,
    tally,
)
from tests.reports.evaluated import LONG_BEFORE, appraisal, on

MEETING = quality.Meeting(dt.date(2026, 7, 3), "Hội trường", "Giám đốc", "Văn thư", 7, "Nhất trí")
SAID = {"comment": "Hoàn thành", "it_level": "meets", "general_points": 25}
WORDS = {**SAID, "head_parts": {"unit": 100, "organising": 100, "uniting": 50}}


def stand():
    found = half_year(make_town())
    make_person("head", found.town.second_division, username="phong2", valid_from=LONG_BEFORE)
    opened(found.town)
    return found.town


@pytest.fixture
def town(standing):
    return standing


@pytest.fixture
def assessor(province, town):
    with tenant_scope(province):
        return User.objects.get(username="noivu")


def page_of(sheet, what="quality_sheet"):
    return reverse(f"reports:{what}", args=[sheet.round_id, sheet.pk])


def round_of(sheet, what="quality_detail"):
    return reverse(f"reports:{what}", args=[sheet.round_id])


def class_all(town, found):
    """Everybody by who stands above him; his own comment first."""
    waiting = found.sheets.exclude(state=SheetState.CLASSED)
    for sheet in waiting.select_related("round__unit", "person"):
        quality.comment(sheet.pk, actor=sheet.person, words="Đã làm đủ việc")
        actor = town.head if sheet.tier == "official" and sheet.unit == town.division else None
        quality.judge(
            sheet.pk, actor=actor or town.leader, grade="good", reason="Theo kết quả", **WORDS
        )


def test_the_facts_of_a_half_year_are_judged_by_history(province, town):
    with tenant_scope(province):
        sheet = sheets()[town.officer.pk]
        assert sheet.counts == {
            "dossiers": STEPS, "documents": DOCUMENTS, "tasks": TASKS, "opinions": OPINIONS,
        }  # fmt: skip
        assert sum(piece.failed for piece in sheet.own) == 1
        head = sheets()[town.head.pk]
        # What nobody in the unit is named for is the unit's: one task more, overdue
        whole = Counts(**head.unit_counts)
        assert (
            whole.overdue
            == sum(
                row.counts[source]["overdue"]
                for row in sheets().values()
                if row.unit_id == town.division.pk
                for source in row.counts
            )
            + 1
        )


def test_before_the_period_is_over_work_is_judged_as_it_stands_today(province, town):
    """Classes of a year are given in December: what is due next week is not overdue."""
    with tenant_scope(province), time_machine.travel(on(15, month=4), tick=False):
        found = sheets()[town.officer.pk].round
        quality.recount(found.pk, actor=town.leader)
        sheet = sheets()[town.officer.pk]
        assert sheet.counts["tasks"] == {**TASKS, "overdue": 0, "open": 2}  # due on 2 May
        assert all(piece.due < "2026-04-15" for piece in sheet.own if piece.how == "overdue")
        class_all(town, found)
        meeting = replace(MEETING, met_on=dt.date(2026, 4, 16))
        with time_machine.travel(on(17, month=4), tick=False):
            with pytest.raises(DomainError, match="15/04/2026"):  # what was done since is not known
                quality.decide(found.pk, actor=town.leader, meeting=meeting)
            quality.recount(found.pk, actor=town.leader)
            class_all(town, found)
            quality.decide(found.pk, actor=town.leader, meeting=meeting)


def test_facts_cost_the_same_for_one_person_and_for_many(province, town):
    def cost():
        month = Month.spanning(dt.date(2026, 1, 1), dt.date(2026, 6, 30))
        crew = crew_of(town.agency, month, Places(), WORKERS)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            facts_of(crew, month)
        return len(seen)

    with tenant_scope(province):
        cost()  # what is kept for the transaction is read once
        before = cost()
        for number in range(4):
            more = make_person("official", town.division, valid_from=LONG_BEFORE)
            appraisal(town, opened=on(3), closed=on(10 + number), by=more)
            Assignment.objects.filter(person=town.officer, ending="").update(person=more)
            Task.objects.filter(person=None).update(person=more)
        assert cost() == before


def test_the_life_from_comment_to_decision_and_a_correction_beside_it(province, town):
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]
        found = mine.round
        with pytest.raises(DomainError):  # his days to comment are not over
            quality.judge(mine.pk, actor=town.head, grade="good", reason="Tốt", **WORDS)
        with pytest.raises(RefusedError):
            quality.comment(mine.pk, actor=town.head, words="Tốt")
        with pytest.raises(Undecided):
            quality.decide(found.pk, actor=town.leader, meeting=MEETING)
        class_all(town, found)
        with pytest.raises(AlreadyDone):
            quality.comment(mine.pk, actor=town.officer, words="Thêm")
        with pytest.raises(RefusedError):
            quality.decide(found.pk, actor=town.head, meeting=MEETING)
        done = quality.decide(found.pk, actor=town.leader, meeting=MEETING)
        frozen = sheets()[town.officer.pk]
        assert frozen.state == SheetState.DECIDED
        assert digest_of(done, list(done.sheets.all())) == done.digest
        # What changes later does not alter it
        Assignment.objects.filter(person=town.officer).update(due_on=DAY)
        for act in (
            lambda: quality.recount(found.pk, actor=town.leader),
            lambda: quality.comment(mine.pk, actor=town.officer, words="Thêm"),
            lambda: quality.judge(mine.pk, actor=town.head, grade="good", **WORDS),
            lambda: quality.decide(found.pk, actor=town.leader, meeting=MEETING),
            lambda: opened(town),
        ):
            with pytest.raises(AlreadyDone):
                act()
        assert sheets()[town.officer.pk].pieces == frozen.pieces
        new = quality.correct(found.pk, actor=town.leader, reason="Sót văn bản")
        again = sheets()[town.officer.pk]
        assert (again.round_id, new.number, again.state) == (new.pk, 2, SheetState.HEAD)
        assert again.self_words == "Đã làm đủ việc"
        assert again.pieces != frozen.pieces
        assert QualitySheet.objects.get(pk=frozen.pk).pieces == frozen.pieces


def test_counting_anew_asks_for_a_class_again_where_the_proposal_moved(province, town):
    with tenant_scope(province):
        found = sheets()[town.officer.pk].round
        class_all(town, found)
        before = sheets()[town.officer.pk]
        july = on(2, month=7)  # almost nothing was done in time after all
        StepRun.objects.filter(closed_by=town.officer).update(closed_at=july)
        Assignment.objects.filter(ended_by=town.officer).update(ended_at=july)
        assert quality.recount(found.pk, actor=town.leader).moved
        after = sheets()[town.officer.pk]
        assert after.proposed != before.proposed
        assert (after.state, after.grade) == (SheetState.HEAD, "")
        assert after.self_words == before.self_words


def test_nobody_classes_himself_and_excellent_needs_a_reason_above_the_quota(province, town):
    with tenant_scope(province):
        head = sheets()[town.head.pk]
        quality.comment(head.pk, actor=town.head, words="Xong")
        with pytest.raises(RefusedError):
            quality.judge(head.pk, actor=town.head, grade="good", **WORDS)
        other = make_person("leader", town.agency)
        opened_before = sheets()[town.leader.pk]
        with pytest.raises(RefusedError):  # heads of a body are classed one level up
            quality.judge(opened_before.pk, actor=other, grade="good", **WORDS)
        found = head.round
        class_all(town, found)
        for sheet in found.sheets.all():
            quality.judge(
                sheet.pk, actor=town.leader, grade="excellent", reason="Vượt mức", **WORDS
            )
        with pytest.raises(DomainError, match=r"Công chức: .*20%"):
            quality.decide(found.pk, actor=town.leader, meeting=MEETING)
        quality.decide(
            found.pk, actor=town.leader, meeting=MEETING, quota_reason="Tập thể xuất sắc"
        )
        leaders = sheets()[town.leader.pk].round
        with pytest.raises(RefusedError):
            quality.decide(leaders.pk, actor=town.leader, meeting=MEETING)


def test_only_the_person_his_heads_and_home_affairs_see_a_sheet(province, town, assessor):
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]

        def see(user):
            return QualitySheet.objects.visible_to(user, RUNS).filter(pk=mine.pk).exists()

        assert [see(user) for user in (town.head, town.leader, assessor)] == [True] * 3
        strangers = (
            town.clerk, town.records_clerk, town.outsider, town.overseer, town.superuser,
            town.agency_admin, User.objects.get(username="phong2"),
        )  # fmt: skip
        assert not any(see(user) for user in strangers)
        assert not see(town.officer)  # his own by his name, not by an office


def test_who_signs_one_level_up_sees_and_runs_the_round_of_the_leaders_alone(
    client, province, town
):
    with tenant_scope(province):
        chair = make_person("province_leader", town.root, title="Phó Chủ tịch")
        mine, leader = sheets()[town.officer.pk], sheets()[town.leader.pk]
        seen = QualitySheet.objects.visible_to(chair, RUNS)
        assert set(seen.values_list("round", flat=True)) == {leader.round_id}
        for act in (
            lambda: quality.recount(mine.round_id, actor=chair),
            lambda: quality.decide(mine.round_id, actor=chair, meeting=MEETING),
            lambda: opened(town, chair),
        ):
            with pytest.raises(RefusedError):
                act()
        quality.recount(leader.round_id, actor=chair)
        # Of a body that was closed since nobody is left: all are his
        Unit.objects.filter(pk=town.agency.pk).update(valid_to=dt.date(2026, 7, 14))
        assert seen.filter(pk=mine.pk).exists()
        quality.recount(mine.round_id, actor=chair)
        mine.round.unit.refresh_from_db()
        assert may_judge(mine.round, mine, chair)
    client.sign_in(chair)
    assert client.get(round_of(mine)).status_code == 200


def test_a_body_below_with_a_head_of_its_own_is_not_read_by_the_body_above(province, town):
    with tenant_scope(province):
        centre = make_unit("H32.05.90", "centre", town.agency)
        boss = make_person("leader", centre, valid_from=LONG_BEFORE)
        staff = make_person("official", centre, valid_from=LONG_BEFORE)
        quality.open_rounds(
            centre.pk, actor=boss, period="half_year", day=DAY, comment_until=dt.date(2100, 1, 1)
        )
        found = sheets()
        above = QualitySheet.objects.visible_to(town.leader, RUNS)
        read = set(above.values_list("person", flat=True))
        assert boss.pk in read  # classed one level up
        assert staff.pk not in read
        assert not may_judge(found[staff.pk].round, found[staff.pk], town.leader)
        assert may_judge(found[staff.pk].round, found[staff.pk], boss)
        ours = QualitySheet.objects.visible_to(boss, RUNS)
        assert set(ours.values_list("person", flat=True)) == {staff.pk}


def test_the_pages_of_a_round_from_comment_to_decision(client, province, town, assessor):
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]
        others = [sheet for sheet in mine.round.sheets.all() if sheet.pk != mine.pk]
        for sheet in others:
            quality.comment(sheet.pk, actor=sheet.person, words="Xong")
            quality.judge(sheet.pk, actor=town.leader, grade="good", reason="Tốt", **WORDS)
    client.sign_in(town.officer)
    assert page_of(mine) in client.get(reverse("reports:quality_mine")).content.decode()
    empty = client.post(page_of(mine, "quality_comment"), {"words": ""})
    assert empty.status_code == 422
    client.post(page_of(mine, "quality_comment"), {"words": "Đã xử lý hồ sơ", "it_words": "Ký số"})
    client.sign_in(town.head)
    shown = client.get(page_of(mine)).content.decode()
    assert "Đã xử lý hồ sơ" in shown
    assert "Ký số" in shown
    every = client.get(page_of(mine, "quality_items"), {"nguon": "", "so": "overdue"})
    total = tally(STEPS, DOCUMENTS, TASKS)["overdue"]
    assert len(every.context["rows"]) == total
    assert client.get(page_of(mine, "quality_items"), {"so": "none"}).status_code == 404
    told = {**SAID, "grade": "good", "reason": "Khối lượng lớn"}
    stale = client.post(page_of(mine, "quality_judge"), {**told, "seen": "trước đó"})
    assert stale.status_code == 409  # what he wrote stands in the form, beside what is new
    assert "Khối lượng lớn" in stale.content.decode()
    answer = client.post(
        page_of(mine, "quality_judge"), {**told, "seen": stale.context["sheet"].seen}
    )
    assert answer.status_code == 302
    assert client.post(round_of(mine, "quality_decide"), {}).status_code == 403
    client.sign_in(assessor)
    assert round_of(mine) in client.get(reverse("reports:quality_list")).content.decode()
    assert client.post(round_of(mine, "quality_recount")).status_code == 302
    client.sign_in(town.leader)
    assert client.post(round_of(mine, "quality_decide"), {}).status_code == 422
    told = {
        "met_on": "03/07/2026", "place": "Hội trường", "chair": "Giám đốc",
        "secretary": "Văn thư", "present": "7", "decision_number": "12/QĐ-SNNMT",
    }  # fmt: skip
    told["seen"] = client.get(round_of(mine)).context["decide_form"]["seen"].value()
    assert client.post(round_of(mine, "quality_decide"), told).status_code == 302
    late = client.post(round_of(mine, "quality_decide"), told)
    assert late.status_code == 409
    with tenant_scope(province):
        assert QualityRound.objects.get(pk=mine.round_id).decision_number == "12/QĐ-SNNMT"
    for what in ("quality_minutes", "quality_decision", "quality_list_print"):
        assert town.officer.full_name in words_of(client.get(round_of(mine, what)), what)
    book = openpyxl.load_workbook(io.BytesIO(client.get(round_of(mine, "quality_export")).content))
    names = [row[1].value for row in book.active.iter_rows(min_row=6)]
    assert sorted(names) == sorted([mine.name, *(sheet.name for sheet in others)])
    decision = words_of(client.get(round_of(mine, "quality_decision")), "quality_decision")
    assert "Căn cứ Nghị định số 335/2025/NĐ-CP" in decision
    client.sign_in(town.officer)
    assert client.get(round_of(mine, "quality_minutes")).status_code == 404
    for what in ("quality_sheet_print", "quality_notice"):
        assert "Hoàn thành tốt" in words_of(client.get(page_of(mine, what)), what)
    client.sign_in(town.head)  # sees the people of his division, not what names everybody
    assert client.get(round_of(mine, "quality_decision")).status_code == 404
    listed = words_of(client.get(round_of(mine, "quality_list_print")), "head")
    assert town.officer.full_name in listed
    assert town.head.full_name not in listed


def words_of(answer, name):
    """The text of a paper; kept for a look where PAPERS_SEEN names a folder."""
    assert answer["Content-Type"] == "application/pdf"
    content = b"".join(answer) if answer.streaming else answer.content
    if folder := os.environ.get("PAPERS_SEEN"):
        Path(folder, f"{name}.pdf").write_bytes(content)
    read = PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_the_points_of_a_head_take_three_parts_more(client, province, town):
    with tenant_scope(province):
        head = sheets()[town.head.pk]
        quality.comment(head.pk, actor=town.head, words="Xong")
        with pytest.raises(DomainError):
            quality.judge(head.pk, actor=town.leader, grade="good", reason="Tốt", **SAID)
    client.sign_in(town.leader)
    parts = {"part_unit": "50", "part_organising": "100", "part_uniting": "100"}
    seen = client.get(page_of(head)).context["sheet"].seen
    told = {**SAID, "grade": "good", "reason": "Theo kết quả", "seen": seen}
    assert client.post(page_of(head, "quality_judge"), told).status_code == 422
    answer = client.post(page_of(head, "quality_judge"), {**told, **parts})
    assert answer.status_code == 302
    shown = client.get(page_of(head)).content.decode()
    assert "Kết quả hoạt động của lĩnh vực, đơn vị được giao phụ trách: 50%" in shown
    with tenant_scope(province):
        assert sheets()[town.head.pk].head_parts == {"unit": 50, "organising": 100, "uniting": 100}
    client.sign_in(town.head)
    paper = words_of(client.get(page_of(head, "quality_sheet_print")), "head-parts")
    assert "NGƯỜI TỰ NHẬN XÉT" in paper
    assert "được giao phụ trách: 50%" in paper
