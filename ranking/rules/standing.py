"""Totals, classes and ranks: from points to the table that is published.

The order of things: Σ weight × points; what is not applicable is taken out and the rest rescaled;
minus the deductions; rounded once, half up; not below the floor. Percent and rank are of that
total. The class is too, and not of the rounded percent: 849.99 of 1,000 is printed as 85.00 %
and has not reached 85 % (QĐ 1278 Điều 8: "từ 85% điểm tối đa trở lên").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ranking.rules.faults import Faulty
from ranking.rules.framework import Grade, Lateness, Scale
from ranking.rules.numbers import HUNDRED, exactly, half_up

ZERO = Decimal(0)


@dataclass(frozen=True)
class Share:
    """What one criterion or component adds to a unit's total. `points` None: not appraised.

    Points below zero are deductions: they are no part of what is rescaled.
    """

    points: Decimal | None
    maximum: Decimal | None
    weight: Decimal = Decimal(1)
    is_applicable: bool = True


@dataclass(frozen=True)
class Timing:
    """How late a form came. None: in time, or lateness is not counted."""

    deduction: Decimal = ZERO
    forced_class: str | None = None


@dataclass(frozen=True)
class Standing:
    """A unit's line of the table. Everything is None while something is not appraised, and for
    ever where nothing `applies` that gives points: such a unit waits for nobody."""

    total: Decimal | None = None
    percent: Decimal | None = None
    label: str | None = None
    rank: int | None = None
    deduction: Decimal = ZERO
    is_forced: bool = False
    applies: bool = True


@exactly
def raw_total(shares: Sequence[Share], maximum: Decimal | None) -> Decimal | None:
    """Σ weight × points over what is applicable, rescaled to the maximum; unrounded.

    None when something is not appraised, or when nothing is applicable that could give points.
    """
    applicable = [share for share in shares if share.is_applicable]
    if not applicable or any(share.points is None for share in applicable):
        return None
    given = [share.weight * share.points for share in applicable if share.points is not None]
    gained = sum((each for each in given if each > 0), ZERO)
    lost = sum((each for each in given if each < 0), ZERO)
    excluded = excluded_of(shares)
    if not excluded:
        return gained + lost
    left = needed(maximum) - excluded
    if left < 0:
        raise Faulty.of("excluded_above_maximum", excluded=excluded, maximum=maximum)
    return gained * needed(maximum) / left + lost if left else None


def is_settled(shares: Iterable[Share]) -> bool:
    """Whether all that applies is appraised, be it that nothing applies."""
    return all(share.points is not None for share in shares if share.is_applicable)


def excluded_of(shares: Iterable[Share]) -> Decimal:
    """The weighted maxima of what is not applicable."""
    return sum(
        (share.weight * needed(share.maximum) for share in shares if not share.is_applicable), ZERO
    )


def needed(maximum: Decimal | None) -> Decimal:
    if maximum is None:
        raise Faulty.of("no_maximum")
    return maximum


def timing(lateness: Lateness | None, submitted_on: dt.date | None) -> Timing:
    """What lateness does; who has no day has not submitted."""
    if lateness is None:
        return Timing()
    if submitted_on is not None and submitted_on <= lateness.last_day:
        return Timing()
    if lateness.after_grace is None:
        return Timing(lateness.deduction)
    if submitted_on is None or (submitted_on - lateness.last_day).days > lateness.grace_days:
        return Timing(forced_class=lateness.after_grace)
    return Timing(lateness.deduction)


@exactly
def final_total(raw: Decimal, deduction: Decimal, scale: Scale) -> Decimal:
    """The printed total: rounded once, then not below the floor."""
    total = half_up(raw - deduction, scale.precision)
    if scale.floor is not None and total < scale.floor:
        return half_up(scale.floor, scale.precision)
    return total


@exactly
def percent_of(total: Decimal, maximum: Decimal, precision: int) -> Decimal:
    """As printed: rounded half up at the precision of the totals."""
    return half_up(total * HUNDRED / maximum, precision)


@exactly
def class_of(total: Decimal, maximum: Decimal, classes: Sequence[Grade]) -> str | None:
    """The first class whose bound the total reaches, compared without any division."""
    for grade in classes:
        if grade.lowest is None:
            return grade.label
        reached, bound = total * HUNDRED, grade.lowest * maximum
        if reached > bound or (grade.inclusive and reached == bound):
            return grade.label
    return None


def standing(
    raw: Decimal | None, late: Timing, maximum: Decimal, scale: Scale, classes: Sequence[Grade]
) -> Standing:
    """A unit's line without its rank, which needs the others."""
    if raw is None:
        return Standing(deduction=late.deduction, is_forced=late.forced_class is not None)
    total = final_total(raw, late.deduction, scale)
    return Standing(
        total,
        percent_of(total, maximum, scale.precision),
        late.forced_class or class_of(total, maximum, classes),
        deduction=late.deduction,
        is_forced=late.forced_class is not None,
    )


def ranked(lines: Sequence[tuple[Hashable, Standing]], scale: Scale) -> list[Standing]:
    """The same lines with their ranks, each inside its group; equal as printed is equal."""
    printed: dict[Hashable, list[Decimal]] = {}
    for group, line in lines:
        value = printed_of(line, scale)
        printed.setdefault(group, []).extend([] if value is None else [value])
    places = {group: places_of(values, scale) for group, values in printed.items()}
    return [
        line if value is None else replace(line, rank=places[group][value])
        for group, line in lines
        for value in [printed_of(line, scale)]
    ]


def printed_of(line: Standing, scale: Scale) -> Decimal | None:
    """What units are ranked by."""
    return line.percent if scale.rank_by == "percent" else line.total


def places_of(values: Sequence[Decimal], scale: Scale) -> dict[Decimal, int]:
    """The place of each value, highest first: 1, 2, 2, 4, or dense 1, 2, 2, 3."""
    places: dict[Decimal, int] = {}
    for position, value in enumerate(sorted(values, reverse=True), 1):
        if value not in places:
            places[value] = len(places) + 1 if scale.ties == "dense" else position
    return places
