"""What a person leaves behind: upper apps say which open work is his."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.functional import Promise

from organizations.models import User


class OpenWork(NamedTuple):
    """One kind of open work of a person, and where it is given to somebody else."""

    label: str | Promise
    count: int
    url: str


Finder = Callable[[User], Iterable[OpenWork]]
_finders: dict[str, Finder] = {}


def register(name: str, finder: Finder) -> None:
    """`finder(user)` counts open work of one kind; called by an upper app's `ready()`."""
    _finders[name] = finder


def open_work_of(user: User) -> list[OpenWork]:
    """Open work of a person in all apps, kinds with nothing open left out."""
    found = [OpenWork(*work) for finder in _finders.values() for work in finder(user)]
    return [work for work in found if work.count]
