"""What a unit would need for the next class: the criteria with the most points left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ranking.models import Assessment, Criterion
from ranking.queries.appraisal import Case
from ranking.rules.standing import Standing
from ranking.totals import Terms, weights_of


@dataclass(frozen=True)
class Gain:
    """Points that one criterion still has to give."""

    node: Criterion
    left: Decimal


@dataclass(frozen=True)
class NextClass:
    """The class above, what is missing, and the shortest list of criteria that bring it."""

    label: str
    missing: Decimal
    gains: list[Gain]


def to_next_class(
    assessment: Assessment, cases: list[Case], line: Standing, terms: Terms
) -> NextClass | None:
    """None in the best class, before everything is decided, and where no class is above."""
    maximum = terms.scale.maximum
    if line.total is None or not maximum or line.is_forced:
        return None
    classes = list(terms.framework.classes)
    place = next((n for n, grade in enumerate(classes) if grade.label == line.label), 0)
    if place == 0 or classes[place - 1].lowest is None:
        return None
    above = classes[place - 1]
    missing = (above.lowest or Decimal(0)) * maximum / 100 - line.total
    gains, sum_left = [], Decimal(0)
    for gain in sorted(_left(assessment, cases), key=lambda each: -each.left):
        if sum_left >= missing:
            break
        gains.append(gain)
        sum_left += gain.left
    return NextClass(above.label, max(missing, Decimal(0)), gains)


def _left(assessment: Assessment, cases: list[Case]) -> list[Gain]:
    """What each criterion could still give; deductions give nothing. One query."""
    weights = weights_of(assessment.cycle.framework.criteria.order_by("order"))
    found = []
    for case in cases:
        node, final = case.item.node, case.final
        if final is None or final.not_applicable or not node.maximum:
            continue
        left = (node.maximum - (final.points or Decimal(0))) * weights[node.pk]
        if left > 0:
            found.append(Gain(node, left))
    return found
