"""How firm the decided table of a year is: ties, near ranks, verdicts and criteria that decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ranking.models import Assessment, Criterion, Cycle
from ranking.rules import sensitivity as rules
from ranking.rules.standing import Share, Standing, timing
from ranking.totals import Entry, Side, Terms, asked_of, entries_of, settled, share_of, weights_of

STEP = Decimal("0.5")  # points
MORE_DECIMALS = 2
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Firmness:
    """All that the page shows; units and criteria as rows."""

    step: Decimal
    precision: int
    finer: int
    ties: Sequence[Sequence[Assessment]]
    shifts: Sequence[tuple[Assessment, rules.Shift]]
    refined: Sequence[tuple[Assessment, rules.Refined]]
    swings: Sequence[tuple[Assessment, Criterion, rules.Swing]] | None  # None: not asked for
    drops: Sequence[tuple[Criterion, rules.Dropped]] | None  # None: not asked for


@dataclass(frozen=True)
class Year:
    """A year's units, criteria and points, read once."""

    units: Sequence[Assessment]
    nodes: Sequence[Criterion]
    entries: Mapping[int, Mapping[int, Entry]]
    contest: rules.Contest
    sums: Sequence[rules.Sums]
    table: Mapping[Any, Standing]

    @classmethod
    def of(cls, cycle: Cycle, kept: Collection[int] = ()) -> Year:
        """Without the forms that are `kept` from who reads: they take no place. Three queries."""
        terms = Terms.of(cycle)
        nodes = list(cycle.framework.criteria.order_by("order"))
        units, weights = list(cycle.assessments.all()), weights_of(nodes)
        entries = settled(units, nodes, Side.DECIDED)
        late = terms.lateness_of(cycle)
        cases = []
        for unit in units:
            if unit.pk in kept:
                continue
            asked = {node.pk for node in asked_of(unit.group, nodes)}
            own = entries.get(unit.pk, {})
            shares: dict[str, Share] = {
                node.code: share_of(node, own, weights[node.pk], is_asked=node.pk in asked)
                for node in nodes
                if node.level == "criterion"
            }
            arrived = timing(late, unit.counted_on)
            cases.append(rules.Case(unit.pk, unit.group, unit.is_ranked, arrived, shares))
        contest = rules.Contest(cases, terms.scale, terms.framework.classes)
        sums = contest.sums
        return cls(units, nodes, entries, contest, sums, contest.table(sums))


def firmness_of(
    cycle: Cycle,
    step: Decimal = STEP,
    kept: Collection[int] = (),
    *,
    with_swings: bool = False,
    with_drops: bool = False,
) -> Firmness:
    """Without the forms that are `kept` from who reads. Three queries for any number of units.

    What tries every criterion is worked out on demand: each verdict (a query more), and the table
    without each criterion.
    """
    year = Year.of(cycle, kept)
    units = {unit.pk: unit for unit in year.units}
    nodes = {node.code: node for node in year.nodes}
    precision = year.contest.scale.precision
    finer = min(precision + MORE_DECIMALS, MOST_DECIMALS)
    codes = [node.code for node in year.nodes if node.level == "criterion" and node.maximum]
    dropped = None
    if with_drops:
        found = rules.drops(year.contest, year.sums, year.table, codes)
        dropped = [(nodes[each.code], each) for each in sorted(found, key=lambda row: -row.ranks)]
    finely = rules.refined(year.contest, year.sums, year.table, finer)
    swings = None
    if with_swings:
        tried = rules.swings(year.contest, year.sums, year.table, _claimed(year))
        swings = [(units[each.key], nodes[each.code], each) for each in tried]
    near = rules.shifts(year.contest, year.table, step)
    return Firmness(
        step, precision, finer,
        [[units[key] for key in keys] for keys in rules.ties(year.contest, year.table)],
        [(units[each.key], each) for each in near],
        [(units[each.key], each) for each in finely],
        swings, dropped,
    )  # fmt: skip


def _claimed(year: Year) -> dict[Any, dict[str, Decimal]]:
    """What units say themselves, where it is more than was decided. One query."""
    codes = {node.pk: node.code for node in year.nodes}
    own = entries_of([unit.pk for unit in year.units], Side.OWN)
    return {
        unit: {
            codes[node]: entry.points for node, entry in entries.items()
            if entry.points is not None and entry.is_applicable
        }
        for unit, entries in own.items()
    }  # fmt: skip
