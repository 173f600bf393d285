"""What the council looks at before it decides: near ties, over-claims by area."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ranking.models import Answer, Assessment, Criterion, Cycle, Verdict
from ranking.rules.standing import Standing
from ranking.totals import Terms, weights_of

NEAR = 5  # printed steps of the precision; 0.05 points at two decimals


@dataclass(frozen=True)
class Neighbours:
    """Two units of a group that a small change would put in another order."""

    better: Assessment
    worse: Assessment
    distance: Decimal  # in points; 0 is a tie


def neighbours(table: list[tuple[Assessment, Standing]], terms: Terms) -> list[Neighbours]:
    """Neighbouring ranks closer than a few steps of the printed precision. No query."""
    step = Decimal(1).scaleb(-terms.scale.precision) * NEAR
    groups: dict[str, list[tuple[Assessment, Decimal]]] = defaultdict(list)
    for unit, line in table:
        if line.total is not None and line.rank is not None:
            groups[unit.group].append((unit, line.total))
    found = []
    for rows in groups.values():
        rows.sort(key=lambda each: -each[1])
        for (better, high), (worse, low) in pairwise(rows):
            if high - low <= step:
                found.append(Neighbours(better, worse, high - low))
    return found


@dataclass(frozen=True)
class Overclaim:
    """Of one area: claimed minus decided points over all units, where both are known."""

    area: Criterion
    claimed: Decimal
    decided: Decimal

    @property
    def index(self) -> Decimal:
        """Percent of what was claimed that was taken away; 0 when nothing was claimed."""
        return (self.claimed - self.decided) * 100 / self.claimed if self.claimed else Decimal(0)


def overclaims(cycle: Cycle) -> list[Overclaim]:
    """Three queries for any number of units."""
    nodes = list(cycle.framework.criteria.order_by("order"))
    areas = [node for node in nodes if node.level == "area"]
    weights = weights_of(nodes)
    final = Verdict.objects.filter(
        assessment__cycle=cycle,
        is_final=True,
        superseded_at=None,
        points__isnull=False,
        criterion__withdrawn_at=None,
    )
    decided = {
        (unit, node): (area, points)
        for unit, node, area, points in final.values_list(
            "assessment_id", "criterion_id", "criterion__area_id", "points"
        )
    }
    sums: dict[int, list[Decimal]] = {area.pk: [Decimal(0), Decimal(0)] for area in areas}
    own = Answer.objects.filter(assessment__cycle=cycle, points__isnull=False)
    for unit, node, points in own.values_list("assessment_id", "criterion_id", "points"):
        if found := decided.get((unit, node)):
            sums[found[0]][0] += weights[node] * points
            sums[found[0]][1] += weights[node] * found[1]
    return [Overclaim(area, *sums[area.pk]) for area in areas]
