"""Open work that a leaver or a closed unit leaves behind: upper apps count it and hand it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from organizations.models import Unit, User


@dataclass(frozen=True)
class OpenWork:
    """One kind of open work of a person, and where it is given to somebody else."""

    label: str | Promise
    count: int
    url: str


Row = OpenWork | tuple[Any, int, str]
Finder = Callable[[User], Iterable[Row]]
_finders: dict[str, Finder] = {}


def count_for_people(name: str, finder: Finder) -> None:
    """`finder(user)` counts open work of one kind; called by an upper app's `ready()`."""
    _finders[name] = finder


def open_work_of(user: User) -> list[OpenWork]:
    """Open work of a person in all apps, kinds with nothing open left out."""
    return still_open(row for finder in _finders.values() for row in finder(user))


def still_open(rows: Iterable[Row]) -> list[OpenWork]:
    """Rows as OpenWork, kinds with nothing open left out."""
    found = [row if isinstance(row, OpenWork) else OpenWork(*row) for row in rows]
    return [work for work in found if work.count]


@dataclass(frozen=True)
class Keeper:
    """An upper app's part: `count(unit)` says what is open, `move(old, new, actor)` moves it."""

    count: Callable[[Unit], Iterable[Row]]
    move: Callable[[Unit, Unit, User], None] | None


_keepers: dict[str, Keeper] = {}


def keep_for_units(
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
