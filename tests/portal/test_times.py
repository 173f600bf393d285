"""How long dossiers really took: counted at night from what happened, and told from 20 on."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.working_time import LOCAL
from onestop.models import Dossier, Pause
from organizations.models import RuleSet
from portal.models import ProcedureTime
from portal.rules import PUBLIC_FIGURES, share_done, span_words
from portal.services.times import count_times
from portal.tasks import count_times as count_times_task
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier, the_procedure

MONDAY = dt.datetime(2026, 3, 2, 8, 0, tzinfo=LOCAL)
TODAY = dt.date(2026, 4, 1)
PATH = "/thu-tuc/1.000001/"


def at_least(count):
    RuleSet.objects.create(
        kind=PUBLIC_FIGURES.key, valid_from=dt.date(2025, 1, 1),
        values={"time_dossiers": count}, source="test",
    )  # fmt: skip


def finished(town, days, hour=8, status=9, start=MONDAY, **facts):
    """Received on Monday the 2nd at 8:00, ready so many days of the calendar later."""
    made = make_dossier(town, at=start)
    ready = (start + dt.timedelta(days=days)).replace(hour=hour)
    Dossier.objects.filter(pk=made.pk).update(status=status, finished_at=ready, **facts)
    return made


def the_row():
    return ProcedureTime.objects.get()


def test_half_and_nine_of_ten_are_times_that_were_really_seen(scope, town):
    at_least(5)
    for days in (1, 1, 2, 3, 10):
        finished(town, days)
    assert count_times(TODAY) == 1
    row = the_row()
    assert (row.dossiers, row.half_days, row.most_days) == (5, Decimal("2.00"), Decimal("8.00"))
    assert (row.half_minutes, row.most_minutes) == (900, 3600)
    assert (row.since, row.until) == (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
    assert row.half_words == "2 working days"


def test_waiting_for_the_citizen_does_not_count(scope, town):
    at_least(1)
    made = finished(town, 8)
    wait = {"reason": "supplement", "started_at": MONDAY + dt.timedelta(days=1)}
    Pause.objects.create(dossier=made, ended_at=MONDAY + dt.timedelta(days=7), **wait)
    count_times(TODAY)
    assert the_row().half_days == Decimal("2.00")


def test_days_off_do_not_count(scope, town):
    at_least(1)
    finished(town, 3, start=MONDAY + dt.timedelta(days=4))
    count_times(TODAY)
    assert the_row().half_days == Decimal("1.00")


def test_under_a_day_is_told_in_hours(scope, town):
    at_least(1)
    finished(town, 0, hour=10)
    count_times(TODAY)
    assert the_row().half_words == "2 working hours"
    assert span_words(45, Decimal("0.1")) == "45 minutes"
    assert span_words(0, Decimal(0)) == "1 minute"
    assert span_words(130, Decimal("0.3")) == "2,2 working hours"


def test_only_results_of_the_last_months_count(scope, town):
    at_least(1)
    finished(town, 1, status=3, closed_at=MONDAY + dt.timedelta(days=1))
    old = finished(town, 1)
    Dossier.objects.filter(pk=old.pk).update(finished_at=MONDAY - dt.timedelta(days=400))
    finished(town, 30)  # ready today: the day is not over
    void = finished(town, 1)
    now = MONDAY + dt.timedelta(days=1)
    Dossier.objects.filter(pk=void.pk).update(voided_at=now, closed_at=now, void_reason="nhầm")
    assert count_times(TODAY) == 0
    assert not ProcedureTime.objects.exists()


def test_too_few_are_not_told_and_what_was_told_goes(scope, town):
    for _ in range(19):
        finished(town, 1)
    assert count_times(TODAY) == 0
    finished(town, 1)
    assert count_times(TODAY) == 1
    assert count_times(TODAY) == 1
    assert ProcedureTime.objects.count() == 1
    assert count_times(TODAY + dt.timedelta(days=800)) == 0
    assert not ProcedureTime.objects.exists()


def test_the_number_of_queries_does_not_hang_on_the_dossiers(scope, town):
    at_least(1)
    costs = []
    for count in (1, 1, 5):
        for _ in range(count):
            finished(town, 1)
        with CaptureQueriesContext(connection) as seen:
            count_times(TODAY)
        costs.append(len(seen))
    assert costs[1] == costs[2] < 10


@pytest.mark.parametrize(
    ("count", "percent", "rank"), [(1, 50, 1), (2, 50, 1), (3, 50, 2), (10, 90, 9), (11, 90, 10)]
)
def test_a_share_is_done_within_a_value_that_exists(count, percent, rank):
    assert share_done(list(range(1, count + 1)), percent) == rank


def test_the_page_tells_the_figures_with_their_day(client, province, town):
    with tenant_scope(province):
        the_procedure(town)
    assert "20 hồ sơ" in client.get(PATH).text
    with tenant_scope(province):
        for days in range(20):
            finished(town, days)
        count_times(TODAY)
    text = client.get(PATH).text
    assert "31/03/2026" in text
    assert "20 hồ sơ có kết quả" in text


def test_the_task_counts_every_province(db, province, other_province, monkeypatch):
    seen = []
    monkeypatch.setattr("portal.tasks.times.count_times", lambda today: seen.append(today) or 1)
    count_times_task()
    assert len(seen) >= 2
