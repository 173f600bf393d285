"""Linked one-stop: who resolves a part, and whether a group's limits fit. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar


class Place(Protocol):
    """A unit of the tree: its path holds its own id and those of its ancestors."""

    pk: int
    path: str


P = TypeVar("P", bound=Place)


def resolver(candidates: Iterable[P], lead: Place, counter: Place) -> P | None:
    """Which of the competent units takes a part when the group names none.

    The lead's own agency; else the nearest one below it (the police of the lead's commune); else
    the nearest one above the lead or the counter; else the only one there is. None: nobody can
    tell, so the group must name a unit.
    """
    found = list(candidates)
    for unit in found:
        if unit.pk == lead.pk:
            return unit
    below = [unit for unit in found if unit.path.startswith(lead.path)]
    if below:
        return min(below, key=lambda unit: (len(unit.path), unit.path))
    above = [
        unit
        for unit in found
        if lead.path.startswith(unit.path) or counter.path.startswith(unit.path)
    ]
    if above:
        return max(above, key=lambda unit: len(unit.path))
    return found[0] if len(found) == 1 else None


# In minutes of work, roughly, to compare limits of different units: a day of 450 minutes, a month
# of 22 working days. Only an order is asked for; due moments come from the calendar.
ROUGHLY: dict[str, Decimal] = {
    "minutes": Decimal(1),
    "hours": Decimal(60),
    "working_days": Decimal(450),
    "days": Decimal(450) * 5 / 7,
    "months": Decimal(450) * 22,
    "same_day": Decimal(450),
}


def length_of(amount: Decimal, unit: str) -> Decimal:
    return ROUGHLY[unit] * (Decimal(1) if unit == "same_day" else amount)


@dataclass(frozen=True)
class MemberData:
    """A member as the check sees it."""

    name: str
    is_lead: bool
    limit: tuple[Decimal, str]


def too_long(total: tuple[Decimal, str], members: Sequence[MemberData]) -> list[str]:
    """Names of the members whose own limit is longer than the whole group's."""
    whole = length_of(*total)
    return [member.name for member in members if length_of(*member.limit) > whole]
