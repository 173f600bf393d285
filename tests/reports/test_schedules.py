"""Reports that the portal makes itself: on their day, made up when it was missed, never twice."""

import datetime as dt
import threading
from collections import Counter

import pytest
from django.utils import timezone

from reports import tasks
from reports.models import PeriodKind, Report
from reports.periods import ONE, made_on, span_of
from reports.rules import By, Period
from reports.services import snapshots
from tenancy.scope import tenant_scope
from tests.onestop.racing import PATIENCE, at_once
from tests.people import make_town
from tests.reports.invented import Inventor
from tests.reports.rule_rows import set_days

D = dt.date
UNITS = 3  # agencies of a town; each has one report, the province two


@pytest.mark.parametrize(
    ("kind", "first", "last", "number", "day"),
    [
        ("weekly", D(2026, 11, 9), D(2026, 11, 15), 1, D(2026, 11, 16)),
        ("weekly", D(2026, 11, 9), D(2026, 11, 15), 31, D(2026, 11, 22)),
        ("monthly", D(2026, 1, 1), D(2026, 1, 31), 31, D(2026, 2, 28)),
        ("monthly", D(2026, 11, 1), D(2026, 11, 30), 3, D(2026, 12, 3)),
        ("quarterly", D(2026, 7, 1), D(2026, 9, 30), 15, D(2026, 10, 15)),
        ("half_year", D(2026, 7, 1), D(2026, 12, 31), 2, D(2027, 1, 2)),
        ("yearly", D(2026, 1, 1), D(2026, 12, 31), 10, D(2027, 1, 10)),
    ],
)
def test_a_period_and_the_day_on_which_its_report_is_made(kind, first, last, number, day):
    for any_day in (first, last, first + (last - first) / 2):
        assert span_of(kind, any_day) == Period(first, last)
    assert made_on(kind, Period(first, last), number) == day


def due(today: dt.date) -> list[tuple[str, dt.date]]:
    return [(kind, period.last) for kind, period in snapshots.due(today)]


@pytest.mark.usefixtures("scope")
class TestOneProvince:
    def test_nothing_is_made_before_the_province_sets_a_day(self, town):
        assert due(D(2027, 1, 10)) == []
        assert snapshots.make_next(D(2027, 1, 10)) == 0

    def test_each_kind_is_due_on_its_day_and_as_long_as_it_is_made_up(self, town):
        set_days(weekly_day=2, monthly_day=3, quarterly_day=5, half_year_day=6, yearly_day=7,
                 make_up_days=6)  # fmt: skip
        assert due(D(2027, 1, 4)) == [("weekly", D(2026, 12, 27)), ("monthly", D(2026, 12, 31))]
        assert due(D(2027, 1, 7)) == [
            ("weekly", D(2027, 1, 3)), ("monthly", D(2026, 12, 31)),
            ("quarterly", D(2026, 12, 31)), ("half_year", D(2026, 12, 31)),
            ("yearly", D(2026, 12, 31)),
        ]  # fmt: skip
        assert due(D(2027, 1, 13))[-1] == ("yearly", D(2026, 12, 31))
        assert due(D(2027, 1, 14)) == [("weekly", D(2027, 1, 10))]
        assert due(D(2026, 10, 5)) == [
            ("weekly", D(2026, 9, 27)), ("monthly", D(2026, 9, 30)), ("quarterly", D(2026, 9, 30)),
        ]  # fmt: skip

    def test_the_rules_of_the_last_day_of_a_period_say_whether_its_report_is_made(self, town):
        set_days(weekly_day=1, make_up_days=20)
        assert due(D(2020, 1, 20)) == [
            ("weekly", D(2020, 1, 19)), ("weekly", D(2020, 1, 12)), ("weekly", D(2020, 1, 5)),
        ]  # fmt: skip

    def test_reports_are_made_for_the_province_and_each_agency_and_fit_together(self, town):
        Inventor(town, 25).write(60)
        set_days(monthly_day=3)
        first = timezone.localdate().replace(day=1)
        assert snapshots.make_next(first.replace(day=2)) == 0
        assert snapshots.make_next(first.replace(day=3)) == 2 + UNITS
        assert snapshots.make_next(first.replace(day=3)) == 0
        assert snapshots.make_next(first.replace(day=9)) == 0
        made = Report.objects.filter(kind=PeriodKind.MONTHLY)
        assert made.count() == 2 + UNITS
        by_agency = made.get(unit=town.root, by=By.AGENCY)
        assert (by_agency.last_day, by_agency.made_by) == (first - ONE, None)
        for row in by_agency.rows:
            own = made.get(unit__code=row["code"])
            sums = [sum(each) for each in zip(*(r["figures"] for r in own.rows), strict=True)]
            assert sums in (row["figures"], [])

    def test_a_report_that_a_person_made_does_not_stand_for_that_of_the_portal(self, town):
        set_days(monthly_day=1)
        month = span_of(PeriodKind.MONTHLY, timezone.localdate().replace(day=1) - ONE)
        snapshots.make(
            town.root.pk, actor=town.overseer, kind=PeriodKind.MONTHLY, by=By.AGENCY,
            first=month.first, last=month.last,
        )  # fmt: skip
        assert snapshots.make_next(month.after) == 2 + UNITS
        again = Report.objects.filter(unit=town.root, by=By.AGENCY).order_by("number")
        assert [report.made_by_id for report in again] == [town.overseer.pk, None]

    def test_every_due_period_is_made_and_then_none_is_left(self, town):
        set_days(weekly_day=1, monthly_day=1, yearly_day=1)
        today = D(2026, 1, 9)
        waiting = len(due(today))
        made = 0
        while snapshots.make_next(today):
            made += 1
        assert made == waiting == 4 + 1 + 1
        kinds = Counter(Report.objects.filter(unit=town.root).values_list("kind", flat=True))
        assert kinds == {"weekly": 2 * 4, "monthly": 2, "yearly": 2}


@pytest.mark.slow
def test_the_task_makes_what_is_due_in_each_province(fresh_province):
    with tenant_scope(fresh_province):
        make_town()
        set_days(monthly_day=1)
        waiting = len(due(timezone.localdate()))
    for _ in range(2):
        tasks.make_due()
    with tenant_scope(fresh_province):
        assert Report.objects.count() == (2 + UNITS) * waiting


@pytest.mark.slow
@pytest.mark.parametrize("is_locked", [True, False])
def test_of_many_workers_one_makes_the_reports(fresh_province, monkeypatch, is_locked):
    """Control: without the lock on the root both find the period without a report."""
    with tenant_scope(fresh_province):
        make_town()
        set_days(monthly_day=1)
        root = snapshots._root_alone()
    if not is_locked:
        both, real = threading.Barrier(2), snapshots._is_made

        def asked_together(*args):
            answer = real(*args)
            both.wait(PATIENCE)
            return answer

        monkeypatch.setattr(snapshots, "_root_alone", lambda: root)
        monkeypatch.setattr(snapshots, "_is_made", asked_together)
    first = timezone.localdate().replace(day=1)
    count = 6 if is_locked else 2
    outcome = at_once(fresh_province, lambda _n: snapshots.make_next(first), count=count)
    won = sorted(outcome.won)
    if is_locked:
        assert outcome.faults == []
        assert won[-1] == sum(won) == 2 + UNITS
    else:
        assert sum(won) == 2 * (2 + UNITS) or outcome.faults
