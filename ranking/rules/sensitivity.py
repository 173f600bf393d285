"""How firm a table is: what small changes would do to ranks and classes. Exact, no database.

Everything is computed from sums of shares that are kept for each unit, so that leaving out one of
120 criteria for 500 units costs one subtraction for each, and gives what adding up anew gives.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ranking.rules.framework import Grade, Scale
from ranking.rules.numbers import exactly
from ranking.rules.standing import (
    ZERO,
    Share,
    Standing,
    Timing,
    needed,
    printed_of,
    ranked,
    standing,
)


@dataclass(frozen=True)
class Case:
    """One unit with the shares of its criteria by their codes."""

    key: Any
    group: str
    is_ranked: bool
    late: Timing
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Sums:
    """What a unit's total is made of; `waiting`: shares that are not appraised."""

    gained: Decimal
    lost: Decimal
    excluded: Decimal
    applicable: int
    waiting: int

    @classmethod
    @exactly
    def of(cls, shares: Mapping[str, Share]) -> Sums:
        found = cls(ZERO, ZERO, ZERO, 0, 0)
        for share in shares.values():
            found = found.plus(share)
        return found

    @exactly
    def plus(self, share: Share, sign: int = 1) -> Sums:
        """With one more share, or with `sign` -1 without it."""
        if not share.is_applicable:
            return replace(self, excluded=self.excluded + sign * _most(share))
        points = share.weight * (share.points or ZERO)
        return Sums(
            self.gained + sign * max(points, ZERO), self.lost + sign * min(points, ZERO),
            self.excluded, self.applicable + sign, self.waiting + sign * (share.points is None),
        )  # fmt: skip

    def without(self, share: Share) -> Sums:
        """As if the criterion applied to nobody."""
        left = self.plus(share, -1)
        return left.plus(replace(share, is_applicable=False))

    @exactly
    def raw(self, maximum: Decimal | None) -> Decimal | None:
        """As `standing.raw_total` of the same shares."""
        if not self.applicable or self.waiting:
            return None
        if not self.excluded:
            return self.gained + self.lost
        left = needed(maximum) - self.excluded
        return self.gained * needed(maximum) / left + self.lost if left > 0 else None


def _most(share: Share) -> Decimal:
    return share.weight * needed(share.maximum)


@dataclass(frozen=True)
class Contest:
    """All units of a year and what they are ranked by."""

    cases: Sequence[Case]
    scale: Scale
    classes: Sequence[Grade]

    @property
    def sums(self) -> list[Sums]:
        return [Sums.of(case.shares) for case in self.cases]

    def table(self, sums: Sequence[Sums], scale: Scale | None = None) -> dict[Any, Standing]:
        """Every unit's line."""
        scale = scale or self.scale
        lines = [
            standing(each.raw(scale.maximum), case.late, scale.maximum or ZERO, scale, self.classes)
            for case, each in zip(self.cases, sums, strict=True)
        ]
        places = [place for place, case in enumerate(self.cases) if case.is_ranked]
        placed = ranked([(self.cases[place].group, lines[place]) for place in places], scale)
        for place, line in zip(places, placed, strict=True):
            lines[place] = line
        return {case.key: line for case, line in zip(self.cases, lines, strict=True)}


@dataclass(frozen=True)
class Ladder:
    """The printed values of a group, lowest first: where a value would stand among the others."""

    values: Sequence[Decimal]
    is_dense: bool

    def rank(self, value: Decimal, own: Decimal) -> int:
        """Of the unit that has `own` now."""
        if self.is_dense:
            others = list(self.values)
            others.remove(own)
            return 1 + len({each for each in others if each > value})
        above = len(self.values) - bisect_right(self.values, value)
        return 1 + above - (own > value)


def ladders(contest: Contest, table: Mapping[Any, Standing]) -> dict[str, Ladder]:
    """One for each group."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for case in contest.cases:
        value = printed_of(table[case.key], contest.scale)
        if case.is_ranked and value is not None:
            found[case.group].append(value)
    dense = contest.scale.ties == "dense"
    return {group: Ladder(sorted(values), dense) for group, values in found.items()}


def ties(contest: Contest, table: Mapping[Any, Standing]) -> list[list[Any]]:
    """Units that share a rank."""
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for case in contest.cases:
        rank = table[case.key].rank
        if rank is not None:
            found[case.group, rank].append(case.key)
    return [keys for _place, keys in sorted(found.items()) if len(keys) > 1]


@dataclass(frozen=True)
class Shift:
    """Where a unit would stand with a few points more or less, the others as they are."""

    key: Any
    rank: int
    best: int
    worst: int


def shifts(contest: Contest, table: Mapping[Any, Standing], step: Decimal) -> list[Shift]:
    """Units whose rank changes when their total does by `step` points up or down."""
    scale, places = contest.scale, ladders(contest, table)
    found = []
    for case in contest.cases:
        line = table[case.key]
        own = printed_of(line, scale)
        if not case.is_ranked or line.total is None or own is None or line.rank is None:
            continue
        ranks = []
        for total in (line.total + step, line.total - step):
            moved = standing(total, Timing(), scale.maximum or ZERO, scale, contest.classes)
            ranks.append(places[case.group].rank(printed_of(moved, scale) or ZERO, own))
        if ranks != [line.rank, line.rank]:
            found.append(Shift(case.key, line.rank, ranks[0], ranks[1]))
    return found


@dataclass(frozen=True)
class Refined:
    """A unit whose rank or class hangs on the precision."""

    key: Any
    before: Standing
    after: Standing


def refined(
    contest: Contest, sums: Sequence[Sums], table: Mapping[Any, Standing], precision: int
) -> list[Refined]:
    """What changes with another number of decimals."""
    other = contest.table(sums, replace(contest.scale, precision=precision))
    return [
        Refined(key, line, other[key])
        for key, line in table.items()
        if (line.rank, line.label) != (other[key].rank, other[key].label)
    ]


@dataclass(frozen=True)
class Swing:
    """A unit that one verdict keeps from a better rank: the smallest of them."""

    key: Any
    code: str
    decided: Decimal
    claimed: Decimal
    rank: int
    better: int


def swings(
    contest: Contest,
    sums: Sequence[Sums],
    table: Mapping[Any, Standing],
    claimed: Mapping[Any, Mapping[str, Decimal]],
) -> list[Swing]:
    """Units that would stand higher if on one criterion their own figure had been accepted."""
    places, found = ladders(contest, table), []
    for case, each in zip(contest.cases, sums, strict=True):
        line = table[case.key]
        own = printed_of(line, contest.scale)
        if not case.is_ranked or own is None or line.rank is None:
            continue
        better = []
        for code, points in claimed.get(case.key, {}).items():
            share = case.shares.get(code)
            if share is None or share.points is None or points <= share.points:
                continue
            rank = _rank_with(contest, case, each, share, points, places[case.group], own)
            if rank < line.rank:
                better.append(Swing(case.key, code, share.points, points, line.rank, rank))
        if better:
            found.append(min(better, key=lambda swing: (swing.claimed - swing.decided, swing.code)))
    return found


def _rank_with(
    contest: Contest, case: Case, sums: Sums, share: Share, points: Decimal, ladder: Ladder,
    own: Decimal,
) -> int:  # fmt: skip
    scale = contest.scale
    raw = sums.plus(share, -1).plus(replace(share, points=points)).raw(scale.maximum)
    line = standing(raw, case.late, scale.maximum or ZERO, scale, contest.classes)
    return ladder.rank(printed_of(line, scale) or ZERO, own)


@dataclass(frozen=True)
class Dropped:
    """What leaving out a criterion would do; `most` places for one unit."""

    code: str
    ranks: int
    classes: int
    most: int


def drops(
    contest: Contest, sums: Sequence[Sums], table: Mapping[Any, Standing], codes: Sequence[str]
) -> list[Dropped]:
    """For each criterion how many units change their rank or class when it counts for nobody."""
    found = []
    for code in codes:
        left = [
            each.without(case.shares[code])
            if code in case.shares and case.shares[code].is_applicable else each
            for case, each in zip(contest.cases, sums, strict=True)
        ]  # fmt: skip
        other = contest.table(left)
        moved = [
            abs((line.rank or 0) - (other[key].rank or 0)) for key, line in table.items()
        ]  # fmt: skip
        classes = sum(line.label != other[key].label for key, line in table.items())
        found.append(Dropped(code, sum(map(bool, moved)), classes, max(moved, default=0)))
    return found
