"""Rules that divide: a proportion, the best of a group, a survey's mean, a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ranking.rules.faults import Fault, Faulty
from ranking.rules.numbers import HUNDRED, exactly
from ranking.rules.plain import Outside
from ranking.scoring.answers import (
    Best,
    Input,
    Scored,
    Step,
    lacking,
    not_applicable,
    not_yet,
    scored,
    values_of,
)

Answer = Mapping[str, Any] | None


@dataclass(frozen=True)
class Proportion:
    """a/b × maximum. `full_at`: percent at which the maximum is reached (QĐ 766: 80 % is enough).

    The texts do not say what happens when b = 0 or a > b, so the framework must. With `out_of`
    b is fixed: 6 of 7 required contents.
    """

    maximum: Outside
    a: str = ""
    b: str = ""
    out_of: Decimal | None = None
    full_at: Decimal = HUNDRED
    on_empty: Literal["not_applicable", "zero", "full"] = "not_applicable"
    on_excess: Literal["cap", "refuse"] = "cap"

    def faults(self) -> Iterator[Fault]:
        if not 0 < self.full_at <= HUNDRED:
            yield Fault("not_a_percent", ("full_at",), {"given": self.full_at})
        if self.out_of is not None and not self.out_of:
            yield Fault("must_be_positive", ("out_of",))

    @property
    def inputs(self) -> tuple[Input, ...]:
        above = Input("a", "number", self.a)
        return (above,) if self.out_of is not None else (above, Input("b", "number", self.b))

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        missing = list(lacking(self.inputs, values))
        if missing:
            return not_yet(*missing)
        a, b = values["a"], values.get("b", self.out_of)
        facts = {"a": a, "b": b, "maximum": self.maximum, "full_at": self.full_at}
        if not b:
            return self._of_nothing(a)
        if a > b and self.on_excess == "refuse":
            raise Faulty.of("above_whole", "a", given=a, highest=b)
        points = a * self.maximum * HUNDRED / (b * self.full_at)
        if points > self.maximum:
            return scored(self.maximum, Step("proportion_capped", facts))
        return scored(points, Step("proportion", {**facts, "points": points}))

    def _of_nothing(self, a: Decimal) -> Scored:
        if a:
            raise Faulty.of("part_of_nothing", "a", given=a)
        if self.on_empty == "not_applicable":
            return not_applicable(Step("empty_not_applicable", {"label": self.b}))
        points = self.maximum if self.on_empty == "full" else Decimal(0)
        return scored(points, Step("empty", {"label": self.b, "points": points}))


@dataclass(frozen=True)
class BestOfGroup:
    """Own figure ÷ the highest of the group × maximum; `b` makes it a figure per head.

    Points can fall when another unit corrects its figure, so they are final only when the whole
    group has answered. The figure of each unit is `figure(answer)`; all of them make the `Best`.
    """

    maximum: Outside
    a: str = ""
    b: str = ""

    @property
    def inputs(self) -> tuple[Input, ...]:
        own = Input("a", "number", self.a)
        return (own, Input("b", "number", self.b)) if self.b else (own,)

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    @exactly
    def figure(self, given: Answer) -> Decimal | None:
        """What is compared within the group; None while it is not known."""
        values = values_of(self.inputs, given)
        if list(lacking(self.inputs, values)):
            return None
        if self.b and not values["b"]:
            raise Faulty.of("must_be_positive", "b")
        own: Decimal = values["a"]
        return own / values["b"] if self.b else own

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        own = self.figure(given)
        if own is None:
            return not_yet(*lacking(self.inputs, values_of(self.inputs, given)))
        if best is None:
            return not_yet("group")
        highest = max(own, best.figure)  # the unit's own newer figure may be the highest
        points = own * self.maximum / highest if highest else Decimal(0)
        facts = {"own": own, "best": highest, "maximum": self.maximum, "points": points}
        kind = "best_of_group" if best.is_complete else "best_so_far"
        return scored(points, Step(kind, facts), is_final=best.is_complete)


@dataclass(frozen=True)
class Survey:
    """A survey's mean between `lowest` and `highest`, as a share of the maximum."""

    maximum: Outside
    label: str = ""
    lowest: Decimal = Decimal(0)
    highest: Decimal = HUNDRED

    def faults(self) -> Iterator[Fault]:
        if self.highest <= self.lowest:
            yield Fault("must_be_above", ("highest",), {"lowest": self.lowest})

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (Input("mean", "number", self.label, highest=self.highest),)

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet("mean")
        mean = values["mean"]
        if mean < self.lowest:
            raise Faulty.of("below_lowest", "mean", given=mean, lowest=self.lowest)
        points = (mean - self.lowest) * self.maximum / (self.highest - self.lowest)
        facts = {"mean": mean, "lowest": self.lowest, "highest": self.highest}
        return scored(points, Step("survey", {**facts, "maximum": self.maximum, "points": points}))


@dataclass(frozen=True)
class Target:
    """The maximum when a target is met, else nothing; without a `target` it is a yes or no."""

    maximum: Outside
    label: str = ""
    target: Decimal | None = None
    side: Literal["at_least", "at_most", "above", "below"] = "at_least"

    @property
    def inputs(self) -> tuple[Input, ...]:
        if self.target is None:
            return (Input("met", "yes_no", self.label),)
        return (Input("value", "number", self.label),)

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet(self.inputs[0].name)
        if self.target is None:
            is_met = values["met"]
            facts: dict[str, Any] = {}
        else:
            is_met = self._is_met(values["value"], self.target)
            facts = {"value": values["value"], "target": self.target, "side": self.side}
        points = self.maximum if is_met else Decimal(0)
        kind = "target_met" if is_met else "target_missed"
        return scored(points, Step(kind, {**facts, "points": points}))

    def _is_met(self, value: Decimal, target: Decimal) -> bool:
        return {
            "at_least": value >= target,
            "at_most": value <= target,
            "above": value > target,
            "below": value < target,
        }[self.side]
