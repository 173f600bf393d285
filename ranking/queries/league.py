"""The league table of a published year, as everybody reads it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString

from common.charts import sparkline
from common.text import alphabetical_key
from organizations.models import UnitSuccession
from ranking.models import Publication, Standing
from ranking.queries.contents import Comparison, comparison_of, content_of
from ranking.queries.published import published
from ranking.rules.movement import Movement, movement
from ranking.rules.snapshots import Content, points_in, sum_of

AT_ONCE = 100  # units on one page; more of them are shown group by group
YEARS = 5  # of the trend


@dataclass(frozen=True)
class Mark:
    """A year of a unit's trend; `is_joined`: comparable with the year before."""

    year: int
    percent: Decimal | None
    is_joined: bool


@dataclass(frozen=True)
class Line:
    """A unit's line. `moved` None: there is no year to compare with."""

    standing: Standing
    is_tied: bool
    moved: Movement | None
    before: Standing | None
    formed_from: Sequence[str]
    points: Sequence[Decimal | None]  # of the areas, in their order
    trend: Sequence[Mark]
    maximum: Decimal  # of what applied to the unit
    is_rescaled: bool

    @property
    def has_trend(self) -> bool:
        """Whether two years that follow each other can be joined by a line."""
        return any(
            now.is_joined and None not in (now.percent, before.percent)
            for before, now in pairwise(self.trend)
        )

    @property
    def spark(self) -> SafeString | str:
        """The trend as a small line, where there is one; its words stand beside it."""
        if not self.has_trend:
            return ""
        return sparkline(
            [(None if each.percent is None else float(each.percent), each.is_joined)
             for each in self.trend]
        )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Units that are compared with each other."""

    code: str
    name: str
    size: int
    lines: Sequence[Line] = ()
    areas: Sequence[tuple[str, str]] = ()  # code and title of those that its units were asked

    @property
    def has_trend(self) -> bool:
        return any(line.has_trend for line in self.lines)

    @property
    def is_rescaled(self) -> bool:
        """Whether a total of it is something else than the sum of its areas."""
        return any(line.is_rescaled for line in self.lines)

    def filled(self, lines: Sequence[Line], areas: Sequence[tuple[str, str]]) -> Group:
        """With its lines; an area of which none of them was asked has no column."""
        asked = [
            place for place in range(len(areas))
            if any(line.points[place] is not None for line in lines)
        ]  # fmt: skip
        rows = [replace(line, points=[line.points[n] for n in asked]) for line in lines]
        return replace(self, lines=rows, areas=[areas[n] for n in asked])


@dataclass(frozen=True)
class Place:
    """A unit's place before its line is read."""

    pk: int
    group: str
    rank: int | None
    name: str


@dataclass(frozen=True)
class Table:
    """What one page shows: all groups, or with many units a part of one."""

    publication: Publication
    content: Content
    groups: Sequence[Group]  # with lines
    others: Sequence[Group]  # all groups, when only one is shown
    last: Publication | None
    comparison: Comparison | None
    page: int = 1
    pages: int = 1


def last_before(publication: Publication, years: Sequence[Publication]) -> Publication | None:
    """The newest version of the last year before that was published."""
    older = (each for each in years if each.cycle.year < publication.cycle.year)
    return next(older, None)


def table_for(publication: Publication, group: str = "", page: int = 1) -> Table:
    """Seven queries for any number of units, three more when a year is read for the first time."""
    content, years = content_of(publication.digest), published()
    places = places_of_units(publication, content)
    sizes = Counter(place.group for place in places)
    shown, pages = places, 1
    if len(places) > AT_ONCE:
        group = group if group in sizes else next(iter(sizes))
        mine = [place for place in places if place.group == group]
        pages = -(-len(mine) // AT_ONCE)
        page = min(max(page, 1), pages)
        shown = mine[(page - 1) * AT_ONCE : page * AT_ONCE]
    last = last_before(publication, years)
    comparison = comparison_of(publication.digest, last.digest) if last else None
    lines = lines_of(publication, shown, places, years, comparison, last, content)
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.standing.group].append(line)
    named = {code: Group(code, content.group_name(code), size) for code, size in sizes.items()}
    return Table(
        publication, content,
        [named[code].filled(rows, content.areas) for code, rows in found.items()],
        list(named.values()) if len(places) > AT_ONCE else [],
        last, comparison, page if pages > 1 else 1, pages,
    )  # fmt: skip


def places_of_units(publication: Publication, content: Content) -> list[Place]:
    """All units in the order of the table: group, rank, name; without a rank at the end."""
    rows = publication.standings.order_by().values_list("pk", "group", "rank", "unit_name")
    return sorted(
        (Place(*row) for row in rows),
        key=lambda each: (
            content.group_order(each.group), each.rank is None, each.rank or 0,
            alphabetical_key(each.name),
        ),
    )  # fmt: skip


def lines_of(
    publication: Publication,
    shown: Sequence[Place],
    places: Sequence[Place],
    years: Sequence[Publication],
    comparison: Comparison | None,
    last: Publication | None,
    content: Content,
) -> list[Line]:
    """The shown lines with what stands beside them."""
    rows = publication.standings.select_related("unit").in_bulk([each.pk for each in shown])
    units = [row.unit_id for row in rows.values()]
    times = Counter((each.group, each.rank) for each in places if each.rank is not None)
    past = Past.of(publication, last, units) if comparison and comparison.is_comparable else None
    trends = trends_of(publication, units, years)
    areas = [code for code, _title in content.areas]
    return [
        Line(
            standing=row,
            is_tied=times.get((row.group, row.rank or 0), 0) > 1,
            moved=past.movement_of(row) if past else None,
            before=past.lines.get(row.unit_id) if past else None,
            formed_from=past.names_of(row) if past else (),
            points=points_in(row.parts, areas),
            trend=trends.get(row.unit_id, ()),
            maximum=maximum,
            is_rescaled=maximum != content.scale.maximum,
        )
        for place in shown
        for row in [rows[place.pk]]
        for maximum in [sum_of(row.parts, "maximum")]
    ]


@dataclass
class Past:
    """The year before, of the units of a page and of those that they were formed from."""

    lines: dict[int, Standing]
    formed: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, now: Publication, last: Publication | None, units: Sequence[int]) -> Past:
        """Two queries. What happened before the end of the year before says nothing of a unit that
        has a line of its own then: it was assessed as it was formed."""
        if last is None:
            return cls({})
        between = (last.cycle.year, now.cycle.year)
        found = UnitSuccession.objects.filter(successor__in=units, on__year__range=between)
        changes = list(found.values_list("predecessor_id", "successor_id", "on"))
        wanted = {*units, *(predecessor for predecessor, _successor, _on in changes)}
        lines = {row.unit_id: row for row in last.standings.filter(unit__in=wanted)}
        formed: dict[int, list[int]] = defaultdict(list)
        for predecessor, successor, on in changes:
            if on > last.cycle.data_to or successor not in lines:
                formed[successor].append(predecessor)
        return cls(lines, formed)

    def names_of(self, row: Standing) -> list[str]:
        """The units of the year before that became this one."""
        before = (self.lines.get(pk) for pk in self.formed.get(row.unit_id, ()))
        return [each.unit_name for each in before if each is not None]

    def movement_of(self, row: Standing) -> Movement:
        return movement(row, self.lines.get(row.unit_id), is_formed=bool(self.names_of(row)))


def trends_of(
    publication: Publication, units: Sequence[int], years: Sequence[Publication]
) -> dict[int, list[Mark]]:
    """Percents of up to five published years, oldest first, this one as it is shown. One query.

    A line is drawn between years that can be compared, and nowhere else.
    """
    older = [each for each in years if each.cycle.year < publication.cycle.year][: YEARS - 1]
    shown = [*reversed(older), publication]
    joined = [False] + [
        comparison_of(now.digest, before.digest).is_comparable for before, now in pairwise(shown)
    ]
    rows = Standing.objects.filter(publication__in=[each.pk for each in shown], unit__in=units)
    percents = {
        (unit, which): percent
        for unit, which, percent in rows.values_list("unit_id", "publication_id", "percent")
    }
    return {
        unit: [
            Mark(each.cycle.year, percents.get((unit, each.pk)), is_joined)
            for each, is_joined in zip(shown, joined, strict=True)
        ]
        for unit in units
    }
