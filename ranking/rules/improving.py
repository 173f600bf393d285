"""What would bring a unit to the next class: tried with the same arithmetic that made the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ranking.rules.framework import Grade, Scale
from ranking.rules.sensitivity import Sums
from ranking.rules.standing import ZERO, Share, Standing, Timing, standing


@dataclass(frozen=True)
class Sheet:
    """A unit's shares by criterion, and all else that its line is made of."""

    shares: Mapping[int, Share]
    late: Timing
    scale: Scale
    classes: Sequence[Grade]

    @cached_property
    def sums(self) -> Sums:
        """All shares added up, so that trying one costs the same with 60 criteria and 1,500."""
        return Sums.of({str(key): share for key, share in self.shares.items()})

    def line(self, points: Mapping[int, Decimal] | None = None) -> Standing:
        """The unit's line, with other points where they are given. Without its rank."""
        sums = self.sums
        for key, value in (points or {}).items():
            sums = self.changed(sums, key, value)
        return self.of(sums)

    def changed(self, sums: Sums, key: int, points: Decimal) -> Sums:
        share = self.shares[key]
        return sums.plus(share, -1).plus(replace(share, points=points))

    def of(self, sums: Sums) -> Standing:
        scale = self.scale
        maximum = scale.maximum or ZERO
        return standing(sums.raw(scale.maximum), self.late, maximum, scale, self.classes)

    def gains(self) -> list[Gain]:
        """What each criterion still has to give to the total, the most first."""
        now, found = self.of(self.sums).total, []
        if now is None:
            return []
        for key, share in self.shares.items():
            most = share.maximum or ZERO
            if not share.is_applicable or share.points is None or share.points >= most:
                continue
            then = self.of(self.changed(self.sums, key, most)).total
            if then is not None and then > now:
                found.append(Gain(key, then - now, most))
        return sorted(found, key=lambda each: (-each.total, each.key))


@dataclass(frozen=True)
class Gain:
    """`total` more points for the unit when a criterion reaches its `most`."""

    key: int
    total: Decimal
    most: Decimal


@dataclass(frozen=True)
class NextClass:
    """The class above, what is missing to it, and the shortest list of criteria that bring it;
    none where not even all of them do. `is_above`: the bound itself is not enough."""

    label: str
    missing: Decimal
    is_above: bool
    gains: Sequence[Gain]


def next_class(sheet: Sheet) -> NextClass | None:
    """None in the best class, in one that follows from lateness, and before all is appraised."""
    now, maximum = sheet.line(), sheet.scale.maximum
    if now.total is None or not maximum or now.is_forced:
        return None
    labels = [grade.label for grade in sheet.classes]
    place = labels.index(now.label) if now.label in labels else len(labels)
    if place == 0 or (bound := sheet.classes[place - 1].lowest) is None:
        return None
    above = sheet.classes[place - 1]
    taken, sums = [], sheet.sums
    for gain in sheet.gains():
        taken.append(gain)
        sums = sheet.changed(sums, gain.key, gain.most)
        if sheet.of(sums).label in labels[:place]:
            break
    else:
        taken = []
    missing = max(bound * maximum / 100 - now.total, ZERO)
    return NextClass(above.label, missing, not above.inclusive, taken)
