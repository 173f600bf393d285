"""Rows of lower apps that upper apps have something to say about, named by type and id
("documents.incoming", 5): whoever shows such a row asks for panels, whoever works on from it for
its facts. Neither app knows the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organizations.models import User


@dataclass(frozen=True)
class Subject:
    """A row whose page somebody looks at. He may see it: who asks has made sure."""

    kind: str
    pk: int
    gives_tasks: bool = False  # its sender says so
    is_in_force: bool = True  # neither a draft nor taken back
    same: tuple[tuple[str, int], ...] = ()  # the same thing as others have it

    @property
    def names(self) -> tuple[tuple[str, int], ...]:
        return ((self.kind, self.pk), *self.same)


@dataclass(frozen=True)
class Panel:
    """What an upper app shows there: its template, which knows `panel.context`."""

    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What may be quoted of a row: as a person sees it, with its text by paragraphs on demand."""

    origin: str  # a key of directives.states.Origin
    reference: str
    subject: str
    issued_on: dt.date | None
    url: str
    passages: Callable[[], list[str]]  # reads its files: not for lists


Maker = Callable[[User, Subject], Panel | None]
Reader = Callable[[User, int], Facts | None]
_makers: dict[str, Maker] = {}
_readers: dict[str, Reader] = {}


def show_panel(name: str, maker: Maker) -> None:
    """Called by an upper app's `ready()`. None: it has nothing to say there."""
    _makers[name] = maker


def panels_of(user: User, subject: Subject) -> list[Panel]:
    """In the order of the apps."""
    made = [maker(user, subject) for maker in _makers.values()]
    return [panel for panel in made if panel is not None]


def tell_facts(kind: str, reader: Reader) -> None:
    """Called by the app whose rows they are; `reader` gives None for what he may not see."""
    _readers[kind] = reader


def facts_of(user: User, kind: str, pk: int) -> Facts | None:
    """None for what the person may not see, and for a kind that nobody knows."""
    reader = _readers.get(kind)
    return None if reader is None else reader(user, pk)
