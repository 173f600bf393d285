"""What the public reads: published versions and their lines, never an assessment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ranking.models import Publication, PublicationState, Standing
from ranking.rules.difference import differences
from ranking.rules.framework import Framework
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
    if number is not None:
        rows = rows.filter(number=number)
    found: Publication | None = rows.order_by("-number").first()
    return found


def versions_of(publication: Publication) -> list[Publication]:
    """Every published version of that year, the first one first."""
    rows = Publication.objects.filter(cycle=publication.cycle_id, state=PublicationState.PUBLISHED)
    return list(rows.defer("snapshot").order_by("number"))


@dataclass(frozen=True)
class Line:
    """A unit's line beside last year's, where the two years can be compared."""

    standing: Standing
    before: Standing | None

    @property
    def change(self) -> int | None:
        """Places won (positive) or lost; None when there is nothing to compare."""
        if self.before is None or self.before.rank is None or self.standing.rank is None:
            return None
        return self.before.rank - self.standing.rank


@dataclass(frozen=True)
class Table:
    publication: Publication
    content: Framework
    groups: list[tuple[str, list[Line]]]  # name of the group
    last: Publication | None
    is_comparable: bool


def table_for(publication: Publication) -> Table:
    """The league table group by group. Four queries."""
    content = read(Framework, publication.snapshot["framework"])
    last = publication_of(publication.cycle.year - 1)
    comparable = last is not None and comparable_with(publication, last)
    before = {}
    if last is not None and comparable:
        before = {each.unit_id: each for each in last.standings.all()}
    names = {group.code: group.name for group in content.groups}
    groups: dict[str, list[Line]] = {}
    rows = publication.standings.select_related("unit").order_by("group", "rank", "unit_name")
    for row in sorted(rows, key=lambda each: (each.group, each.rank or 10**6, each.unit_name)):
        name = names.get(row.group, row.group)
        groups.setdefault(name, []).append(Line(row, before.get(row.unit_id)))
    return Table(publication, content, list(groups.items()), last, comparable)


def comparable_with(one: Publication, other: Publication) -> bool:
    """Years compare only where their frameworks ask and score the same."""
    contents = [read(Framework, each.snapshot["framework"]) for each in (one, other)]
    return not differences(*contents)


def trend_of(unit_id: int) -> list[Standing]:
    """The unit's lines of all published years, newest first, of each year the newest version."""
    newest = {publication.pk: publication for publication in published()}
    rows = Standing.objects.filter(publication__in=newest, unit=unit_id)
    found = list(rows.select_related("publication__cycle").defer("publication__snapshot"))
    return sorted(found, key=lambda each: -each.publication.cycle.year)


def percent(points: str, maximum: str) -> Decimal:
    """Of a part; 0 where nothing could be reached."""
    most = Decimal(maximum)
    return Decimal(points) * 100 / most if most else Decimal(0)


def precision_of(publication: Publication) -> int:
    """Decimals of its totals."""
    scale = publication.snapshot["terms"].get("scale", {})
    return int(scale.get("precision", 2))
