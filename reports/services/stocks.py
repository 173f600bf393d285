"""What was open when a month ended, counted by the worker once it is over.

What happens later changes nothing in it, but for a reception that turns out void: its days are
noted as dirty, and whoever counts a day anew counts the stocks after that day, too. So nothing
is lost: whole months are counted alone, days with one another (`LOCK`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from common.days import start_of
from reports.models import Cell, Span, Stock, Stocktaking
from reports.queries import live
from reports.rules import Period
from tenancy.scope import required_province_id

SLACK = dt.timedelta(hours=1)  # what began in the old month is committed by then
ALONE = "SELECT pg_advisory_xact_lock(%(lock)s, %(province)s)"
WITH_OTHERS = "SELECT pg_advisory_xact_lock_shared(%(lock)s, %(province)s)"
LOCK = 7_040_003
ONE = dt.timedelta(days=1)

# The reference's own words, of what was not finished
COUNT = """
    INSERT INTO reports_stock (province_id, day, unit_id, level, field, open, overdue)
    SELECT %(province)s, %(last)s, unit, level, field, count(*), count(*) FILTER (WHERE {overdue})
    FROM ({state}) AS state GROUP BY unit, level, field"""


@transaction.atomic
def take_next(now: dt.datetime) -> dt.date | None:
    """Count the stocks of the latest month that is over and not counted; None: all are."""
    day = _next(now)
    if day is None:
        return None
    _lock(ALONE)
    if not Stocktaking.objects.filter(day=day).exists():  # nobody was faster
        Stock.objects.filter(day=day).delete()
        _count(day, None)
        Stocktaking.objects.create(day=day)
    return day


def take_all(now: dt.datetime) -> int:
    """Every month that is over, in the caller's transaction: for loads and tests."""
    taken = 0
    while take_next(now):
        taken += 1
    return taken


def take_again(days: Sequence[tuple[int, dt.date]]) -> None:
    """Units' days are counted anew: so are their stocks of the months that ended since then.

    Joins the transaction that took the notes of these days. Two queries when no month did.
    """
    _lock(WITH_OTHERS)
    first = min(day for _unit, day in days)
    counted = Stocktaking.objects.filter(day__gte=first).order_by("day")
    for last in counted.values_list("day", flat=True):
        units = sorted({unit for unit, day in days if day <= last})
        Stock.objects.filter(day=last, unit__in=units).delete()
        _count(last, units)


def forget() -> None:
    """All months are counted once more: after a load past the services."""
    Stocktaking.objects.all().delete()


def _next(now: dt.datetime) -> dt.date | None:
    """The latest month's last day that waits to be counted. Two queries."""
    span = Cell.objects.filter(span=Span.MONTH).aggregate(first=Min("starts_on"))
    month = timezone.localdate(now - SLACK).replace(day=1)
    counted = set(Stocktaking.objects.values_list("day", flat=True))
    while span["first"] and month > span["first"]:
        day = month - ONE
        if day not in counted:
            return day
        month = day.replace(day=1)
    return None


def _count(last: dt.date, units: list[int] | None) -> None:
    after = last + ONE
    facts = live.facts_of(Period(last, last), units) | {"since": start_of(after)}
    sql = COUNT.format(overdue=live.CONDITIONS["overdue"], state=live.state(units))
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)


def _lock(words: str) -> None:
    facts: dict[str, Any] = {"lock": LOCK, "province": required_province_id()}
    with connection.cursor() as cursor:
        cursor.execute(words, facts)
