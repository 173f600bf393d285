"""Faults of an input as the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ranking.rules.faults import Fault
from ranking.rules.numbers import plain
from ranking.wording import sentence_of

MOST = 20  # sentences in one refusal


def told(faults: Iterable[Fault]) -> str:
    """All of them, one after the other."""
    found = [str(sentence_of(fault)) for fault in faults]
    return " ".join(found[:MOST]) + (" …" if len(found) > MOST else "")


def told_points(points: Decimal | None) -> str | None:
    """Points for the log: exact, without zeros at the end."""
    return None if points is None else plain(points)
