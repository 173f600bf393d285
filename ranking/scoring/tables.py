"""Rules that look up: steps on a figure, options to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from ranking.rules.faults import Fault, Faulty
from ranking.rules.numbers import HUNDRED, exactly
from ranking.rules.plain import Key, Outside
from ranking.scoring.answers import Best, Input, Scored, Step, lacking, not_yet, scored, values_of

Answer = Mapping[str, Any] | None


@dataclass(frozen=True)
class Row:
    """From this figure on so many points; `inclusive`: the figure itself belongs to it."""

    lowest: Annotated[Decimal, Key("from")]
    points: Decimal
    inclusive: bool = True

    def holds(self, figure: Decimal) -> bool:
        return figure >= self.lowest if self.inclusive else figure > self.lowest


@dataclass(frozen=True)
class StepTable:
    """Points by a figure: 4 / 3 / 2 / 1 meetings are 20 / 15 / 10 / 5. Below all steps: nothing.

    With `b` the figure is a/b in percent. Steps stand from the highest down.
    """

    maximum: Outside
    steps: tuple[Row, ...]
    a: str = ""
    b: str = ""

    def faults(self) -> Iterator[Fault]:
        if not self.steps:
            yield Fault("empty_list", ("steps",))
        for above, below in pairwise(self.steps):
            if below.lowest >= above.lowest:
                yield Fault("steps_not_falling", ("steps",), {"given": below.lowest})

    @property
    def inputs(self) -> tuple[Input, ...]:
        figure = Input("a", "number", self.a)
        return (figure, Input("b", "number", self.b)) if self.b else (figure,)

    @property
    def reachable(self) -> Decimal:
        return max(row.points for row in self.steps)

    @exactly
    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        missing = list(lacking(self.inputs, values))
        if missing:
            return not_yet(*missing)
        figure = values["a"]
        if self.b:
            if not values["b"]:
                raise Faulty.of("must_be_positive", "b")
            figure = figure * HUNDRED / values["b"]
        for row in self.steps:
            if row.holds(figure):
                facts = {"figure": figure, "from": row.lowest, "points": row.points}
                return scored(row.points, Step("step" if row.inclusive else "step_above", facts))
        return scored(Decimal(0), Step("below_all_steps", {"figure": figure}))


@dataclass(frozen=True)
class Option:
    """One answer to choose, with its points."""

    code: str
    title: str
    points: Decimal


@dataclass(frozen=True)
class Options:
    """Points by the option that was chosen: head of the committee 10, deputy 5, otherwise 0."""

    maximum: Outside
    options: tuple[Option, ...]

    def faults(self) -> Iterator[Fault]:
        if not self.options:
            yield Fault("empty_list", ("options",))
        for code, times in Counter(option.code for option in self.options).items():
            if times > 1:
                yield Fault("twice", ("options",), {"code": code})

    @property
    def inputs(self) -> tuple[Input, ...]:
        choices = tuple((option.code, option.title) for option in self.options)
        return (Input("choice", "choice", choices=choices),)

    @property
    def reachable(self) -> Decimal:
        return max(option.points for option in self.options)

    def score(self, given: Answer, best: Best | None = None) -> Scored:
        values = values_of(self.inputs, given)
        if not values:
            return not_yet("choice")
        chosen = next(option for option in self.options if option.code == values["choice"])
        facts = {"code": chosen.code, "title": chosen.title, "points": chosen.points}
        return scored(chosen.points, Step("option", facts))
