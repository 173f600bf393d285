"""What agencies received and finished in a month, for everybody: from the reports' summaries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from decimal import ROUND_DOWN, Decimal

from django.db.models import Sum

from reports.models import Cell, Span
from reports.queries.statements import Places
from reports.rules import By, Period, last_of_month

COUNTED = ("online", "direct", "early", "on_time", "late")


@dataclass(frozen=True)
class Flow:
    """One row: what came in and went out within the month; the running stock is not in it."""

    code: str  # of the agency; "" for a field
    name: str
    received: int
    received_online: int
    finished: int
    finished_early: int
    finished_on_time: int
    finished_late: int

    @property
    def kept_percent(self) -> Decimal | None:
        """Early and on time ÷ finished; rounded down, so that 100 says that nothing was late."""
        if not self.finished:
            return None
        kept = Decimal(self.finished - self.finished_late) * 100 / self.finished
        return kept.quantize(Decimal("0.1"), ROUND_DOWN)


HEADER = ("month", "by", *(field.name for field in fields(Flow)))  # of the CSV: never reordered


def flows(month: dt.date, by: By) -> list[Flow]:
    """The rows with a figure, by name. One query, two more for the agencies."""
    cells = Cell.objects.filter(span=Span.MONTH, starts_on=month)
    key = "unit" if by == By.AGENCY else "field"
    sums = {f"{name}_sum": Sum(name) for name in COUNTED}
    found = cells.values(key).annotate(**sums).values_list(key, *sums).order_by(key)
    if by == By.FIELD:
        rows = [_flow("", field, [figures]) for field, *figures in found]
    else:
        rows = _by_agency(list(found), month)
    return sorted((row for row in rows if row.received or row.finished), key=lambda row: row.name)


def total(rows: Iterable[Flow]) -> Flow:
    rows = list(rows)
    sums = (sum(getattr(row, field.name) for row in rows) for field in fields(Flow)[2:])
    return Flow("", "", *sums)


def as_record(row: Flow, month: dt.date, by: By) -> dict[str, str | int]:
    """One row of the files, under the names of `HEADER`."""
    return {"month": f"{month:%Y-%m}", "by": by.value, **asdict(row)}


def _by_agency(found: list[tuple[int, ...]], month: dt.date) -> list[Flow]:
    """Where each unit stood at the end of the month."""
    if not found:
        return []
    places = Places.then(Period(month, last_of_month(month)))
    parts: dict[int, list[list[int]]] = defaultdict(list)
    for unit_id, *figures in found:
        parts[places.agency_of(unit_id).pk].append(figures)
    return [
        _flow(places.units[pk].code, places.units[pk].name, figures)
        for pk, figures in parts.items()
    ]


def _flow(code: str, name: str, parts: list[list[int]]) -> Flow:
    online, direct, early, on_time, late = (sum(column) for column in zip(*parts, strict=True))
    received, finished = online + direct, early + on_time + late
    return Flow(code, name, received, online, finished, early, on_time, late)
