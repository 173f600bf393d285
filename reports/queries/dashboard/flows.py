"""What came in and went out: the summaries up to yesterday, today from the dossiers themselves.

Where the summaries have no answer (a division, a procedure) all of it comes from the dossiers of
the period. What a finished dossier was due is its `due_at`: none moves it after the finish
(`onestop.models.DueChange`), so these figures are those of the summaries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from common.days import start_of
from common.working_time import add_months
from onestop.models import UnitChange
from reports.chosen import Chosen
from reports.models import DirtyDay
from reports.periods import ONE
from reports.queries.dashboard.scope import Scope
from reports.queries.summaries import is_waiting
from reports.rules import Period, segments
from reports.rules_dashboard import Flow

NOTHING = Flow()
MONTHS = 12  # of the trend, the running one included

CELLS = """
    SELECT segment.label, CASE WHEN GROUPING(unit_id) = 0 THEN unit_id END,
        CASE WHEN GROUPING(field) = 0 THEN field END, sum(online), sum(direct),
        sum(early), sum(on_time), sum(late)
    FROM unnest(%(labels)s::text[], %(spans)s::text[], %(firsts)s::date[], %(afters)s::date[])
        AS segment (label, span, first, after)
    JOIN reports_cell cell ON cell.province_id = %(province)s AND cell.span = segment.span
        AND cell.starts_on >= segment.first AND cell.starts_on < segment.after
    {of_units}
    GROUP BY GROUPING SETS ((segment.label), (segment.label, unit_id), (segment.label, field))"""

# The index of acceptances begins with the unit: one small range of it for each
RECEIVED_BY_UNIT = """
    FROM unnest(%(units)s::bigint[]) AS u (unit) CROSS JOIN LATERAL (
        SELECT * FROM onestop_dossier WHERE province_id = %(province)s
            AND competent_unit_id = u.unit AND voided_at IS NULL AND parent_id IS NULL
            AND accepted_at >= %(since)s AND accepted_at < %(until)s OFFSET 0) AS d"""
RECEIVED = """
    FROM onestop_dossier d WHERE {scope} AND d.voided_at IS NULL
        AND d.accepted_at >= %(since)s AND d.accepted_at < %(until)s"""
FINISHED = """
    FROM onestop_dossier d WHERE {scope} AND d.voided_at IS NULL
        AND d.finished_at >= %(since)s AND d.finished_at < %(until)s"""
LOCAL = "({} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
LIVE = """
    SELECT {keys}, count(*) FILTER (WHERE came AND channel = 2),
        count(*) FILTER (WHERE came AND channel <> 2),
        count(*) FILTER (WHERE went AND NOT is_withdrawn AND day < due_on),
        count(*) FILTER (WHERE went AND (is_withdrawn OR due_on IS NULL OR day = due_on)),
        count(*) FILTER (WHERE went AND NOT is_withdrawn AND day > due_on)
    FROM (
        SELECT {columns}, d.channel, {accepted_on} AS day, true AS came, false AS went,
            false AS is_withdrawn, NULL::date AS due_on {received}
        UNION ALL
        SELECT {columns}, d.channel, {finished_on}, false, true, d.granted_at IS NOT NULL,
            {due_on} {finished}) AS fact
    {join} GROUP BY GROUPING SETS ((), {groups})"""
VERSION = """JOIN onestop_procedureversion v ON v.province_id = %(province)s
    AND v.id = fact.version_id"""
COLUMNS = "d.competent_unit_id, d.handling_unit_id, d.procedure_id, d.version_id"


@dataclass
class Flows:
    """Of a period, of the one before, by row, and by month up to this day."""

    now: Flow = NOTHING
    before: Flow = NOTHING
    by_row: dict[int, Flow] = field(default_factory=lambda: defaultdict(Flow))  # unit of the row
    by_field: dict[str, Flow] = field(default_factory=lambda: defaultdict(Flow))
    months: dict[dt.date, Flow] = field(default_factory=dict)
    is_lagging: bool = False  # earlier days wait to be counted anew: lists may differ
    is_by_present: bool = False  # units took over others: counted by whose the dossiers are now


def flows(scope: Scope, chosen: Chosen) -> Flows:
    """Six queries at most, however many units and dossiers."""
    months = [add_months(chosen.today.replace(day=1), -back) for back in reversed(range(MONTHS))]
    found = Flows(months={month: Flow() for month in months})
    since = min(months[0], chosen.before.first)
    found.is_by_present = scope.is_summed and _were_taken_over(scope, since)
    if scope.is_summed and (scope.unit_ids is None or not found.is_by_present):
        _from_cells(scope, chosen, found)
    else:
        _from_dossiers(scope, chosen, found)
    if scope.is_agency:
        for (unit,), flow in _live(scope, chosen.period, ("handling_unit_id",)):
            if unit is not None:
                found.by_row[unit] += flow
    return found


def _were_taken_over(scope: Scope, since: dt.date) -> bool:
    """Whether one of the units took over dossiers of another since, or gave them up: the
    summaries know whose they were then, the lists whose they are. One query."""
    changes = UnitChange.objects.filter(at__gte=start_of(since))
    if scope.unit_ids is not None:
        changes = changes.filter(Q(from_unit__in=scope.unit_ids) | Q(to_unit__in=scope.unit_ids))
    return changes.exists()


def _from_cells(scope: Scope, chosen: Chosen, found: Flows) -> None:
    today = chosen.today
    for label, unit, name, flow in _cells(scope, _labelled(chosen, today - ONE)):
        if label not in ("now", "before"):
            month = dt.date.fromisoformat(label)
            found.months[month] += flow if unit is None and name is None else NOTHING
        elif label == "now":
            _add(scope, found, unit, name, flow)
        elif unit is None and name is None:
            found.before += flow
    for (unit, name), flow in _live(scope, Period(today, today), ("competent_unit_id", "v.field")):
        if unit is None and name is None:
            found.months[today.replace(day=1)] += flow
        if today <= chosen.period.last:
            _add(scope, found, unit, name, flow)
    dirty = DirtyDay.objects.filter(unit__in=scope.all_ids, day__lt=today)
    found.is_lagging = dirty.exists() or is_waiting(start_of(today))
    if found.is_by_present:  # of the province: only its rows differ
        found.by_row.clear()
        for (unit,), flow in _live(scope, chosen.period, ("competent_unit_id",)):
            if unit is not None:
                _add(scope, found, unit, None, flow)


def _add(scope: Scope, found: Flows, unit: int | None, name: str | None, flow: Flow) -> None:
    """To the figures of the period: of a unit, of a field, or of all."""
    if name is not None:
        found.by_field[name] += flow
    elif unit is None:
        found.now += flow
    elif not scope.is_agency:  # within an agency the rows are other units
        found.by_row[scope.row_unit(unit).pk] += flow


def _labelled(chosen: Chosen, yesterday: dt.date) -> list[tuple[str, str, dt.date, dt.date]]:
    """Days and whole months of the summaries, none later than yesterday, each for its figure."""
    this_month = chosen.today.replace(day=1)
    wanted = [("now", chosen.period), ("before", chosen.before)]
    wanted += [
        (first.isoformat(), Period(first, add_months(first, 1) - ONE))
        for first in (add_months(this_month, -back) for back in range(MONTHS))
    ]
    found = []
    for label, period in wanted:
        last = min(period.last, yesterday)
        if period.first <= last:
            found += [
                (label, each.span, each.first, each.after)
                for each in segments(Period(period.first, last)) if each.is_in_period
            ]  # fmt: skip
    return found


def _cells(
    scope: Scope, labelled: list[tuple[str, str, dt.date, dt.date]]
) -> Iterator[tuple[str, int | None, str | None, Flow]]:
    """For each label: all together, by competent unit, by field."""
    of_units = "" if scope.unit_ids is None else "WHERE cell.unit_id = ANY(%(units)s::bigint[])"
    names = ("labels", "spans", "firsts", "afters")
    columns = zip(*labelled, strict=True) if labelled else ((), (), (), ())
    facts = scope.params | {name: list(c) for name, c in zip(names, columns, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(of_units=of_units), facts)
        for label, unit, name, *numbers in cursor.fetchall():
            yield label, unit, name, Flow(*map(int, numbers))


def _from_dossiers(scope: Scope, chosen: Chosen, found: Flows) -> None:
    """Both periods and the months of the trend, each day of them once."""
    span = Period(min(next(iter(found.months)), chosen.before.first), chosen.today)
    for (day,), flow in _live(scope, span, ("day",)):
        if day is None:
            continue
        month = day.replace(day=1)
        if month in found.months:
            found.months[month] += flow
        if chosen.period.first <= day <= chosen.period.last:
            found.now += flow
        if chosen.before.first <= day <= chosen.before.last:
            found.before += flow
    for (unit, name), flow in _live(scope, chosen.period, (scope.column, "v.field")):
        if unit is not None or name is not None:
            _add(scope, found, unit, name, flow)


def _live(
    scope: Scope, period: Period, keys: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], Flow]]:
    """Sums over everything, and by each of the keys: the others are None."""
    by_unit = scope.is_summed
    received = RECEIVED_BY_UNIT if by_unit else RECEIVED.format(scope=scope.sql())
    sql = LIVE.format(
        keys=", ".join(f"CASE WHEN GROUPING({key}) = 0 THEN {key} END" for key in keys),
        groups=", ".join(f"({key})" for key in keys),
        join=VERSION if "v.field" in keys else "", columns=COLUMNS, received=received,
        finished=FINISHED.format(scope=scope.sql()), accepted_on=LOCAL.format("d.accepted_at"),
        finished_on=LOCAL.format("d.finished_at"), due_on=LOCAL.format("d.due_at"),
    )  # fmt: skip
    facts = scope.params | {"since": start_of(period.first), "until": start_of(period.after)}
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        for row in cursor.fetchall():
            yield row[: len(keys)], Flow(*row[len(keys) :])
