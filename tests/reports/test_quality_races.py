"""Two hands on one classification or one statement of tasks, each on a connection of its own; and
what would become of it if nobody locked."""

import datetime as dt
from unittest import mock

import pytest

from common.errors import AlreadyDone
from reports.models import QualityRound, QualitySheet, SheetKind, SheetState, TaskReport
from reports.services import quality, task_snapshots
from reports.services.quality_ground import digest_of
from tenancy.scope import tenant_scope
from tests.onestop.racing import at_once
from tests.people import make_person, make_town
from tests.reports.classed import half_year, opened, sheets
from tests.reports.evaluated import LONG_BEFORE

pytestmark = pytest.mark.slow
MEETING = quality.Meeting(dt.date(2026, 7, 3), "Hội trường", "Giám đốc", "Văn thư", 7)
WORDS = {
    "comment": "Hoàn thành",
    "it_level": "meets",
    "general_points": 25,
    "grade": "good",
    "head_parts": {"unit": 100, "organising": 100, "uniting": 50},
}


@pytest.fixture
def stage(fresh_province):
    """A round in which everybody is classed but the official, who has written his words."""
    with tenant_scope(fresh_province):
        town = make_town()
        half_year(town)
        opened(town)
        mine = sheets()[town.officer.pk]
        people = mine.round.sheets.select_related("round", "person")
        for sheet in people:
            quality.comment(sheet.pk, actor=sheet.person, words="Xong")
            if sheet.pk != mine.pk:
                quality.judge(sheet.pk, actor=town.leader, reason="Tốt", **WORDS)
        leaders = [town.leader, make_person("leader", town.agency, valid_from=LONG_BEFORE)]
        mine.refresh_from_db()
    return fresh_province, town, mine, leaders


def unlocked(model):
    """Services read the row and do not lock it."""
    return mock.patch.object(type(model.objects.all()), "lock", lambda self, pk: self.get(pk=pk))


def classes(sheet, leaders):
    """Each leader classes what he read before any of them had written."""
    return lambda n: (
        quality.judge(
            sheet.pk, actor=leaders[n], reason=f"số {n}", seen=sheet.seen, **WORDS
        ).judged_by_id
    )


def test_of_two_who_class_one_person_the_second_reads_what_the_first_wrote(stage):
    province, _town, mine, leaders = stage
    outcome = at_once(province, classes(mine, leaders), 2)
    assert (len(outcome.won), len(outcome.refused), outcome.faults) == (1, 1, [])
    assert isinstance(outcome.refused[0], AlreadyDone)
    with tenant_scope(province):
        now = QualitySheet.objects.get(pk=mine.pk)
        assert now.judged_by_id == outcome.won[0]
        again = quality.judge(
            mine.pk, actor=leaders[1], reason="Sửa", seen=now.seen, **WORDS
        )  # deliberately, having read it
        assert again.judged_by_id == leaders[1].pk
        again.refresh_from_db()
    with unlocked(QualityRound):
        assert len(at_once(province, classes(again, leaders), 2, is_control=True).won) == 2


def test_own_words_that_the_head_has_not_read_are_not_classed(stage):
    province, town, mine, leaders = stage

    def act(number):
        if number:
            return quality.comment(mine.pk, actor=town.officer, words="Thêm một việc").self_words
        return classes(mine, leaders)(0)

    with unlocked(QualityRound):  # both believe that they may
        assert at_once(province, act, 2, is_control=True).refused == []
    with tenant_scope(province):
        QualitySheet.objects.filter(pk=mine.pk).update(
            state=SheetState.HEAD, grade="", grade_reason="", judged_at=None, judged_by=None,
            self_words="Xong",
        )  # fmt: skip
        mine.refresh_from_db()
    outcome = at_once(province, act, 2)
    assert (len(outcome.won), len(outcome.refused), outcome.faults) == (1, 1, [])
    with tenant_scope(province):
        now = QualitySheet.objects.get(pk=mine.pk)
        assert (now.state == SheetState.CLASSED) == (now.self_words == "Xong")


def test_a_class_is_given_before_the_decision_or_not_at_all(stage):
    province, _town, mine, leaders = stage
    with tenant_scope(province):
        classes(mine, leaders)(0)
        mine.refresh_from_db()

    def act(number):
        if number:
            return classes(mine, leaders)(1)
        return quality.decide(mine.round_id, actor=leaders[0], meeting=MEETING).pk

    outcome = at_once(province, act, 2)
    assert outcome.faults == []
    assert mine.round_id in outcome.won
    assert is_whole(province, mine)
    with tenant_scope(province):  # the same round in force again, its old version gone
        new = quality.correct(mine.round_id, actor=leaders[0], reason="Sót")
        for sheet in new.sheets.select_related("person"):
            quality.judge(sheet.pk, actor=leaders[0], reason="Tốt", **WORDS)
        mine = new.sheets.get(person=mine.person_id)
    with unlocked(QualityRound):
        outcome = at_once(province, act, 2, is_control=True)
    assert len(outcome.won) == 2


def is_whole(province, mine):
    """What is stored is what was decided."""
    with tenant_scope(province):
        found = QualityRound.objects.get(pk=mine.round_id)
        states = set(found.sheets.values_list("state", flat=True))
        return states == {SheetState.DECIDED} and found.digest == digest_of(
            found, list(found.sheets.all())
        )


def test_of_two_who_decide_and_of_two_who_open_again_one_wins(stage):
    province, _town, mine, leaders = stage
    with tenant_scope(province):
        classes(mine, leaders)(0)

    def decide(number):
        return quality.decide(mine.round_id, actor=leaders[number], meeting=MEETING).decided_by_id

    def again(number):
        return quality.correct(mine.round_id, actor=leaders[number], reason="Sót").number

    for act in (decide, again):
        outcome = at_once(province, act, 2)
        assert (len(outcome.won), len(outcome.refused), outcome.faults) == (1, 1, [])
    with tenant_scope(province):
        rounds = QualityRound.objects.filter(kind=SheetKind.STAFF)
        assert [(each.number, each.is_open) for each in rounds.order_by("number")] == [
            (1, False), (2, True),
        ]  # fmt: skip
        mine = rounds.get(number=2).sheets.get(person=mine.person_id)
        for sheet in mine.round.sheets.select_related("person"):
            quality.judge(sheet.pk, actor=leaders[0], reason="Tốt", **WORDS)
        decide(0)
    with unlocked(QualityRound):  # both begin; the database has the last word
        outcome = at_once(province, again, 2, is_control=True)
        assert (outcome.won, outcome.refused, len(outcome.faults)) == ([3], [], 1)


def test_of_two_who_sign_a_statement_of_tasks_one_wins(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        signers = [make_person("province_leader", town.root) for _ in range(2)]
        report = make(town, signers[0])

    def sign(number):
        return task_snapshots.sign(report.pk, actor=signers[number], comment="").signed_by_id

    with unlocked(TaskReport):
        assert len(at_once(fresh_province, sign, 2, is_control=True).won) == 2
    with tenant_scope(fresh_province):
        report = make(town, signers[0])
    outcome = at_once(fresh_province, sign, 2)
    assert (len(outcome.won), len(outcome.refused), outcome.faults) == (1, 1, [])
    with tenant_scope(fresh_province):
        assert TaskReport.objects.get(pk=report.pk).signed_by_id == outcome.won[0]


def make(town, actor):
    return task_snapshots.make(
        town.root.pk, actor=actor, kind="monthly", day=dt.date(2026, 3, 2)
    )  # fmt: skip
