"""A unit's form as its pages show it: areas with progress, criteria of an area with answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ranking.forms.answers import AnswerForm
from ranking.models import Answer, Assessment, Criterion, Evidence, EvidenceUse, Figure
from ranking.rules.framework import Framework
from ranking.totals import asked_of, is_information, weights_of


@dataclass
class Area:
    """One area of the form with how far it is and what it comes to so far."""

    node: Criterion
    asked: int = 0
    answered: int = 0
    points: Decimal = Decimal(0)
    maximum: Decimal = Decimal(0)  # of what is asked and applies

    @property
    def is_complete(self) -> bool:
        return self.asked == self.answered

    @property
    def tone(self) -> str:
        """Look of its pill."""
        return "done" if self.is_complete else "progress" if self.answered else "neutral"


def areas_of(assessment: Assessment) -> list[Area]:
    """All areas of the form. Two queries."""
    nodes = list(assessment.cycle.framework.criteria.order_by("order"))
    answers = {each.criterion_id: each for each in assessment.answers.all()}
    found = {node.pk: Area(node) for node in nodes if node.level == "area"}
    weights = weights_of(nodes)
    for node in asked_of(assessment.group, nodes):
        if node.level != "criterion":
            continue
        area, answer = found[node.area_id or node.pk], answers.get(node.pk)
        area.asked += 1
        area.answered += bool(answer and answer.is_complete)
        if answer and answer.not_applicable:
            continue
        area.maximum += weights[node.pk] * (node.maximum or Decimal(0))
        if answer and answer.points is not None:
            area.points += weights[node.pk] * answer.points
    return [area for area in found.values() if area.asked]


@dataclass
class Item:
    """One criterion on the page."""

    node: Criterion
    answer: Answer | None
    figures: list[Figure] = field(default_factory=list)  # of others, the newest first
    evidence: list[Evidence] = field(default_factory=list)
    form: AnswerForm | None = None
    may_write: bool = False
    is_information: bool = False

    @property
    def figure(self) -> Figure | None:
        """The newest figure of somebody else."""
        return self.figures[0] if self.figures else None

    @property
    def difference(self) -> Decimal | None:
        """Own points minus those of the system's figure."""
        if self.answer is None or self.answer.points is None:
            return None
        if self.figure is None or self.figure.points is None:
            return None
        return self.answer.points - self.figure.points


def items_of(assessment: Assessment, area: Criterion) -> list[Item]:
    """The criteria of one area with answers, evidence and figures. Four queries."""
    nodes = Criterion.objects.scored().filter(area=area).order_by("order")
    asked = asked_of(assessment.group, nodes)
    return items_for(assessment, asked)


def items_for(assessment: Assessment, asked: Iterable[Criterion]) -> list[Item]:
    asked = list(asked)
    answers = {
        each.criterion_id: each
        for each in assessment.answers.filter(criterion__in=asked).select_related(
            "saved_by", "colleague"
        )
    }
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in assessment.figures.filter(criterion__in=asked, superseded_at=None).order_by(
        "-cut_at", "-pk"
    ):
        figures[figure.criterion_id].append(figure)
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    uses = EvidenceUse.objects.filter(criterion__in=asked, evidence__assessment=assessment)
    for use in uses.select_related("evidence__file").order_by("evidence_id"):
        evidence[use.criterion_id].append(use.evidence)
    return [
        Item(each, answers.get(each.pk), figures[each.pk], evidence[each.pk],
             is_information=is_information(each))
        for each in asked
    ]  # fmt: skip


def bind(item: Item, data: Any = None) -> AnswerForm:
    """The form of an item, filled with its answer."""
    answer = item.answer
    initial: dict[str, Any] = {"revision": answer.revision if answer else 0}
    if answer:
        initial |= {
            **AnswerForm.initial_of(answer.input),
            "explanation": answer.explanation,
            "not_applicable": answer.not_applicable and answer.input is None,
        }  # fmt: skip
    item.form = AnswerForm(item.node, data, initial=initial)
    return item.form


def group_name(content: Framework, code: str) -> str:
    """Name of a group of the year, or its code."""
    return next((group.name for group in content.groups if group.code == code), code)
