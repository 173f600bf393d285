"""Two hands on one sheet at the same moment, on connections of their own."""

import datetime as dt

import pytest

from reports import tasks
from reports.models import Evaluation, EvaluationRow, SheetKind
from reports.services import evaluations
from tenancy.scope import tenant_scope
from tests.onestop.racing import at_once
from tests.people import make_person, make_town
from tests.reports.evaluated import LONG_BEFORE, MARCH, appraisal, in_office, on, set_rules

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        in_office()
        appraisal(town, opened=on(3), closed=on(10), by=town.officer)
        leaders = [make_person("leader", town.agency) for _ in range(5)]
    return fresh_province, town, leaders


def decided(province, town):
    with tenant_scope(province):
        evaluations.open_month(town.agency.pk, MARCH)
        sheet = Evaluation.objects.get(kind=SheetKind.STAFF)
        evaluations.accept_proposals(sheet.pk, actor=town.leader)
    return sheet


def test_of_many_who_confirm_at_once_one_wins(stage):
    province, town, leaders = stage
    sheet = decided(province, town)
    outcome = at_once(
        province,
        lambda n: evaluations.confirm(sheet.pk, actor=leaders[n]).confirmed_by_id,
        count=len(leaders),
    )
    assert (len(outcome.won), outcome.faults) == (1, [])
    with tenant_scope(province):
        sheet.refresh_from_db()
        assert sheet.confirmed_by_id == outcome.won[0]


def test_without_the_lock_more_than_one_would_win(stage, monkeypatch):
    """The control: the same race over rows that nobody locks."""
    province, town, leaders = stage
    sheet = decided(province, town)
    monkeypatch.setattr(
        type(Evaluation.objects.all()), "lock", lambda self, pk: self.get(pk=pk)
    )  # fmt: skip
    outcome = at_once(
        province, lambda n: evaluations.confirm(sheet.pk, actor=leaders[n]).pk, 2, is_control=True
    )
    assert len(outcome.won) > 1


def test_what_is_judged_while_somebody_confirms_is_before_it_or_refused(stage):
    province, town, leaders = stage
    sheet = decided(province, town)
    with tenant_scope(province):
        row = EvaluationRow.objects.get(evaluation=sheet, person=town.officer)

    def act(number):
        if number == 0:
            return evaluations.confirm(sheet.pk, actor=leaders[0]).state
        return evaluations.judge(
            row.pk, actor=leaders[number], grade="good", comment="", reason=f"số {number}"
        ).grade_reason

    outcome = at_once(province, act, count=len(leaders))
    assert outcome.faults == []
    assert "confirmed" in outcome.won
    with tenant_scope(province):
        row.refresh_from_db()
        sheet.refresh_from_db()
        assert row.grade_reason in {"", *outcome.won}
        assert row.judged_at < sheet.confirmed_at


def test_of_many_beats_each_sheet_is_opened_once(stage):
    province, town, _leaders = stage
    outcome = at_once(province, lambda _n: evaluations.open_month(town.agency.pk, MARCH), count=6)
    assert outcome.faults == []
    assert sorted(outcome.won) == [0] * (len(outcome.won) - 1) + [2]


def test_of_many_corrections_at_once_one_makes_the_new_version(stage):
    province, town, leaders = stage
    sheet = decided(province, town)
    outcome = at_once(
        province,
        lambda n: evaluations.correct(sheet.pk, actor=leaders[n], reason="Sai hạn").number,
        count=len(leaders),
    )
    assert (outcome.won, outcome.faults) == ([2], [])


def test_the_task_opens_the_sheets_of_every_agency_and_makes_up_for_a_dead_worker(
    stage, monkeypatch
):
    province, town, _leaders = stage
    with tenant_scope(province):
        set_rules(evaluation_day=3)
        make_person("official", town.commune, valid_from=LONG_BEFORE)
        evaluations.open_month(town.agency.pk, MARCH)  # the worker died after the first agency
    known, today = tasks.timezone.localdate, dt.date(2026, 4, 20)
    monkeypatch.setattr(
        tasks.timezone, "localdate", lambda at=None, *zone: known(at, *zone) if at else today
    )
    tasks.open_evaluations()
    tasks.open_evaluations()
    with tenant_scope(province):
        made = list(Evaluation.objects.values_list("unit", "kind"))
    agencies = (town.agency, town.other_agency, town.commune)
    assert sorted(made) == sorted(
        [(town.agency.pk, "leaders"), *((agency.pk, "staff") for agency in agencies)]
    )
