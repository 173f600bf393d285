"""How far a year is: unit × area, answered and decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ranking.models import Answer, Assessment, Criterion, Cycle, Verdict
from ranking.totals import asked_of


@dataclass
class Cell:
    """Of one unit and area; `asked` 0: nothing is asked there."""

    asked: int = 0
    answered: int = 0
    decided: int = 0

    @property
    def tone(self) -> str:
        """done: decided; waiting: answered; progress: begun; neutral: nothing yet."""
        if self.asked and self.decided == self.asked:
            return "done"
        if self.asked and self.answered == self.asked:
            return "waiting"
        return "progress" if self.answered or self.decided else "neutral"


@dataclass
class Matrix:
    areas: list[Criterion]
    rows: list[tuple[Assessment, list[Cell]]] = field(default_factory=list)


def matrix_of(cycle: Cycle) -> Matrix:
    """Four queries for any number of units."""
    nodes = list(cycle.framework.criteria.order_by("order"))
    areas = [node for node in nodes if node.level == "area"]
    area_of = {node.pk: node.area_id for node in nodes if node.level == "criterion"}
    written = Answer.objects.filter(assessment__cycle=cycle, is_complete=True)
    final = Verdict.objects.filter(assessment__cycle=cycle, is_final=True, superseded_at=None)
    pairs = ("assessment_id", "criterion_id")
    answered = _by_area(written.values_list(*pairs), area_of)
    decided = _by_area(final.values_list(*pairs), area_of)
    matrix = Matrix(areas)
    for unit in cycle.assessments.select_related("unit"):
        asked = Counter(
            node.area_id for node in asked_of(unit.group, nodes) if node.level == "criterion"
        )
        matrix.rows.append(
            (unit, [Cell(asked[area.pk], answered[unit.pk, area.pk], decided[unit.pk, area.pk])
                    for area in areas])
        )  # fmt: skip
    return matrix


def _by_area(pairs: object, area_of: dict[int, int | None]) -> Counter[tuple[int, int | None]]:
    return Counter((unit, area_of.get(node)) for unit, node in pairs)  # type: ignore[attr-defined]
