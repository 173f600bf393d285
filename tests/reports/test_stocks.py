"""What was open when a month ended: counted once it is over, and anew with the days before it."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from common.days import start_of
from common.working_time import add_months
from onestop.models import Dossier
from reports.models import Stock, Stocktaking
from reports.queries import live, summaries
from reports.rules import By, Period
from reports.services import cells, checks, stocks
from tenancy.scope import tenant_scope
from tests.onestop.racing import PATIENCE, at_once
from tests.people import make_town
from tests.reports.invented import Inventor
from tests.reports.test_cells import deliver

HOUR = dt.timedelta(hours=1)


def last_month() -> Period:
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    return Period(last.replace(day=1), last)


def wrong() -> list:
    """Figures of last month, which ends with its stock, and of this one, which begins with it."""
    both = last_month(), Period(last_month().after, timezone.localdate())
    return [
        key
        for period in both
        for key in checks.differing(
            live.figures(period, By.FIELD), summaries.figures(period, By.FIELD)
        )
    ]


def counted(town, seed: int, count: int = 60) -> None:
    Inventor(town, seed).write(count)
    cells.note_everything()
    cells.settle_all()
    stocks.take_all(late_enough())


def late_enough() -> dt.datetime:
    """Now, or the moment from which the last month is counted, when it ended just now."""
    return max(timezone.now(), start_of(last_month().after) + HOUR)


def turn_void(row: Dossier) -> None:
    """As the service leaves it, and the worker that hears of it."""
    Dossier.objects.filter(pk=row.pk).update(
        voided_at=timezone.now(), closed_at=timezone.now(), void_reason="Nhầm", finished_at=None
    )
    day = timezone.localdate(row.accepted_at)
    past = row.unit_changes.values_list("from_unit", flat=True)
    cells.note_dirty((unit, day) for unit in {row.competent_unit_id, *past})


def open_at_the_end(period: Period) -> Dossier:
    found = Dossier.objects.in_force().filter(accepted_at__lt=start_of(period.after))
    return found.filter(finished_at=None).latest("accepted_at")


@pytest.mark.usefixtures("scope")
class TestOneProvince:
    def test_a_month_is_counted_an_hour_after_its_end_and_once(self, town):
        Inventor(town, 31).write(60)
        cells.note_everything()
        cells.settle_all()
        ended = start_of(last_month().after)
        stocks.take_all(ended + HOUR - dt.timedelta(seconds=1))
        assert not Stocktaking.objects.filter(day=last_month().last).exists()
        assert stocks.take_next(ended + HOUR) == last_month().last
        assert stocks.take_next(ended + HOUR) is None
        first = timezone.localdate(Dossier.objects.earliest("accepted_at").accepted_at)
        assert add_months(first.replace(day=1), 1) - dt.timedelta(days=1) in (
            Stocktaking.objects.values_list("day", flat=True)
        )

    def test_without_dossiers_nothing_is_counted(self, town):
        assert stocks.take_all(timezone.now()) == 0

    def test_a_reception_that_turns_out_void_leaves_the_stocks_of_its_unit(self, town):
        counted(town, 32)
        before = dict(Stock.objects.filter(day=last_month().last).values_list("unit", "pk"))
        row = open_at_the_end(last_month())
        turn_void(row)
        assert wrong()
        cells.settle_all()
        assert not wrong()
        kept = dict(Stock.objects.filter(day=last_month().last).values_list("unit", "pk"))
        for unit in (row.competent_unit_id, *row.unit_changes.values_list("from_unit", flat=True)):
            before.pop(unit, None)
            kept.pop(unit, None)
        assert kept == before  # nobody else's were touched

    def test_the_nightly_check_finds_a_wrong_stock_and_has_it_counted_anew(self, town):
        counted(town, 33)
        deliver()
        cells.settle_all()
        assert checks.compare(timezone.localdate()) == 0
        Stock.objects.filter(day=last_month().last, unit=town.agency).update(overdue=0, open=0)
        assert checks.compare(timezone.localdate()) > 0
        cells.settle_all()
        assert checks.compare(timezone.localdate()) == 0

    def test_after_a_load_all_months_are_counted_once_more(self, town):
        counted(town, 34)
        Inventor(town, 35).write(30)
        cells.note_everything()
        assert not Stocktaking.objects.exists()
        cells.settle_all()
        assert not wrong()
        stocks.take_all(timezone.now())
        assert not wrong()


@pytest.mark.slow
@pytest.mark.parametrize("is_locked", [True, False])
def test_a_void_reception_while_the_month_is_counted_is_not_lost(
    fresh_province, monkeypatch, is_locked
):
    """The count has read the dossiers when the note comes; who counts the day waits for it.

    Control: without the lock the stock keeps what is void.
    """
    if not is_locked:
        monkeypatch.setattr(stocks, "_lock", lambda words: None)
    with tenant_scope(fresh_province):
        counted(make_town(), 36)
        stocks.forget()
    has_read, may_commit = threading.Event(), threading.Event()
    real = stocks._count

    def count_slowly(last, units):
        real(last, units)
        if units is None and last == last_month().last:
            has_read.set()
            assert may_commit.wait(PATIENCE)

    monkeypatch.setattr(stocks, "_count", count_slowly)

    def act(number):
        if number == 0:
            return stocks.take_next(late_enough())
        assert has_read.wait(PATIENCE)
        turn_void(open_at_the_end(last_month()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend.append(cursor.fetchone()[0])  # it holds locks from now on
        return cells.settle()

    backend: list[int] = []
    watcher = threading.Thread(target=_let_go, args=(backend, may_commit, is_locked))
    watcher.start()
    outcome = at_once(fresh_province, act, count=2)
    watcher.join()
    assert outcome.faults == []
    with tenant_scope(fresh_province):
        assert bool(wrong()) is not is_locked


def _let_go(backend: list[int], may_commit: threading.Event, is_locked: bool) -> None:
    """Let the count commit when the other one waits for it, or is done without waiting."""
    try:
        while not backend:
            may_commit.wait(0.01)
        with connection.cursor() as cursor:
            for _ in range(10_000):
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE pid = %s AND locktype = 'advisory'"
                    " AND NOT granted", backend,
                )  # fmt: skip
                if bool(cursor.fetchone()[0]) or (not is_locked and _is_idle(cursor, backend)):
                    return
                may_commit.wait(0.005)
    finally:
        may_commit.set()
        connection.close()


def _is_idle(cursor, backend: list[int]) -> bool:
    """Its transaction is over."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND locktype = 'relation'",
                   backend)  # fmt: skip
    return cursor.fetchone()[0] == 0
