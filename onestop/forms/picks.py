"""Ticked rows of a list: `dossier:step`, so that a stale page is found out."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 200  # rows of one batch


def picks_of(values: Iterable[str]) -> dict[int, int]:
    """{dossier id: step id} of at most 200 ticked rows; what is not a pair is left out."""
    found: dict[int, int] = {}
    for value in values:
        dossier, _colon, step = value.partition(":")
        if dossier.isdecimal() and step.isdecimal() and len(found) < MOST and len(value) < 40:
            found[int(dossier)] = int(step)
    return found
