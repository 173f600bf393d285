"""How far a year is: unit × area, answered and decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ranking.models import Answer, Assessment, Criterion, Cycle, Verdict
from ranking.totals import asked_of


@dataclass
class Cell:
    """Of one unit and area; `asked` 0: nothing is asked there."""

    area: Criterion
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


class Stage(TextChoices):
    """How far a unit is, with the council's work on it."""

    EMPTY = "empty", _("Not started")
    FILLING = "filling", _("Being filled in")
    REOPENED = "reopened", _("Opened again")
    SUBMITTED = "submitted", _("Submitted")
    APPRAISING = "appraising", _("Under appraisal")
    APPRAISED = "appraised", _("Appraised")


TONES = {
    Stage.EMPTY: "neutral", Stage.FILLING: "progress", Stage.REOPENED: "waiting",
    Stage.SUBMITTED: "waiting", Stage.APPRAISING: "progress", Stage.APPRAISED: "done",
}  # fmt: skip
HEAPS = {  # by the address of the page
    "chua-nop": {Stage.EMPTY, Stage.FILLING, Stage.REOPENED},
    "cho-tham-dinh": {Stage.SUBMITTED, Stage.APPRAISING},
    "xong": {Stage.APPRAISED},
}


@dataclass
class Row:
    """One unit with its areas in the order of the form."""

    unit: Assessment
    cells: list[Cell]

    @property
    def stage(self) -> Stage:
        asked, answered, decided = (
            sum(getattr(cell, name) for cell in self.cells)
            for name in ("asked", "answered", "decided")
        )
        if self.unit.reopened_at:
            return Stage.REOPENED
        if decided:
            return Stage.APPRAISED if decided == asked else Stage.APPRAISING
        if self.unit.submitted_at:
            return Stage.SUBMITTED
        return Stage.FILLING if answered else Stage.EMPTY

    @property
    def tone(self) -> str:
        return TONES[self.stage]


@dataclass
class Matrix:
    areas: list[Criterion]
    rows: list[Row] = field(default_factory=list)

    def heap(self, name: str) -> list[Row]:
        """Rows of one heap; all for a name that there is not."""
        return [row for row in self.rows if row.stage in HEAPS.get(name, set(Stage))]


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
        cells = [
            Cell(area, asked[area.pk], answered[unit.pk, area.pk], decided[unit.pk, area.pk])
            for area in areas
        ]
        matrix.rows.append(Row(unit, cells))
    return matrix


def _by_area(pairs: object, area_of: dict[int, int | None]) -> Counter[tuple[int, int | None]]:
    return Counter((unit, area_of.get(node)) for unit, node in pairs)  # type: ignore[attr-defined]
