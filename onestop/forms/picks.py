"""Ticked rows of a list: `dossier:step`, so that a stale page is found out."""

from __future__ import annotations

from collections.abc import Iterable


def pairs_of(values: Iterable[str], most: int) -> list[tuple[int, int]]:
    """(number, number) of each ticked row, at most so many; what is not a pair is left out."""
    found: list[tuple[int, int]] = []
    for value in values:
        first, _colon, second = value.partition(":")
        if first.isdecimal() and second.isdecimal() and len(found) < most and len(value) < 40:
            found.append((int(first), int(second)))
    return found


def picks_of(values: Iterable[str], most: int) -> dict[int, int]:
    """{dossier id: step id} of the ticked rows, at most so many (`onestop.rules.batches`)."""
    return dict(pairs_of(values, most))
