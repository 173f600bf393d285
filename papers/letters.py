"""Official letters that upper apps have written: printed in the layout of the decree, and taken
over as drafts. Who writes one, and who lays it out and issues it, do not know each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from organizations.models import Unit, User


@dataclass(frozen=True)
class Letter:
    """Công văn of a unit's body to another unit; not numbered, not signed yet."""

    unit: Unit
    signer: User
    to: Unit
    subject: str  # after "V/v"
    text: str  # a line is a paragraph; "| a | b |" is a row of a table, the first one its head
    answer_by: dt.date | None = None
    is_sample: bool = False


Writer = Callable[[User, int], Letter | None]
Printer = Callable[[Sequence[Letter], str], HttpResponse]
Drafting = Callable[[User], str]
_writers: dict[str, Writer] = {}
_offices: list[tuple[Printer, Drafting]] = []


def tell_letters(kind: str, writer: Writer) -> None:
    """Called by the app whose rows they are ("directives.urging"); `writer` gives None for what a
    person may not write."""
    _writers[kind] = writer


def issue_letters(printer: Printer, drafting: Drafting) -> None:
    """Called by the app that lays out documents. `printer` answers with one PDF of all, under a
    name; `drafting` says where a person begins a draft of one, "" when he drafts for no body."""
    _offices[:] = [(printer, drafting)]


def letter_of(user: User, key: str) -> Letter | None:
    """What a key names ("directives.urging:5"); None for what nobody knows, or he may not write."""
    kind, _colon, pk = key.rpartition(":")
    writer = _writers.get(kind)
    is_number = pk.isascii() and pk.isdigit() and len(pk) < 16
    return writer(user, int(pk)) if writer and is_number else None


def printed(letters: Sequence[Letter], name: str) -> HttpResponse:
    """One PDF of all, to be numbered and signed on paper."""
    [(printer, _drafting)] = _offices
    return printer(letters, name)


def drafting_address(user: User, kind: str) -> str:
    """Where the person takes over letters of a kind as drafts: behind it comes the row's id. ""
    when he drafts for no body."""
    [(_printer, drafting)] = _offices
    address = drafting(user)
    return f"{address}{kind}:" if address else ""
