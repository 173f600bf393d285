"""What an appraiser sees of a unit: own answer, others' figures, verdicts, questions, appeals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ranking.models import Appeal, Assessment, Criterion, Inquiry, Verdict
from ranking.queries.sheets import Item, items_for
from ranking.totals import asked_of


@dataclass
class Case:
    """One criterion of one unit with all that was said about it."""

    assessment_id: int
    item: Item
    verdicts: list[Verdict] = field(default_factory=list)  # in force, the final one first
    older: list[Verdict] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)

    @property
    def final(self) -> Verdict | None:
        return next((each for each in self.verdicts if each.is_final), None)

    @property
    def differs(self) -> bool:
        """Two appraisers do not agree and nobody settled it."""
        return len(self.verdicts) > 1 and self.final is None

    @property
    def change(self) -> Decimal | None:
        """Decided minus claimed points."""
        own = self.item.answer.points if self.item.answer else None
        if own is None or self.final is None or self.final.points is None:
            return None
        return self.final.points - own


def cases_of(assessment: Assessment, criterion_id: int | None = None) -> list[Case]:
    """All criteria that are asked of the unit, or one. Eight queries."""
    nodes = Criterion.objects.scored().filter(framework=assessment.cycle.framework_id)
    if criterion_id is not None:
        nodes = nodes.filter(pk=criterion_id)
    asked = asked_of(assessment.group, nodes.select_related("area").order_by("order"))
    verdicts = _grouped(assessment.verdicts.select_related("made_by").order_by("-is_final", "-pk"))
    inquiries = _grouped(assessment.inquiries.select_related("asked_by", "replied_by"))
    appeals = _grouped(assessment.appeals.select_related("filed_by", "answered_by", "file"))
    return [
        Case(
            assessment.pk,
            item,
            [each for each in verdicts[item.node.pk] if each.superseded_at is None],
            [each for each in verdicts[item.node.pk] if each.superseded_at is not None],
            inquiries[item.node.pk],
            appeals[item.node.pk],
        )
        for item in items_for(assessment, asked)
    ]


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.criterion_id].append(row)
    return found
