"""How far the message is that brings a document to receivers outside the province: the app that
carries it says so, documents know no bus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from documents.models import Outgoing
from organizations.models import User


@dataclass(frozen=True)
class Underway:
    """One message of a document that has not reached its receivers."""

    words: str
    is_fault: bool = False
    url: str = ""  # of the page where somebody may act on it


Carrier = Callable[[Outgoing, User], list[Underway]]
_carriers: dict[str, Carrier] = {}


def carried_by(name: str, carrier: Carrier) -> None:
    """Called by an upper app's `ready()`."""
    _carriers[name] = carrier


def words_of(outgoing: Outgoing, user: User) -> list[Underway]:
    """What is not there yet, as far as somebody carries it; nothing before it is issued."""
    if outgoing.issued_at is None:
        return []
    return [each for carrier in _carriers.values() for each in carrier(outgoing, user)]
