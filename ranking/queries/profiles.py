"""A unit's page: its areas with their places, and its other years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ranking.models import Publication, Standing
from ranking.queries.contents import comparison_of, content_of
from ranking.queries.published import trend_of
from ranking.rules.framework import Scale
from ranking.rules.movement import PartLine, part_ranks, share_of
from ranking.rules.numbers import half_up
from ranking.rules.snapshots import counts, sum_of

MORE_DECIMALS = 6  # of the sum that a total is calculated from


@dataclass(frozen=True)
class Part:
    """One area: what was reached of what could be, and the place in the group."""

    code: str
    title: str
    points: Decimal
    maximum: Decimal
    percent: Decimal | None
    rank: int | None


@dataclass(frozen=True)
class Past:
    """Another year of the unit; `is_comparable` with the year that is shown."""

    standing: Standing
    is_comparable: bool
    is_shown: bool


@dataclass(frozen=True)
class Profile:
    line: Standing
    size: int  # of the group: those that are ranked
    is_tied: bool
    parts: Sequence[Part]  # of which something was asked of the unit
    years: Sequence[Past]
    scale: Scale

    @property
    def points(self) -> Decimal:
        """What the areas add up to."""
        return sum_of(self.line.parts, "points")

    @property
    def shown_points(self) -> Decimal:
        """With the decimals that a reader needs to calculate the total anew."""
        return half_up(self.points, MORE_DECIMALS)

    @property
    def maximum(self) -> Decimal:
        """Of what applied to the unit."""
        return sum_of(self.line.parts, "maximum")

    @property
    def is_rescaled(self) -> bool:
        return self.maximum != self.scale.maximum

    @property
    def follows(self) -> bool:
        """Whether the total is the sum rescaled: not where points were taken away inside an area,
        nor at the floor."""
        if not self.maximum or self.scale.maximum is None:
            return False
        rescaled = self.shown_points * self.scale.maximum / self.maximum
        return half_up(rescaled - self.line.deduction, self.scale.precision) == self.line.total


def profile_of(publication: Publication, code: str) -> Profile | None:
    """Five queries, whatever the number of units."""
    line = publication.standings.select_related("unit").filter(unit__code=code).first()
    if line is None:
        return None
    content = content_of(publication.digest)
    rivals = list(publication.standings.filter(group=line.group, rank__isnull=False))
    ranks = part_ranks([PartLine(row.pk, row.group, row.parts) for row in rivals], content.scale)
    parts = [
        Part(
            part["code"], part["title"], Decimal(part["points"]), Decimal(part["maximum"]),
            share_of(part, content.scale.precision), ranks.get((line.pk, part["code"])),
        )
        for part in line.parts if counts(part)
    ]  # fmt: skip
    years = [
        Past(
            row,
            comparison_of(publication.digest, row.publication.digest).is_comparable,
            row.publication.cycle.year == publication.cycle.year,
        )
        for row in trend_of(line.unit_id)
    ]
    is_tied = line.rank is not None and sum(row.rank == line.rank for row in rivals) > 1
    return Profile(line, len(rivals), is_tied, parts, years, content.scale)
