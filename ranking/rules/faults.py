"""What is wrong with a file, a rule or an answer: a code, a place and the facts for the sentence.

The sentences stand in `ranking/wording.py`; here nothing knows of languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Fault:
    """One mistake; `where` leads to it from outside in: ("areas 4", "criteria 4.10", "rule")."""

    code: str
    where: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def within(self, place: str) -> Fault:
        """The same, seen from one level further out."""
        return replace(self, where=(place, *self.where))


class Faulty(Exception):
    """Input that cannot be taken; it tells every fault that was found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(*self.faults)

    @classmethod
    def of(cls, code: str, *where: str, **facts: object) -> Faulty:
        return cls([Fault(code, where, facts)])

    def within(self, place: str) -> Faulty:
        return Faulty(fault.within(place) for fault in self.faults)


def refuse_if_any(faults: Iterable[Fault]) -> None:
    """Raise all of them together."""
    found = tuple(faults)
    if found:
        raise Faulty(found)
