"""What the public reads: published versions and their lines, never an assessment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ranking.models import Cycle, Publication, PublicationState, Standing
from ranking.rules.difference import are_comparable
from ranking.rules.framework import Framework, terms_of, without
from ranking.rules.plain import read


def published() -> list[Publication]:
    """The newest version of every year of the province, newest year first. One query."""
    rows = (
        Publication.objects.filter(state=PublicationState.PUBLISHED, cycle__owner__kind="province")
        .select_related("cycle")
        .defer("snapshot")
        .order_by("-cycle__year", "-number")
    )
    newest: dict[int, Publication] = {}
    for row in rows:
        newest.setdefault(row.cycle.year, row)
    return list(newest.values())


def publication_of(year: int, number: int | None = None) -> Publication | None:
    """The newest version of a year, or the one that is asked for."""
    rows = Publication.objects.filter(
        state=PublicationState.PUBLISHED, cycle__owner__kind="province", cycle__year=year
    ).select_related("cycle", "cycle__standing_unit")
    rows = rows.defer("snapshot")
    if number is not None:
        rows = rows.filter(number=number)
    found: Publication | None = rows.order_by("-number").first()
    return found


def newest_of(cycle: Cycle) -> Publication | None:
    """The version of a year that is in force, None before the first. One query."""
    rows = Publication.objects.filter(cycle=cycle, state=PublicationState.PUBLISHED)
    found: Publication | None = rows.defer("snapshot").order_by("-number").first()
    return found


def versions_of(publication: Publication) -> list[Publication]:
    """Every published version of that year, the first one first."""
    rows = Publication.objects.filter(cycle=publication.cycle_id, state=PublicationState.PUBLISHED)
    return list(rows.defer("snapshot").order_by("number"))


def comparable_with(one: Publication, other: Publication) -> bool:
    """Years compare only where they ask and score the same (`ranking.rules.difference`)."""
    return are_comparable(judged_by(one.snapshot), judged_by(other.snapshot))


def judged_by(snapshot: dict[str, Any]) -> Framework:
    """What the year was judged by: the tree without what was withdrawn, the year's own terms."""
    tree = read(Framework, snapshot["framework"])
    left = without(tree, snapshot["withdrawn"])
    return replace(terms_of(snapshot["terms"]), areas=left.areas, components=left.components)


def trend_of(unit_id: int) -> list[Standing]:
    """The unit's lines of all published years, newest first, of each year the newest version."""
    newest = {publication.pk: publication for publication in published()}
    rows = Standing.objects.filter(publication__in=newest, unit=unit_id)
    found = list(rows.select_related("publication__cycle").defer("publication__snapshot"))
    return sorted(found, key=lambda each: -each.publication.cycle.year)
