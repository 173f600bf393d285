"""What an appraiser sees of a unit: own answer, others' figures, verdicts, questions, appeals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ranking.forms.answers import told_input
from ranking.models import (
    Answer,
    Appeal,
    Assessment,
    Choice,
    Criterion,
    Figure,
    Inquiry,
    Verdict,
)
from ranking.queries.sheets import Item, how_found, items_for
from ranking.rules.numbers import half_up
from ranking.totals import asked_of


class Judged:
    """One criterion of one unit with the verdicts in force."""

    verdicts: list[Verdict]

    @property
    def final(self) -> Verdict | None:
        return next((each for each in self.verdicts if each.is_final), None)

    @property
    def differs(self) -> bool:
        """Two appraisers do not agree and nobody settled it."""
        return len(self.verdicts) > 1 and self.final is None


@dataclass
class Case(Judged):
    """One criterion of one unit with all that was said about it."""

    item: Item
    verdicts: list[Verdict] = field(default_factory=list)  # in force, the final one first
    older: list[Verdict] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)

    def offered(self, assessment: Assessment) -> list[tuple[str, str]]:
        """What an appraiser may take for true, with its points; another figure always."""
        own, system = self.item.answer, self.item.system
        found = []
        if assessment.submitted_at and own and own.is_complete:
            found.append((Choice.OWN.value, _with_points(Choice.OWN, own)))
        if system:
            found.append((Choice.SYSTEM.value, _with_points(Choice.SYSTEM, system)))
        return [*found, (Choice.OTHER.value, str(Choice.OTHER.label))]

    @property
    def waits(self) -> bool:
        """An appeal has no answer yet."""
        return any(each.answered_at is None for each in self.appeals)

    @property
    def change(self) -> Decimal | None:
        """Decided minus claimed points."""
        own = self.item.answer.points if self.item.answer else None
        if own is None or self.final is None or self.final.points is None:
            return None
        return self.final.points - own


@dataclass(frozen=True)
class Said:
    """Figures of somebody in words, and how the rule makes points of them."""

    words: str
    how: str


def said_of(node: Criterion, row: Answer | Figure | Verdict | None) -> Said:
    """Of an answer, a figure or a verdict. No query."""
    given = row.input if row else None
    return Said(told_input(node, given), how_found(node.scoring_rule, given))


def _with_points(choice: Choice, row: Answer | Figure) -> str:
    if row.points is not None:
        return f"{choice.label}: {number_format(half_up(row.points, 2), 2)}"
    return f"{choice.label}: {_('n/a') if row.not_applicable else '–'}"


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
