"""Rules without a formula for the whole: counted items, deductions, a grade, information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ranking.rules.faults import Fault, Faulty
from ranking.rules.numbers import exactly
from ranking.rules.plain import Outside
from ranking.scoring.answers import Best, Input, Scored, State, Step, not_yet, scored, values_of

TOO_MUCH = Decimal(10**10)  # points that no row keeps

Answer = Mapping[str, Any] | None


@dataclass(frozen=True)
class PerItem:
    """So many points for each item, at most the maximum: 1 for each application, at most 5."""

    maximum: Outside
    each: Decimal
    label: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.each:
            yield Fault("must_be_positive", ("each",))

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (Input("count", "number", self.label, is_whole=True),)

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet("count")
        points = min(values["count"] * self.each, self.maximum)
        facts = {"count": values["count"], "each": self.each, "maximum": self.maximum}
        kind = "per_item" if points < self.maximum else "per_item_full"
        return scored(points, Step(kind, {**facts, "points": points}))


@dataclass(frozen=True)
class Deduction:
    """Points taken away for each case, `most` in all. Its criterion has no maximum of its own."""

    maximum: Outside
    each: Decimal
    most: Decimal | None = None
    label: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.each:
            yield Fault("must_be_positive", ("each",))

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (Input("count", "number", self.label, is_whole=True),)

    @property
    def reachable(self) -> Decimal:
        return Decimal(0)

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet("count")
        lost = values["count"] * self.each
        if self.most is None and lost >= TOO_MUCH:
            raise Faulty.of("above_highest", "count", given=values["count"], highest=TOO_MUCH)
        if self.most is not None:
            lost = min(lost, self.most)
        points = Decimal(0) - lost
        facts = {"count": values["count"], "each": self.each, "points": points}
        return scored(points, Step("deduction", facts))


@dataclass(frozen=True)
class Graded:
    """Points that an assessor gives, 0 to the maximum; how, says the guide."""

    maximum: Outside
    guide: str = ""

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (Input("points", "number", self.guide, highest=self.maximum),)

    @property
    def reachable(self) -> Decimal:
        return self.maximum

    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet("points")
        facts = {"points": values["points"], "maximum": self.maximum}
        return scored(values["points"], Step("graded", facts))


@dataclass(frozen=True)
class Information:
    """Asked for and shown, never scored."""

    maximum: Outside
    label: str = ""

    @property
    def inputs(self) -> tuple[Input, ...]:
        return (Input("text", "text", self.label),)

    @property
    def reachable(self) -> Decimal:
        return Decimal(0)

    def score(self, given: Answer, best: Best | None = None) -> Scored:
        if not values_of(self.inputs, given):
            return not_yet("text")
        return Scored(State.INFORMATION, None, (Step("information"),))
