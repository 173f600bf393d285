"""Ticked rows of a list: `dossier:step`, so that a stale page is found out."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 200  # rows of one batch


def pairs_of(values: Iterable[str]) -> list[tuple[int, int]]:
    """(number, number) of each ticked row, at most 200; what is not a pair is left out."""
    found: list[tuple[int, int]] = []
    for value in values:
        first, _colon, second = value.partition(":")
        if first.isdecimal() and second.isdecimal() and len(found) < MOST and len(value) < 40:
            found.append((int(first), int(second)))
    return found


def picks_of(values: Iterable[str]) -> dict[int, int]:
    """{dossier id: step id} of at most 200 ticked rows."""
    return dict(pairs_of(values))
