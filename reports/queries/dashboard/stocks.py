"""What is open at this moment, from the index of open work: never of the summaries, because the
clock alone changes it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection

from common.days import start_of
from onestop.models import Procedure
from onestop.queries.dossiers import soon_until
from onestop.states import WAITING
from reports.queries.dashboard.scope import Scope
from reports.rules_dashboard import Stock

NOTHING = Stock()
PROCEDURES = 10  # those that are shown
STOCKS = """
    SELECT {row}, procedure_id, GROUPING({row}), GROUPING(procedure_id),
        count(*) FILTER (WHERE status <> ALL (%(waiting)s) AND due_at < %(today)s),
        count(*) FILTER (WHERE status <> ALL (%(waiting)s) AND due_at >= %(today)s
            AND due_at < %(soon)s),
        count(*) FILTER (WHERE status <> ALL (%(waiting)s) AND due_at >= %(soon)s),
        count(*) FILTER (WHERE status = ANY (%(waiting)s))
    FROM onestop_dossier d
    WHERE {scope} AND closed_at IS NULL AND finished_at IS NULL AND accepted_at IS NOT NULL
        AND parent_id IS NULL
    GROUP BY GROUPING SETS ((), ({row}), (procedure_id))"""


@dataclass
class Stocks:
    """Of all, by row, and the procedures of which most is overdue; none where all is in time."""

    all: Stock = NOTHING
    by_row: dict[int, Stock] = field(default_factory=lambda: defaultdict(Stock))
    procedures: list[tuple[Procedure, Stock]] = field(default_factory=list)


def stocks(scope: Scope, today: dt.date) -> Stocks:
    """Two queries."""
    found, by_procedure = Stocks(), {}
    facts = scope.params | {
        "today": start_of(today), "soon": soon_until(today), "waiting": [int(s) for s in WAITING],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STOCKS.format(row=scope.row_column, scope=scope.sql()), facts)
        for unit, procedure, is_over_units, is_over_procedures, *numbers in cursor.fetchall():
            stock = Stock(*numbers)
            if not is_over_units:
                found.by_row[scope.row_unit(unit).pk] += stock
            elif not is_over_procedures:
                by_procedure[procedure] = stock
            else:
                found.all = stock
    found.procedures = _worst(by_procedure)
    return found


def _worst(by_procedure: dict[int, Stock]) -> list[tuple[Procedure, Stock]]:
    late = [pk for pk, stock in by_procedure.items() if stock.overdue]
    order = sorted(late, key=lambda pk: _rank(by_procedure[pk]), reverse=True)[:PROCEDURES]
    rows = Procedure.objects.select_related("current_version").in_bulk(order)
    return [(rows[pk], by_procedure[pk]) for pk in order]


def _rank(stock: Stock) -> tuple[int, int]:
    return stock.overdue, stock.open
