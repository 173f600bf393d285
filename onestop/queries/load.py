"""How much lies in whose hands, and in which unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from onestop.queries.dossiers import soon_until
from onestop.states import RUNNING, WAITING

ROWS = 100  # of one page


@dataclass(frozen=True)
class Load:
    """The whole load: rows of people, or of units where people would be too many."""

    rows: list[dict[str, Any]]
    is_by_unit: bool = False

    @property
    def total(self) -> dict[str, int]:
        keys = ("open", "soon", "overdue", "waiting")
        return {key: sum(row[key] for row in self.rows) for key in keys}

    @property
    def most(self) -> int:
        return max((row["open"] for row in self.rows), default=0)


def load_of(queue: Any, today: dt.date) -> Load:
    """Who has how much: at most three queries, however many dossiers are open. More than a page
    of people are shown only where they are of one unit."""
    people = _by_person(queue, today)
    rows = list(people[: ROWS + 1])
    if len(rows) <= ROWS:
        return Load(rows)
    units = _by_unit(queue, today)
    return Load(list(people)) if len(units) == 1 else Load(units, is_by_unit=True)


def _by_person(queue: Any, today: dt.date) -> Any:
    """Open, due soon and overdue work of each holder, by unit and name; None: nobody's."""
    rows = _accepted(queue).values(
        "holder_id", "holder_unit_id", holder_name=F("holder__full_name"),
        unit_name=F("holder_unit__name"), key=F("holder__sort_key"),
    )  # fmt: skip
    order = ("unit_name", "holder_unit_id", F("key").asc(nulls_first=True), "holder_id")
    return rows.annotate(**_counts(today)).order_by(*order)


def _by_unit(queue: Any, today: dt.date) -> list[dict[str, Any]]:
    """The same of each unit, most overdue first: as many rows as units have work."""
    rows = _accepted(queue).values("holder_unit_id", unit_name=F("holder_unit__name"))
    return list(rows.annotate(**_counts(today)).order_by("-overdue", "-open", "unit_name"))


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
