"""What a corrected publication changed against the version before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ranking.models import Publication, Standing

SHOWN = ("group", "total", "label", "rank", "deduction", "is_forced")


@dataclass(frozen=True)
class Changed:
    """A unit whose line is another; None: it was not there, or is not any more."""

    unit_name: str
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True)
class Correction:
    before: Publication
    units: Sequence[Changed]


def correction_of(publication: Publication, versions: Sequence[Publication]) -> Correction | None:
    """Line by line against the version before. None for the first one. Two queries otherwise."""
    before = next((each for each in reversed(versions) if each.number < publication.number), None)
    if before is None:
        return None
    old = {row.unit_id: row for row in before.standings.defer("parts")}
    new = {row.unit_id: row for row in publication.standings.defer("parts")}
    changed = [
        Changed((new.get(pk) or old[pk]).unit_name, old.get(pk), new.get(pk))
        for pk in dict.fromkeys([*new, *old])
        if shown(old.get(pk)) != shown(new.get(pk))
    ]
    return Correction(before, changed)


def shown(row: Standing | None) -> tuple[Any, ...] | None:
    return None if row is None else tuple(getattr(row, name) for name in SHOWN)
