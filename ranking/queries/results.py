"""What the council looks at before it decides: places in each area, over-claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from ranking.models import Answer, Assessment, Criterion
from ranking.rules.movement import PartLine, part_ranks
from ranking.rules.snapshots import counts
from ranking.rules.standing import Standing
from ranking.totals import Basis, Entry, weights_of

NOTHING = Entry()


@dataclass(frozen=True)
class Overclaim:
    """Of an area or a unit: claimed minus decided points, over what is known of both."""

    of: Criterion | Assessment
    claimed: Decimal
    decided: Decimal

    @property
    def index(self) -> Decimal:
        """Percent of what was claimed that was taken away; 0 when nothing was claimed."""
        return (self.claimed - self.decided) * 100 / self.claimed if self.claimed else Decimal(0)


@dataclass(frozen=True)
class Overclaims:
    """By area in the order of the form; by unit, the most first."""

    areas: list[Overclaim]
    units: list[Overclaim]


def overclaims(basis: Basis, kept: Collection[int] = ()) -> Overclaims:
    """Without the forms that are `kept` from who reads. One query for any number of units."""
    areas = {node.pk: node for node in basis.nodes if node.level == "area"}
    weights = weights_of(basis.nodes)
    area_of = {node.pk: node.area_id or node.pk for node in basis.nodes if not node.withdrawn_at}
    by_area: dict[int, list[Decimal]] = {pk: [Decimal(0), Decimal(0)] for pk in areas}
    by_unit: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    own = Answer.objects.filter(assessment__cycle=basis.cycle, points__isnull=False)
    own = own.exclude(assessment__in=kept)
    for unit, node, points in own.values_list("assessment_id", "criterion_id", "points"):
        decided = basis.entries.get(unit, {}).get(node, NOTHING).points
        if decided is None or node not in area_of:
            continue
        for sums in (by_area[area_of[node]], by_unit[unit]):
            sums[0] += weights[node] * points
            sums[1] += weights[node] * decided
    units = {unit.pk: unit for unit in basis.units}
    return Overclaims(
        [Overclaim(areas[pk], *sums) for pk, sums in by_area.items()],
        sorted(
            (Overclaim(units[pk], *sums) for pk, sums in by_unit.items()),
            key=lambda each: (-each.index, each.of.pk),
        ),
    )


@dataclass(frozen=True)
class Component:
    """A unit's points of one area and its place there; None where nothing was asked of it."""

    points: Decimal | None
    rank: int | None


@dataclass(frozen=True)
class Components:
    """Units with their areas, group by group in the order of the table."""

    areas: list[Criterion]
    rows: list[tuple[Assessment, list[Component]]]


def components(
    basis: Basis, table: list[tuple[Assessment, Standing]], kept: Collection[int] = ()
) -> Components:
    """Places inside each area, of the units that are ranked in `table`; those that are `kept` from
    who reads have no line. No query."""
    parts = {unit.pk: basis.parts(unit) for unit, _line in table}
    ranks = part_ranks(
        [PartLine(unit.pk, unit.group, parts[unit.pk]) for unit, line in table if line.rank],
        basis.terms.scale,
    )
    rows = [
        (unit, [
            Component(
                Decimal(part["points"]) if counts(part) else None,
                ranks.get((unit.pk, part["code"])),
            )
            for part in parts[unit.pk]
        ])
        for unit, _line in table if unit.pk not in kept
    ]  # fmt: skip
    return Components([node for node in basis.nodes if node.level == "area"], rows)
