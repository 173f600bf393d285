"""The shape of a framework: what a year is judged by, as it stands in a file.

One format for the smallest framework (`components`) and for a whole form (`areas` → sections →
criteria); `docs/ranking.md` shows both. Gaps of a source stay gaps: a maximum or a rule may be
missing in a file, and `ranking.rules.checks` refuses to publish it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from ranking.rules.faults import Fault, Faulty
from ranking.rules.numbers import HUNDRED
from ranking.rules.plain import Key, Plain, Signed, read
from ranking.scoring import Rule, parse_rule

ONE = Decimal(1)
MOST_DECIMALS = 6  # also of `Standing.percent`
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
COLUMNS = ("unit", "group", "max", "submitted_on")  # of a file of scores, before the codes


@dataclass(frozen=True)
class Scale:
    """How totals are made. `floor: null` lets a total fall below zero.

    Without `maximum` it is what the areas or components add up to.
    """

    maximum: Decimal | None = None
    precision: int = 2
    rank_by: Literal["total", "percent"] = "total"
    floor: Signed | None = Decimal(0)
    ties: Literal["competition", "dense"] = "competition"

    def faults(self) -> Iterator[Fault]:
        if self.maximum is not None and not self.maximum:
            yield Fault("must_be_positive", ("maximum",))
        if self.precision > MOST_DECIMALS:
            yield Fault("above_highest", ("precision",),
                        {"given": self.precision, "highest": MOST_DECIMALS})  # fmt: skip


@dataclass(frozen=True)
class Grade:
    """A class: from this percent of the maximum on; the last has no bound and takes the rest."""

    label: str
    lowest: Annotated[Decimal | None, Key("from")] = None
    inclusive: bool = True

    def faults(self) -> Iterator[Fault]:
        if not self.label:
            yield Fault("no_value", ("label",))
        if self.lowest is not None and self.lowest > HUNDRED:
            yield Fault("above_highest", ("from",), {"given": self.lowest, "highest": HUNDRED})


@dataclass(frozen=True)
class Lateness:
    """What coming late costs (QĐ 1278 Điều 8 khoản 3, 4).

    Days late count from the last day in time: the due day, or the day before it when
    `due_day_is_late`. Up to `grace_days` of them cost `deduction` points; after that, and for who
    never submits, the class is `after_grace` whatever the points. Without `after_grace` every
    late one, and who never submits, loses the deduction.
    """

    due: dt.date
    due_day_is_late: bool = False
    grace_days: int = 0
    deduction: Decimal = Decimal(0)
    after_grace: str | None = None

    def faults(self) -> Iterator[Fault]:
        if not FIRST_DAY <= self.due <= LAST_DAY:
            yield Fault("not_a_day", ("due",), {"given": self.due})

    def due_on(self, day: dt.date) -> Lateness:
        """The same rule with the day of another year."""
        return replace(self, due=day)

    @property
    def last_day(self) -> dt.date:
        return self.due - dt.timedelta(days=int(self.due_day_is_late))


@dataclass(frozen=True)
class Group:
    """Units that are compared with each other (QĐ 1278 Điều 2)."""

    code: str
    name: str
    scope: str = ""


@dataclass(frozen=True)
class Window:
    """The days whose facts count."""

    first: Annotated[dt.date | None, Key("from")] = None
    last: Annotated[dt.date | None, Key("to")] = None

    def faults(self) -> Iterator[Fault]:
        if self.first and self.last and self.last < self.first:
            yield Fault("days_backwards")


@dataclass(frozen=True)
class Milestone:
    """A step of the year; `day` is the last one for it."""

    step: Literal["below", "self_assessment", "appraisal", "appeal", "publication"]
    day: dt.date
    note: str = ""


@dataclass(frozen=True)
class Council:
    """Who appraises (QĐ 1278 Điều 7)."""

    chair: str = ""
    vice: str = ""
    members: tuple[str, ...] = ()
    support: str = ""


@dataclass(frozen=True)
class Component:
    """What is scored as a whole in the smallest framework."""

    code: str
    maximum: Annotated[Decimal | None, Key("max")] = None
    weight: Decimal = ONE
    title: str = ""


@dataclass(frozen=True)
class Criterion:
    """Tiêu chí: asked, scored by its rule, proved, checked by somebody. `groups` empty: all."""

    code: str
    title: str
    maximum: Annotated[Decimal | None, Key("max")] = None
    weight: Decimal = ONE
    plain_rule: Annotated[Plain | None, Key("rule")] = None
    evidence: str = ""
    verifier: str = ""
    groups: tuple[str, ...] = ()
    measure: str = ""
    source: str = ""
    gap: str = ""  # what the source does not tell

    def faults(self) -> Iterator[Fault]:
        if self.plain_rule is not None:
            try:
                parse_rule(self.plain_rule, self.maximum or Decimal(0))
            except Faulty as wrong:
                yield from wrong.within("rule").faults

    @property
    def rule(self) -> Rule | None:
        """None where the source does not tell the rule or the maximum."""
        if self.plain_rule is None or self.maximum is None:
            return None
        return parse_rule(self.plain_rule, self.maximum)

    @property
    def kind(self) -> str:
        """The type of its rule, "" without one."""
        return str(self.plain_rule["type"]) if self.plain_rule else ""


@dataclass(frozen=True)
class Section:
    """Criteria of an area that belong together."""

    code: str
    title: str
    maximum: Annotated[Decimal | None, Key("max")] = None
    weight: Decimal = ONE
    criteria: tuple[Criterion, ...] = ()
    source: str = ""
    gap: str = ""

    @property
    def children(self) -> tuple[Node, ...]:
        return self.criteria


@dataclass(frozen=True)
class Area:
    """One of the contents of Điều 5, with sections, criteria, or both."""

    code: str
    title: str
    maximum: Annotated[Decimal | None, Key("max")] = None
    weight: Decimal = ONE
    sections: tuple[Section, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    source: str = ""
    gap: str = ""

    @property
    def children(self) -> tuple[Node, ...]:
        return (*self.sections, *self.criteria)


Node = Area | Section | Criterion | Component


@dataclass(frozen=True)
class Framework:
    """Everything that a year is judged by. Only `components` or `areas` must be there."""

    code: str = ""
    name: str = ""
    year: int | None = None
    decision: str = ""
    source: tuple[str, ...] = ()
    is_sample: bool = False
    notice: str = ""  # said wherever an illustration is shown
    gaps: tuple[str, ...] = ()
    standing_body: str = ""
    council: Council = Council()
    data_window: Window = Window()
    schedule: tuple[Milestone, ...] = ()
    groups: tuple[Group, ...] = ()
    scale: Scale = Scale()
    classes: tuple[Grade, ...] = ()
    lateness: Lateness | None = None
    components: tuple[Component, ...] = ()
    areas: tuple[Area, ...] = ()

    def faults(self) -> Iterator[Fault]:
        if not self.top:
            yield Fault("missing_key", (), {"key": "components"})
        if self.components and self.areas:
            yield Fault("components_and_areas")
        yield from class_faults(self.classes)
        yield from twice("groups", [group.code for group in self.groups])
        yield from twice("codes", [node.code for node in self.nodes()])
        for node in self.nodes():
            if not node.code or node.code in COLUMNS:
                yield Fault("code_is_taken", (), {"code": node.code, "known": ", ".join(COLUMNS)})
        labels = [grade.label for grade in self.classes]
        forced = self.lateness and self.lateness.after_grace
        if forced and labels and forced not in labels:
            yield Fault("unknown_class", ("lateness", "after_grace"),
                        {"given": forced, "known": ", ".join(labels)})  # fmt: skip

    def group_name(self, code: str) -> str:
        """Of a group, or its code where it is not named."""
        return next((group.name for group in self.groups if group.code == code), code)

    @property
    def top(self) -> tuple[Area | Component, ...]:
        return self.areas or self.components

    def nodes(self) -> Iterator[Node]:
        """Every area, section, criterion or component, each before what is below it."""
        for node in self.top:
            yield from below(node)


def below(node: Node) -> Iterator[Node]:
    """The node itself and all below it."""
    yield node
    for child in children_of(node):
        yield from below(child)


def children_of(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Area | Section) else ()


def moved(content: Framework, years: int) -> Framework:
    """The same with its days so many years later; 29 February becomes the 28th."""

    def later(day: dt.date) -> dt.date:
        year = min(max(day.year + years, FIRST_DAY.year), LAST_DAY.year)
        return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day)

    window, late = content.data_window, content.lateness
    days = [day and later(day) for day in (window.first, window.last)]
    return replace(
        content,
        data_window=Window(*days),
        lateness=late and late.due_on(later(late.due)),
        schedule=tuple(replace(step, day=later(step.day)) for step in content.schedule),
    )


def without(content: Framework, codes: Iterable[str]) -> Framework:
    """The framework without these criteria."""
    gone = set(codes)

    def left(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        return tuple(each for each in criteria if each.code not in gone)

    areas = tuple(
        replace(
            area,
            criteria=left(area.criteria),
            sections=tuple(replace(one, criteria=left(one.criteria)) for one in area.sections),
        )
        for area in content.areas
    )
    return replace(content, areas=areas)


def class_faults(classes: tuple[Grade, ...]) -> Iterator[Fault]:
    """Classes stand from the best down; only the last may be without a bound."""
    yield from twice("classes", [grade.label for grade in classes])
    for better, worse in pairwise(classes):
        if better.lowest is None:
            yield Fault("class_without_bound", ("classes",), {"label": better.label})
        elif worse.lowest is not None and worse.lowest >= better.lowest:
            yield Fault("classes_not_falling", ("classes",), {"label": worse.label})


def twice(place: str, names: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Fault("twice", (place,), {"code": name})
        seen.add(name)


def terms_of(data: Plain) -> Framework:
    """A framework without its tree: everything that a year may say for itself."""
    alone = {**data, "areas": [], "components": [{"code": "-"}]}  # something must stand in for it
    return replace(read(Framework, alone), components=())
