"""What a form comes to before all of its points are known: the class that the unit gives itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from ranking.models import Criterion
from ranking.queries.sheets import Sheet
from ranking.rules.standing import Standing
from ranking.totals import Entry, Terms


@dataclass(frozen=True)
class Reach:
    """`low` and `high`: with nothing and with everything for what is compared within the group.
    What has no answer counts as not claimed in both."""

    low: Standing
    high: Standing
    gaps: int  # criteria without an answer
    waiting: list[Criterion]  # answered; the points are known when the whole group has answered

    @property
    def labels(self) -> list[str]:
        """The class, or the worst and the best that it can be."""
        return list(dict.fromkeys(each.label for each in (self.low, self.high) if each.label))

    @property
    def totals(self) -> list[Decimal]:
        found = [each.total for each in (self.low, self.high) if each.total is not None]
        return list(dict.fromkeys(found))


def reach_of(sheet: Sheet, terms: Terms, day: dt.date) -> Reach:
    """If it were submitted on that day as it stands. No query."""
    answered = {pk for pk, each in sheet.answers.items() if each.is_complete}
    known = {node.pk for node in sheet.asked if node.kind == "information"}
    known |= {pk for pk, each in sheet.answers.items() if each.points is not None}
    known |= {pk for pk, each in sheet.answers.items() if each.not_applicable}
    gaps = [node for node in sheet.asked if node.pk not in answered]
    waiting = [node for node in sheet.asked if node.pk in answered - known]
    claimed = sheet.entries() | {node.pk: Entry(Decimal(0)) for node in gaps}

    def line(most: bool) -> Standing:
        points = {node.pk: node.maximum if most else Decimal(0) for node in waiting}
        entries = claimed | {pk: Entry(each) for pk, each in points.items()}
        return sheet.line(terms, day, entries)

    return Reach(line(False), line(True), len(gaps), waiting)
