"""A whole framework tried out with sample answers: points, areas, total, class. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ranking.models import Criterion, Framework
from ranking.rules.checks import weighted
from ranking.rules.faults import Faulty
from ranking.rules.framework import Framework as Content
from ranking.rules.numbers import HUNDRED
from ranking.rules.standing import Standing, Timing, standing
from ranking.scoring import Best, Scored, State
from ranking.scoring.ratios import BestOfGroup
from ranking.scoring.samples import sample_for
from ranking.services.frameworks import as_rules
from ranking.totals import Entry, asked_of, parts_of, raw_of

SHARES = {"full": Decimal(1), "half": Decimal("0.5"), "zero": Decimal(0)}
Given = Mapping[str, Any]


@dataclass
class Trial:
    """One unit that does not exist: its group, and what it answers by the code of a criterion."""

    framework: Framework
    group: str
    fill: str = ""  # of SHARES: what is answered where nothing was typed
    typed: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.content: Content = as_rules(self.framework)
        self.nodes = list(self.framework.criteria.select_related("area").order_by("order"))
        codes = [group.code for group in self.content.groups]
        self.group = self.group if self.group in codes else (codes or [""])[0]
        asked = asked_of(self.group, self.nodes)
        self.asked = [node for node in asked if node.level == "criterion"]

    def answer(self, node: Criterion) -> Given | None:
        """What was typed, else the sample."""
        if node.code in self.typed:
            found = self.typed[node.code]
            return found if isinstance(found, Mapping) else None
        if node.rule is None or self.fill not in SHARES:
            return None
        return sample_for(node.scoring_rule, SHARES[self.fill])

    def score(self, node: Criterion) -> Scored | None:
        """None: there is no rule, no answer, or one that the rule refuses."""
        given = self.answer(node)
        if node.rule is None or not given:
            return None
        rule = node.scoring_rule
        try:
            best = None
            if isinstance(rule, BestOfGroup):  # the best of the others is taken to be 100
                best = Best(max(HUNDRED, rule.figure(given) or HUNDRED), is_complete=True)
            return rule.score(given, best)
        except Faulty:
            return None

    def result(self) -> Result:
        """Points of all areas and, when everything is answered, the line of the table."""
        scored = {node.pk: self.score(node) for node in self.asked}
        entries = {
            pk: Entry(each.points, each.state is not State.NOT_APPLICABLE)
            for pk, each in scored.items()
            if each is not None
        }
        parts = parts_of(self.nodes, entries, set(scored))
        maximum = self.content.scale.maximum or weighted(self.content.top)
        line = Standing()
        if maximum:
            try:
                raw = raw_of(self.group, self.nodes, entries, self.content.scale)
            except Faulty:
                raw = None
            line = standing(raw, Timing(), maximum, self.content.scale, self.content.classes)
        missing = sum(each is None or each.state is State.NOT_YET for each in scored.values())
        return Result(scored, self.areas(parts), line, missing)

    def areas(self, parts: list[dict[str, str]]) -> list[AreaSum]:
        """Each area with what the group could reach there."""
        asked = {node.area.code for node in self.asked if node.area}
        return [
            AreaSum(
                part["code"], part["title"], Decimal(part["points"]), Decimal(part["maximum"]),
                is_asked=part["code"] in asked,
            )
            for part in parts
        ]  # fmt: skip


@dataclass(frozen=True)
class AreaSum:
    """An area of the trial; `is_asked`: something of it is asked of the group."""

    code: str
    title: str
    points: Decimal
    maximum: Decimal
    is_asked: bool


@dataclass(frozen=True)
class Result:
    scored: Mapping[int, Scored | None]
    areas: list[AreaSum]
    line: Standing
    missing: int  # criteria without an answer
