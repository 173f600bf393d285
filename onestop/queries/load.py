"""How much lies in whose hands, and in which unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from onestop.queries.dossiers import soon_until
from onestop.states import RUNNING, WAITING

PEOPLE, UNITS = 100, 250  # rows of one page


@dataclass(frozen=True)
class Load:
    """A page of the load: rows of people, or of units where people would be too many."""

    rows: list[dict[str, Any]]
    total: dict[str, int]  # of everything, also of what is not shown
    is_by_unit: bool = False
    is_cut: bool = False

    @property
    def most(self) -> int:
        return max((row["open"] for row in self.rows), default=0)


def load_of(queue: Any, today: dt.date) -> Load:
    """Who has how much; one or two queries, at most 250 rows however many dossiers are open."""
    rows = _by_person(queue, today)
    if len(rows) <= PEOPLE:
        return Load(rows, _total(rows))
    units = _by_unit(queue, today)
    if len(units) == 1:  # a crowd in one unit: the first by name
        return Load(rows[:PEOPLE], _total(units), is_cut=True)
    return Load(units[:UNITS], _total(units), is_by_unit=True, is_cut=len(units) > UNITS)


def _by_person(queue: Any, today: dt.date) -> list[dict[str, Any]]:
    """Open, due soon and overdue work of each holder, by unit and name; None: nobody's."""
    rows = _accepted(queue).values(
        "holder_id", "holder_unit_id", holder_name=F("holder__full_name"),
        unit_name=F("holder_unit__name"), key=F("holder__sort_key"),
    )  # fmt: skip
    order = ("unit_name", "holder_unit_id", F("key").asc(nulls_first=True), "holder_id")
    return list(rows.annotate(**_counts(today)).order_by(*order)[: PEOPLE + 1])


def _by_unit(queue: Any, today: dt.date) -> list[dict[str, Any]]:
    """The same of each unit, most overdue first: as many rows as units have work."""
    rows = _accepted(queue).values("holder_unit_id", unit_name=F("holder_unit__name"))
    return list(rows.annotate(**_counts(today)).order_by("-overdue", "-open", "unit_name"))


def _total(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {key: sum(row[key] for row in rows) for key in ("open", "soon", "overdue", "waiting")}


def _accepted(queue: Any) -> Any:
    return queue.open().filter(accepted_at__isnull=False)


def _counts(today: dt.date) -> dict[str, Count]:
    start = timezone.make_aware(dt.datetime.combine(today, dt.time()))
    running = Q(status__in=RUNNING)
    return {
        "open": Count("pk", filter=~Q(status__in=list(WAITING))),
        "soon": Count("pk", filter=running & Q(due_at__gte=start, due_at__lt=soon_until(today))),
        "overdue": Count("pk", filter=running & Q(due_at__lt=start)),
        "waiting": Count("pk", filter=Q(status__in=list(WAITING))),
    }
