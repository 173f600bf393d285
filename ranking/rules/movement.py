"""How a unit stands beside the year before, and inside each area.

Places are compared only where a place means the same: the same group, ranked in both years, under
criteria that ask and score the same. Everything else has a name of its own, never a number.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from ranking.rules.framework import Scale
from ranking.rules.numbers import HUNDRED, exactly, half_up
from ranking.rules.standing import places_of


class Placed(Protocol):
    """A line of a published table."""

    @property
    def group(self) -> str: ...

    @property
    def rank(self) -> int | None: ...


class Kind(StrEnum):
    """What is said of a unit against the year before."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEW = "new"  # not assessed then, nor was a unit that it was formed from
    FORMED = "formed"  # out of units that were assessed then
    MOVED = "moved"  # compared with other units now
    UNRANKED = "unranked"  # has no rank this year
    WAS_UNRANKED = "was_unranked"


@dataclass(frozen=True)
class Movement:
    """`places` won or lost, for UP and DOWN only."""

    kind: Kind
    places: int = 0


def movement(now: Placed, before: Placed | None, *, is_formed: bool = False) -> Movement:
    """Against the unit's line of the year before, None where there was none."""
    if now.rank is None:
        return Movement(Kind.UNRANKED)
    if is_formed:
        return Movement(Kind.FORMED)
    if before is None:
        return Movement(Kind.NEW)
    if before.group != now.group:
        return Movement(Kind.MOVED)
    if before.rank is None:
        return Movement(Kind.WAS_UNRANKED)
    won = before.rank - now.rank
    if not won:
        return Movement(Kind.SAME)
    return Movement(Kind.UP if won > 0 else Kind.DOWN, abs(won))


@dataclass(frozen=True)
class PartLine:
    """A unit for the ranking inside areas; `parts` as snapshots write them."""

    key: Hashable
    group: str
    parts: Sequence[dict[str, Any]]


@exactly
def share_of(part: dict[str, Any], precision: int) -> Decimal | None:
    """Percent of what could be reached in an area; None where nothing was asked there."""
    most = Decimal(part["maximum"])
    return half_up(Decimal(part["points"]) * HUNDRED / most, precision) if most else None


def part_ranks(lines: Sequence[PartLine], scale: Scale) -> dict[tuple[Hashable, str], int]:
    """The place of each unit in each area, by (unit, code of the area), inside its group.

    By the percent of what could be reached, so that a unit to which something did not apply is not
    put behind for it; ties and precision as in the whole table.
    """
    shares: dict[tuple[str, str], list[tuple[Hashable, Decimal]]] = {}
    for line in lines:
        for part in line.parts:
            share = share_of(part, scale.precision)
            if share is not None:
                shares.setdefault((line.group, part["code"]), []).append((line.key, share))
    return {
        (key, code): places[share]
        for (_group, code), found in shares.items()
        for places in [places_of([share for _key, share in found], scale)]
        for key, share in found
    }
