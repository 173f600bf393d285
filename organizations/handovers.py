"""What a unit leaves behind when it is closed or merged: upper apps count it and hand it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from organizations.leavers import OpenWork, Row, still_open
from organizations.models import Unit, User


@dataclass(frozen=True)
class Keeper:
    """An upper app's part: `count(unit)` says what is open, `move(old, new, actor)` moves it."""

    count: Callable[[Unit], Iterable[Row]]
    move: Callable[[Unit, Unit, User], None] | None


_keepers: dict[str, Keeper] = {}


def register(
    name: str,
    count: Callable[[Unit], Iterable[Row]],
    move: Callable[[Unit, Unit, User], None] | None = None,
) -> None:
    """Called by an upper app's `ready()`. `move` runs inside the merger's transaction."""
    _keepers[name] = Keeper(count, move)


def open_work_in(unit: Unit) -> list[OpenWork]:
    """Open work held by a unit, in all apps."""
    return still_open(row for keeper in _keepers.values() for row in keeper.count(unit))


def hand_over(old: Unit, new: Unit, actor: User) -> None:
    """Let every app move what it keeps for the old unit to the new one."""
    for keeper in _keepers.values():
        if keeper.move is not None:
            keeper.move(old, new, actor)
