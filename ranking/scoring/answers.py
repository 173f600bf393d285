"""What a rule asks for, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from ranking.rules.faults import Fault, Faulty, refuse_if_any
from ranking.rules.numbers import number_of


class State(StrEnum):
    """Zero is a score; not yet scored, not applicable and without points are three other things."""

    SCORED = "scored"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"
    INFORMATION = "information"


@dataclass(frozen=True)
class Step:
    """One step of how points were found; `ranking/wording.py` makes a sentence of it."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scored:
    """Points, unrounded, with how they were found. `points` is None unless they are scored.

    `is_final` is False while another unit's figure can still change them (best of the group).
    """

    state: State
    points: Decimal | None = None
    steps: tuple[Step, ...] = ()
    is_final: bool = True

    def __post_init__(self) -> None:
        if (self.points is None) is (self.state is State.SCORED):
            raise ValueError("points belong to what is scored, and to nothing else")


def scored(points: Decimal, *steps: Step, is_final: bool = True) -> Scored:
    return Scored(State.SCORED, points, steps, is_final)


def not_yet(*missing: str) -> Scored:
    """An answer of which something is missing; the names of what is."""
    return Scored(State.NOT_YET, None, (Step("missing", {"names": list(missing)}),), False)


def not_applicable(*steps: Step) -> Scored:
    """By the rule itself, such as a share of nothing; the steps say why."""
    return Scored(State.NOT_APPLICABLE, None, steps)


@dataclass(frozen=True)
class Best:
    """The highest figure of a group, as far as it is known."""

    figure: Decimal
    is_complete: bool  # every unit of the group has given its figure

    @classmethod
    def of(cls, figures: Iterable[Decimal | None]) -> Best | None:
        """None stands for a unit that has not answered; nobody answered: there is no best."""
        given = list(figures)
        known = [figure for figure in given if figure is not None]
        return cls(max(known), len(known) == len(given)) if known else None


Kind = Literal["number", "choice", "yes_no", "text", "parts"]


@dataclass(frozen=True)
class Input:
    """One thing that a rule asks for: enough to draw its field."""

    name: str
    kind: Kind
    label: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    highest: Decimal | None = None
    is_whole: bool = False
    parts: tuple[tuple[str, str, tuple[Input, ...]], ...] = ()  # code, title, its inputs


Values = dict[str, Any]


def values_of(inputs: Sequence[Input], given: Mapping[str, Any] | None) -> Values:
    """The values by name, read and checked; what is blank is left out. Raises `Faulty`."""
    answer = {} if given is None else given
    if not isinstance(answer, Mapping):
        raise Faulty.of("not_a_mapping")
    names = {each.name for each in inputs}
    faults = [Fault("unknown_input", (), {"key": key}) for key in answer if key not in names]
    values: Values = {}
    for each in inputs:
        value = answer.get(each.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            values[each.name] = read_value(each, value)
        except Faulty as wrong:
            faults += wrong.within(each.name).faults
    refuse_if_any(faults)
    return values


def read_value(wanted: Input, value: Any) -> Any:
    """One value of an answer by the kind that is asked for."""
    if wanted.kind == "number":
        return read_number(wanted, value)
    if wanted.kind == "choice":
        if str(value) not in dict(wanted.choices):
            raise Faulty.of("unknown_choice", given=value)
        return str(value)
    if wanted.kind == "yes_no":
        if not isinstance(value, bool):
            raise Faulty.of("not_true_or_false", given=value)
        return value
    return value  # text is kept as it is, parts are read by their own rules


def read_number(wanted: Input, value: Any) -> Decimal:
    number = number_of(value)
    if wanted.highest is not None and number > wanted.highest:
        raise Faulty.of("above_highest", given=number, highest=wanted.highest)
    if wanted.is_whole and number != int(number):
        raise Faulty.of("not_whole", given=value)
    return number


def lacking(inputs: Sequence[Input], values: Values) -> Iterator[str]:
    """Names of what was asked for and not given."""
    return (each.name for each in inputs if each.name not in values)
