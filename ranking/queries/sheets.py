"""A unit's form as its pages show it: areas with progress, criteria of an area with answers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ranking.forms.answers import AnswerForm
from ranking.models import (
    Answer,
    Assessment,
    Criterion,
    Evidence,
    EvidenceUse,
    Figure,
    FigureSource,
)
from ranking.rules.evidence import Doubt, doubts_of
from ranking.rules.faults import Faulty
from ranking.rules.numbers import exactly, settle
from ranking.rules.standing import Standing
from ranking.scoring import Rule
from ranking.totals import Entries, Entry, Terms, asked_of, line_of, raw_of, weights_of
from ranking.wording import DOUBTS, explained

# What a unit sees beside its answers before the results are out: departments and surveys tell the
# council (QĐ 1278/QĐ-CTUBND Điều 7 khoản 2), which releases what it makes of them
TOLD = (FigureSource.SYSTEM, FigureSource.UNITS_BELOW)


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


@dataclass(frozen=True)
class Sheet:
    """A unit's whole form: its criteria and its answers, each read once."""

    assessment: Assessment
    nodes: list[Criterion]  # parents first
    answers: dict[int, Answer]  # by criterion

    @classmethod
    def of(cls, assessment: Assessment) -> Sheet:
        """Two queries for any number of criteria."""
        return cls(
            assessment,
            list(assessment.cycle.framework.criteria.select_related("area").order_by("order")),
            answers_of(assessment),
        )

    @property
    def asked(self) -> list[Criterion]:
        """What this unit answers."""
        asked = asked_of(self.assessment.group, self.nodes)
        return [node for node in asked if node.level == "criterion"]

    def area(self, code: str) -> Criterion | None:
        """An area by its code."""
        return next((n for n in self.nodes if n.level == "area" and n.code == code), None)

    def entries(self) -> dict[int, Entry]:
        """What the unit says, for its total."""
        return {
            pk: Entry(each.points, not each.not_applicable, each.input)
            for pk, each in self.answers.items()
        }

    def line(self, terms: Terms, today: dt.date, entries: Entries | None = None) -> Standing:
        """Total, percent and class by what the unit says, as if a form without a day came today;
        `entries`: by these instead."""
        assessment, said = self.assessment, self.entries() if entries is None else entries
        raw = raw_of(assessment.group, self.nodes, said, terms.scale)
        return line_of(assessment, raw, terms, assessment.cycle, today)

    @exactly
    def areas(self) -> list[Area]:
        """All areas that ask something. No query."""
        found = {node.pk: Area(node) for node in self.nodes if node.level == "area"}
        weights = weights_of(self.nodes)
        for node in self.asked:
            area, answer = found[node.area_id or node.pk], self.answers.get(node.pk)
            area.asked += 1
            area.answered += bool(answer and answer.is_complete)
            if answer and answer.not_applicable:
                continue
            area.maximum += weights[node.pk] * (node.maximum or Decimal(0))
            if answer and answer.points is not None:
                area.points += weights[node.pk] * answer.points
        for area in found.values():
            area.points = settle(area.points)
        return [area for area in found.values() if area.asked]

    def items(self, nodes: Iterable[Criterion] | None = None) -> list[Item]:
        """Those criteria (None: all that are asked) with answers, evidence and figures that the
        unit may know."""
        known = TOLD if not self.assessment.cycle.is_released else FigureSource.values
        asked = self.asked if nodes is None else nodes
        return items_for(self.assessment, asked, self.answers, known)

    def of_area(self, area: Criterion) -> list[Criterion]:
        """What is asked in one area."""
        return [node for node in self.asked if node.area_id == area.pk]

    def given_to(self, person_id: int) -> set[int]:
        """Criteria that the person was asked to fill in."""
        return {pk for pk, each in self.answers.items() if each.colleague_id == person_id}


def answers_of(assessment: Assessment, asked: Iterable[Criterion] | None = None) -> Any:
    """Answers by criterion, with who saved them and to whom they were given. One query."""
    rows = assessment.answers.select_related("saved_by", "colleague")
    rows = rows if asked is None else rows.filter(criterion__in=asked)
    return {each.criterion_id: each for each in rows}


@dataclass
class Proof:
    """One piece of evidence as it stands beside a criterion."""

    evidence: Evidence
    doubts: list[Doubt] = field(default_factory=list)
    also: list[str] = field(default_factory=list)  # codes of the other criteria that it serves

    @property
    def words(self) -> list[Any]:
        """The doubts as sentences."""
        return [DOUBTS[each] for each in self.doubts]


@dataclass
class Item:
    """One criterion on the page."""

    node: Criterion
    answer: Answer | None
    figures: list[Figure] = field(default_factory=list)  # of others, the newest first
    proofs: list[Proof] = field(default_factory=list)
    form: AnswerForm | None = None
    may_write: bool = False
    explained: str = ""  # how its points were found

    @property
    def evidence(self) -> list[Evidence]:
        """What is cited or uploaded for it."""
        return [each.evidence for each in self.proofs]

    @property
    def doubts(self) -> bool:
        """Something about its evidence is odd."""
        return any(each.doubts for each in self.proofs)

    @property
    def system(self) -> Figure | None:
        """The portal's own figure."""
        found = (each for each in self.figures if each.source == FigureSource.SYSTEM)
        return next(found, None)

    @property
    def others(self) -> list[Figure]:
        """What departments, surveys and units below say."""
        return [each for each in self.figures if each.source != FigureSource.SYSTEM]

    @property
    def difference(self) -> Decimal | None:
        """Own points minus those of the system's figure."""
        if self.answer is None or self.answer.points is None:
            return None
        if self.system is None or self.system.points is None:
            return None
        return self.answer.points - self.system.points


def items_for(
    assessment: Assessment,
    asked: Iterable[Criterion],
    answers: Mapping[int, Answer] | None = None,
    sources: Iterable[str] = FigureSource.values,
) -> list[Item]:
    """Criteria with what was said about them. Three queries, one more without the answers."""
    asked = list(asked)
    known = answers_of(assessment, asked) if answers is None else answers
    figures: dict[int, list[Figure]] = defaultdict(list)
    rows = assessment.figures.filter(
        criterion__in=asked, superseded_at=None, source__in=list(sources)
    )
    for figure in rows.select_related("unit", "made_by").order_by("-cut_at", "-pk"):
        figures[figure.criterion_id].append(figure)
    proofs = proofs_of(assessment, asked)
    return [Item(each, known.get(each.pk), figures[each.pk], proofs[each.pk]) for each in asked]


def proofs_of(assessment: Assessment, asked: list[Criterion]) -> dict[int, list[Proof]]:
    """Evidence by criterion. Two queries."""
    uses = list(
        EvidenceUse.objects.filter(criterion__in=asked, evidence__assessment=assessment)
        .select_related("evidence__file")
        .order_by("evidence_id")
    )
    codes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    serving = EvidenceUse.objects.filter(evidence__in={use.evidence_id for use in uses})
    for evidence, criterion, code in serving.order_by("criterion__order").values_list(
        "evidence_id", "criterion_id", "criterion__code"
    ):
        codes[evidence].append((criterion, code))
    cycle = assessment.cycle
    found: dict[int, list[Proof]] = defaultdict(list)
    for use in uses:
        each = use.evidence
        odd = doubts_of(each.number, each.issued_on, cycle.year, (cycle.data_from, cycle.data_to))
        also = [code for pk, code in codes[each.pk] if pk != use.criterion_id]
        found[use.criterion_id].append(Proof(each, odd, also))
    return found


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
    if answer and answer.is_complete:
        item.explained = how_found(item.form.rule, answer.input)
    return item.form


def how_found(rule: Rule, given: dict[str, Any] | None) -> str:
    """The formula with the stored figures; empty while something is missing."""
    if not given:
        return ""
    try:
        return explained(rule.score(given).steps)
    except Faulty:
        return ""
