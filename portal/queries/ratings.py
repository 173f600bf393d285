"""What citizens said, in sums of months that are over: a running one would show each rating."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from organizations.models import User
from organizations.rulesets import rules
from portal.models import RatingComment, RatingSum
from portal.rules import PUBLIC_FIGURES, Question, average_points

APPROVE = "approve_dossiers"


@dataclass(frozen=True)
class Row:
    """One unit's month: the average of each indicator, in the order of `Question`."""

    name: str
    ratings: int
    points: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Table:
    """Units with enough ratings. `whole` sums up these alone: else what is missing could be told
    by taking away."""

    month: dt.date
    least: int
    rows: tuple[Row, ...]
    whole: Row | None


def table(month: dt.date) -> Table:
    """One query for the sums of all units."""
    least = _least(timezone.localdate())
    cells: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    sums = RatingSum.objects.filter(month=month).values("question", name=F("unit__name"))
    for row in sums.annotate(n=Sum("count"), total=Sum(F("count") * F("points"))):
        cells[row["name"]][row["question"]] = (row["total"], row["n"])
    enough = {name: cell for name, cell in cells.items() if _ratings(cell) >= least}
    rows = tuple(_row(name, enough[name]) for name in sorted(enough))
    return Table(month, least, rows, _row("", _together(list(enough.values()))) if rows else None)


def comments(user: User) -> QuerySet[RatingComment]:
    """Words about the person's units, of months that are over and in which enough people rated.

    Their numbers are random, so that their order tells nothing.
    """
    today = timezone.localdate()
    enough = (
        RatingSum.objects.filter(
            unit=OuterRef("unit"), month=OuterRef("month"), question=Question.ATTITUDE
        )
        .values("unit")
        .annotate(n=Coalesce(Sum("count"), 0))
        .filter(n__gte=_least(today))
    )
    found: QuerySet[RatingComment] = RatingComment.objects.visible_to(user, APPROVE)
    return found.filter(Exists(enough), month__lt=today.replace(day=1)).select_related("unit")


def _least(today: dt.date) -> int:
    """So many ratings of a unit's month are needed before anything of them is shown."""
    return max(rules(PUBLIC_FIGURES, today).shown_ratings, 1)


def _ratings(cell: dict[str, tuple[int, int]]) -> int:
    return max((count for _points, count in cell.values()), default=0)


def _row(name: str, cell: dict[str, tuple[int, int]]) -> Row:
    points = (average_points(*cell.get(question, (0, 0))) for question in Question.values)
    return Row(name, _ratings(cell), tuple(points))


def _together(cells: list[dict[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    return {
        question: (
            sum(cell.get(question, (0, 0))[0] for cell in cells),
            sum(cell.get(question, (0, 0))[1] for cell in cells),
        )
        for question in Question.values
    }
