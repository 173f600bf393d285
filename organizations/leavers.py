"""What a person leaves behind: upper apps say which open work is his."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from organizations.models import User


@dataclass(frozen=True)
class OpenWork:
    """One kind of open work of a person, and where it is given to somebody else."""

    label: str | Promise
    count: int
    url: str


Row = OpenWork | tuple[Any, int, str]
Finder = Callable[[User], Iterable[Row]]
_finders: dict[str, Finder] = {}


def register(name: str, finder: Finder) -> None:
    """`finder(user)` counts open work of one kind; called by an upper app's `ready()`."""
    _finders[name] = finder


def open_work_of(user: User) -> list[OpenWork]:
    """Open work of a person in all apps, kinds with nothing open left out."""
    return still_open(row for finder in _finders.values() for row in finder(user))


def still_open(rows: Iterable[Row]) -> list[OpenWork]:
    """Rows as OpenWork, kinds with nothing open left out."""
    found = [row if isinstance(row, OpenWork) else OpenWork(*row) for row in rows]
    return [work for work in found if work.count]
