"""From rows to totals: what each criterion adds, by what the unit says or the council decided."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ranking.models import Answer, Assessment, Criterion, Cycle, Verdict
from ranking.rules.framework import Framework, Lateness, Scale, terms_of
from ranking.rules.numbers import exactly, kept, plain, settle
from ranking.rules.standing import (
    Share,
    Standing,
    is_settled,
    ranked,
    raw_total,
    standing,
    timing,
)
from ranking.scoring import Best


class Side(StrEnum):
    """Whose points are added up."""

    OWN = "own"
    DECIDED = "decided"


@dataclass(frozen=True)
class Entry:
    """Points of one criterion for one unit; None is not known yet. `given` is what they are of."""

    points: Decimal | None = None
    is_applicable: bool = True
    given: Any = None


Entries = Mapping[int, Entry]  # by criterion


@dataclass(frozen=True)
class Terms:
    """What a year is judged by besides its criteria."""

    scale: Scale
    framework: Framework

    @classmethod
    def of(cls, cycle: Cycle) -> Terms:
        found = terms_of(cycle.terms)
        return cls(found.scale, found)

    def lateness_of(self, cycle: Cycle) -> Lateness | None:
        """The rule of the framework with this year's day."""
        rule = self.framework.lateness
        return rule and rule.due_on(cycle.due)


def asked_of(group: str, criteria: Iterable[Criterion]) -> list[Criterion]:
    """What a unit of that group answers; what was withdrawn is asked of nobody."""
    return [
        each
        for each in criteria
        if each.withdrawn_at is None and (not each.groups or group in each.groups)
    ]


def entries_of(assessments: Iterable[int], side: Side) -> dict[int, dict[int, Entry]]:
    """Points by assessment and criterion. One query for any number of units."""
    found: dict[int, dict[int, Entry]] = defaultdict(dict)
    for assessment, criterion, points, away, given in _rows(assessments, side):
        found[assessment][criterion] = Entry(points, not away, given)
    return found


def settled(
    units: Iterable[Assessment], criteria: Iterable[Criterion], side: Side
) -> dict[int, dict[int, Entry]]:
    """As `entries_of`, with the points of what is compared within a group.

    They are known when every unit of the group that is asked has given its figure.
    """
    units = list(units)
    found = entries_of([unit.pk for unit in units], side)
    for node in criteria:
        if node.kind != "best_of_group" or node.withdrawn_at:
            continue
        rule = node.scoring_rule
        for group in {unit.group for unit in units}:
            if node.groups and group not in node.groups:
                continue
            own = {
                unit.pk: found[unit.pk].get(node.pk, Entry())
                for unit in units
                if unit.group == group
            }
            asked = {pk: entry for pk, entry in own.items() if entry.is_applicable}
            best = Best.of(figure_of(rule, entry.given) for entry in asked.values())
            if best is None or not best.is_complete:
                continue
            for pk, entry in asked.items():
                points = rule.score(entry.given, best).points
                points = None if points is None else kept(points)
                found[pk][node.pk] = Entry(points, True, entry.given)
    return found


def figure_of(rule: Any, given: Any) -> Decimal | None:
    """What is compared within the group."""
    figure: Decimal | None = rule.figure(given) if given is not None else None
    return figure


def _rows(assessments: Iterable[int], side: Side) -> Any:
    fields = ("assessment_id", "criterion_id", "points", "not_applicable", "input")
    if side is Side.OWN:
        return Answer.objects.filter(assessment__in=assessments).values_list(*fields)
    final = Verdict.objects.filter(is_final=True, superseded_at=None)
    return final.filter(assessment__in=assessments).values_list(*fields)


@exactly
def raw_of(group: str, criteria: Iterable[Criterion], entries: Entries, scale: Scale) -> Any:
    """The unrounded total, or None while something is not known."""
    return raw_total(shares_of(group, criteria, entries), scale.maximum)


@exactly
def shares_of(group: str, criteria: Iterable[Criterion], entries: Entries) -> list[Share]:
    """What every criterion adds to a unit's total.

    Weights of sections and areas multiply those of what is below them. A criterion that is not
    asked of this group, or that was withdrawn, is taken out like one that does not apply.
    """
    nodes = list(criteria)
    weights = weights_of(nodes)
    asked = {each.pk for each in asked_of(group, nodes)}
    return [
        share_of(each, entries, weights[each.pk], is_asked=each.pk in asked)
        for each in nodes
        if each.level == "criterion"
    ]


def share_of(node: Criterion, entries: Entries, weight: Decimal, *, is_asked: bool) -> Share:
    """What one criterion adds to a unit's total."""
    entry = entries.get(node.pk, Entry()) if is_asked else Entry(None, False)
    points = entry.points
    if points is None and entry.is_applicable and node.kind == "information":
        points = Decimal(0)
    return Share(points, node.maximum, weight, entry.is_applicable)


@exactly
def weights_of(nodes: Iterable[Criterion]) -> dict[int, Decimal]:
    """The weight of every node multiplied by those above it; nodes come parents first."""
    found: dict[int, Decimal] = {}
    for each in nodes:
        found[each.pk] = each.weight * (found[each.parent_id] if each.parent_id else Decimal(1))
    return found


def line_of(
    assessment: Assessment,
    raw: Decimal | None,
    terms: Terms,
    cycle: Cycle,
    day: dt.date | None = None,
) -> Standing:
    """Total, percent and class of one unit, without its rank; `day`: as if submitted then."""
    late = timing(terms.lateness_of(cycle), assessment.counted_on or day)
    maximum = terms.scale.maximum or Decimal(0)
    return standing(raw, late, maximum, terms.scale, terms.framework.classes)


@exactly
def parts_of(
    nodes: Sequence[Criterion], entries: Entries, asked: Collection[int]
) -> list[dict[str, str]]:
    """Points of each area with its maximum, weighted; what is not asked is in neither."""
    weights = weights_of(nodes)
    areas = {each.pk: each for each in nodes if each.level == "area"}
    points = dict.fromkeys(areas, Decimal(0))
    maxima = dict.fromkeys(areas, Decimal(0))
    for each in nodes:
        entry = entries.get(each.pk, Entry())
        if each.level != "criterion" or each.pk not in asked or not entry.is_applicable:
            continue
        area = each.area_id or each.pk
        points[area] += weights[each.pk] * (entry.points or Decimal(0))
        maxima[area] += weights[each.pk] * (each.maximum or Decimal(0))
    return [
        {"code": area.code, "title": area.title, "points": plain(settle(points[pk])),
         "maximum": plain(maxima[pk])}
        for pk, area in areas.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """What a table is made of, read once: the tree, the units, their points."""

    cycle: Cycle
    terms: Terms
    nodes: Sequence[Criterion]
    units: Sequence[Assessment]
    entries: Mapping[int, Entries]  # by unit

    @classmethod
    def of(cls, cycle: Cycle, side: Side) -> Basis:
        """Four queries for any number of units."""
        nodes, units = (
            list(cycle.framework.criteria.order_by("order")),
            list(cycle.assessments.all()),
        )
        return cls(cycle, Terms.of(cycle), nodes, units, settled(units, nodes, side))

    def table(self, without: Collection[int] = ()) -> list[tuple[Assessment, Standing]]:
        """Every unit of the year with its line; ranks inside groups, of those that are ranked.

        `without`: forms that take no place, so that nobody learns theirs from a gap among the
        others.
        """
        lines = [self._line(each) for each in self.units]
        competing = [
            place for place, each in enumerate(self.units)
            if each.is_ranked and each.pk not in without
        ]  # fmt: skip
        placed = ranked(
            [(self.units[place].group, lines[place]) for place in competing], self.terms.scale
        )
        for place, line in zip(competing, placed, strict=True):
            lines[place] = line
        return list(zip(self.units, lines, strict=True))

    def parts(self, unit: Assessment) -> list[dict[str, str]]:
        """The unit's areas, as snapshots write them."""
        asked = {node.pk for node in asked_of(unit.group, self.nodes)}
        return parts_of(self.nodes, self.entries.get(unit.pk, {}), asked)

    def _line(self, unit: Assessment) -> Standing:
        shares = shares_of(unit.group, self.nodes, self.entries.get(unit.pk, {}))
        raw = raw_total(shares, self.terms.scale.maximum)
        line = line_of(unit, raw, self.terms, self.cycle)
        return replace(line, applies=raw is not None or not is_settled(shares))


def table_of(cycle: Cycle, side: Side) -> list[tuple[Assessment, Standing]]:
    """`Basis.table` where nothing else is asked of the basis."""
    return Basis.of(cycle, side).table()
