"""From rows to totals: what each criterion adds, by what the unit says or the council decided."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ranking.models import Answer, Assessment, Criterion, Cycle, Verdict
from ranking.rules.framework import Framework, Lateness, Scale
from ranking.rules.numbers import exactly
from ranking.rules.plain import read
from ranking.rules.standing import Share, Standing, ranked, raw_total, standing, timing
from ranking.scoring import Best, parse_rule


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
        found = read(Framework, {**cycle.terms, "components": [{"code": "-"}]})
        return cls(found.scale, found)

    def lateness_of(self, cycle: Cycle) -> Lateness | None:
        """The rule of the framework with this year's day."""
        rule = self.framework.lateness
        if rule is None:
            return None
        return Lateness(
            cycle.due, rule.due_day_is_late, rule.grace_days, rule.deduction, rule.after_grace
        )


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
        if (node.rule or {}).get("type") != "best_of_group" or node.withdrawn_at:
            continue
        rule = parse_rule(node.rule, node.maximum or Decimal(0))
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
    """The unrounded total, or None while something is not known.

    Weights of sections and areas multiply those of what is below them. A criterion that is not
    asked of this group, or that was withdrawn, is taken out like one that does not apply.
    """
    nodes = list(criteria)
    weights = weights_of(nodes)
    asked = {each.pk for each in asked_of(group, nodes)}
    shares = []
    for each in nodes:
        if each.level != "criterion":
            continue
        entry = entries.get(each.pk, Entry()) if each.pk in asked else Entry(None, False)
        points = entry.points
        if points is None and entry.is_applicable and is_information(each):
            points = Decimal(0)
        shares.append(Share(points, each.maximum, weights[each.pk], entry.is_applicable))
    return raw_total(shares, scale.maximum)


def is_information(criterion: Criterion) -> bool:
    """Asked for without points."""
    return (criterion.rule or {}).get("type") == "information"


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


def table_of(cycle: Cycle, side: Side) -> list[tuple[Assessment, Standing]]:
    """Every unit of the year with its line; ranks inside groups, of those that are ranked.

    Four queries for any number of units.
    """
    terms, criteria = Terms.of(cycle), list(cycle.framework.criteria.order_by("order"))
    units = list(cycle.assessments.all())
    entries = settled(units, criteria, side)
    lines = [
        line_of(each, raw_of(each.group, criteria, entries.get(each.pk, {}), terms.scale),
                terms, cycle)
        for each in units
    ]  # fmt: skip
    competing = [place for place, each in enumerate(units) if each.is_ranked]
    placed = ranked([(units[place].group, lines[place]) for place in competing], terms.scale)
    for place, line in zip(competing, placed, strict=True):
        lines[place] = line
    return list(zip(units, lines, strict=True))
