"""All rules by their name in files, and the one that is made of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Protocol

from ranking.rules.faults import Fault, Faulty, refuse_if_any
from ranking.rules.numbers import exactly
from ranking.rules.plain import Key, Outside, Plain, dump, read
from ranking.scoring.answers import (
    Best,
    Input,
    Scored,
    State,
    Step,
    not_applicable,
    not_yet,
    scored,
    values_of,
)
from ranking.scoring.judged import Deduction, Graded, Information, PerItem
from ranking.scoring.ratios import BestOfGroup, Proportion, Survey, Target
from ranking.scoring.tables import Options, StepTable

Answer = Mapping[str, Any] | None


class Rule(Protocol):
    """How a criterion is scored. `reachable` is the most that any answer can give."""

    @property
    def maximum(self) -> Decimal: ...
    @property
    def inputs(self) -> tuple[Input, ...]: ...
    @property
    def reachable(self) -> Decimal: ...
    def score(self, given: Answer, best: Best | None = None) -> Scored: ...


@dataclass(frozen=True)
class Part:
    """One part of a criterion, with a maximum and a rule of its own."""

    code: str
    title: str
    maximum: Annotated[Decimal, Key("max")]
    plain_rule: Annotated[Plain, Key("rule")]

    def faults(self) -> Iterator[Fault]:
        if self.plain_rule.get("type") in NOT_AS_PART:
            yield Fault("not_as_part", ("rule",), {"type": self.plain_rule["type"]})
            return
        try:
            parse_rule(self.plain_rule, self.maximum)
        except Faulty as wrong:
            yield from wrong.within("rule").faults

    @property
    def rule(self) -> Rule:
        return parse_rule(self.plain_rule, self.maximum)


@dataclass(frozen=True)
class Parts:
    """Parts that add up, at most the maximum: ratio × 45 and 1 for each application, at most 5."""

    maximum: Outside
    parts: tuple[Part, ...]

    def faults(self) -> Iterator[Fault]:
        if not self.parts:
            yield Fault("empty_list", ("parts",))
        for code, times in Counter(part.code for part in self.parts).items():
            if times > 1:
                yield Fault("twice", ("parts",), {"code": code})

    @property
    def inputs(self) -> tuple[Input, ...]:
        asked = tuple((part.code, part.title, part.rule.inputs) for part in self.parts)
        return (Input("parts", "parts", parts=asked),)

    @property
    def reachable(self) -> Decimal:
        return min(sum((part.rule.reachable for part in self.parts), Decimal(0)), self.maximum)

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        answers = values_of(self.inputs, given).get("parts", {})
        if not isinstance(answers, Mapping):
            raise Faulty.of("not_a_mapping", "parts")
        known = {part.code for part in self.parts}
        refuse_if_any(
            Fault("unknown_input", ("parts",), {"key": key}) for key in answers if key not in known
        )
        found = {part.code: self._part(part, answers.get(part.code)) for part in self.parts}
        return self._sum(found)

    def _part(self, part: Part, answer: Answer) -> Scored:
        try:
            return part.rule.score(answer)
        except Faulty as wrong:
            raise wrong.within(part.code).within("parts") from wrong

    def _sum(self, found: Mapping[str, Scored]) -> Scored:
        missing = [code for code, each in found.items() if each.state is State.NOT_YET]
        if missing:
            return not_yet(*missing)
        counted = [each.points for each in found.values() if each.points is not None]
        steps = [step for each in found.values() for step in each.steps]
        whole = sum((part.maximum for part in self.parts), Decimal(0))
        left = sum(
            (part.maximum for part in self.parts if found[part.code].points is not None), Decimal(0)
        )
        if not left:
            return not_applicable(*steps)
        total = sum(counted, Decimal(0)) * whole / left
        if left != whole:
            steps.append(Step("rescaled", {"sum": sum(counted), "left": left, "whole": whole}))
        points = min(total, self.maximum)
        facts = {"points": counted, "sum": total, "maximum": self.maximum}
        return scored(points, *steps, Step("sum" if points == total else "sum_capped", facts))


RULES: dict[str, type[Any]] = {
    "proportion": Proportion,
    "step_table": StepTable,
    "options": Options,
    "parts": Parts,
    "per_item": PerItem,
    "best_of_group": BestOfGroup,
    "target": Target,
    "survey": Survey,
    "graded": Graded,
    "deduction": Deduction,
    "information": Information,
}
NOT_AS_PART = {"parts", "best_of_group", "deduction", "information"}
WITHOUT_MAXIMUM = {"deduction", "information"}


def parse_rule(data: object, maximum: Decimal) -> Rule:
    """The rule that plain data describe; `maximum` is that of the criterion. Raises `Faulty`."""
    if not isinstance(data, Mapping):
        raise Faulty.of("not_a_mapping")
    if "type" not in data:
        raise Faulty.of("missing_key", key="type")
    kind = data["type"]
    if not isinstance(kind, str) or kind not in RULES:
        raise Faulty.of("not_one_of", "type", given=kind, known=", ".join(RULES))
    rest = {key: value for key, value in data.items() if key != "type"}
    rule: Rule = read(RULES[kind], rest, maximum=maximum)
    return rule


def dump_rule(rule: Rule) -> dict[str, Any]:
    """Plain data again: `parse_rule(dump_rule(rule), rule.maximum) == rule`."""
    kind = next(name for name, shape in RULES.items() if type(rule) is shape)
    return {"type": kind, **dump(rule)}
