"""The same figures from the summaries: flows from cells, stocks from what is open.

What was open at the start is the stock of the last month before, and what came and went since;
without one, the sum of all cells. What was overdue at the end is the stock of that day; of a day
that ends no month it is asked of the dossiers: today of the index of open work, else of history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from common.days import start_of
from reports.models import DirtyDay, Stocktaking
from reports.queries import live
from reports.rules import By, Figures, Period, segments

# Each part answers columns 4 to 6, 8 to 10 and 13; in time is what remains of the sums
FLOW = "flow (unit, level, field, online, direct, opening, early, on_time, late, overdue)"
INSIDE = """
    SELECT cell.unit_id, level, field, online, direct, 0, early, on_time, late, 0
    FROM reports_cell cell WHERE {cells}"""
BEFORE = """
    SELECT cell.unit_id, level, field, 0, 0, online + direct - early - on_time - late, 0, 0, 0, 0
    FROM reports_cell cell WHERE {cells}"""
CELLS = """cell.province_id = %(province)s AND cell.span = %(span_{n})s
    AND cell.starts_on >= %(first_{n})s AND cell.starts_on < %(after_{n})s"""
OPENING = """
    SELECT unit_id, level, field, 0, 0, open, 0, 0, 0, 0
    FROM reports_stock WHERE province_id = %(province)s AND day = %(base)s"""
CLOSING = """
    SELECT unit_id, level, field, 0, 0, 0, 0, 0, 0, overdue
    FROM reports_stock WHERE province_id = %(province)s AND day = %(last)s"""
OVERDUE = """
    SELECT d.competent_unit_id, {field}, 0, 0, 0, 0, 0, 0, 1
    FROM onestop_dossier d {join}
    WHERE d.province_id = %(province)s AND d.parent_id IS NULL AND {condition}
"""
VERSION = """JOIN onestop_procedureversion v ON v.province_id = d.province_id
    AND v.id = d.version_id"""
NOW = """d.closed_at IS NULL AND d.finished_at IS NULL AND d.accepted_at <= %(until)s
    AND d.due_at < %(last_began)s AND d.status NOT IN (5, 6)"""
THEN = """d.accepted_at <= %(until)s AND d.voided_at IS NULL AND {open} AND (
        SELECT c.due_at < %(last_began)s FROM onestop_duechange c
        WHERE c.province_id = d.province_id AND c.dossier_id = d.id AND c.at <= %(until)s
        ORDER BY c.at DESC, c.id DESC LIMIT 1)
    AND COALESCE((SELECT s.to_status NOT IN (5, 6) FROM onestop_statuschange s
        WHERE s.province_id = d.province_id AND s.dossier_id = d.id AND s.at <= %(until)s
        ORDER BY s.at DESC, s.id DESC LIMIT 1), true)"""
STILL_OPEN = "d.closed_at IS NULL AND d.finished_at IS NULL"
OPEN_THEN = "d.finished_at > %(until)s"


def figures(period: Period, by: By, units: list[int] | None = None) -> dict[live.Key, Figures]:
    """As `live.figures`, from the summaries. Two queries: which stocks there are, and the rest."""
    counted = stocktakings(period)
    facts = live.facts_of(period, units) | {
        "last_began": start_of(period.last),
        "base": counted["base"],
    }
    parts = list(_flows(period, counted["base"], facts))
    parts += _overdue(period, by, is_counted=counted["end"] == period.last)
    of_units = "" if units is None else "WHERE unit = ANY(%(units)s)"
    sql = f"""
        SELECT {live.KEYS[by]}, sum(online), sum(direct), sum(opening), sum(early), sum(on_time),
            sum(late), sum(opening + online + direct - early - on_time - late - overdue),
            sum(overdue)
        FROM ({" UNION ALL ".join(parts)}) AS {FLOW} {of_units} GROUP BY 1, 2, 3"""  # noqa: S608
    return dict(live.read(sql, facts))


def stocktakings(period: Period) -> dict[str, Any]:
    """`base`: the last counted one before the month in which the period begins; `end`: the last
    of all until its end. One query."""
    before = Q(day__lt=period.first.replace(day=1))
    found: dict[str, Any] = Stocktaking.objects.filter(day__lte=period.last).aggregate(
        base=Max("day", filter=before), end=Max("day")
    )
    return found


def _flows(period: Period, base: dt.date | None, facts: dict[str, Any]) -> Iterator[str]:
    """What was open at the start and what came and went; each stretch of days its own part."""
    since = base + dt.timedelta(days=1) if base else dt.date.min
    if base:
        yield OPENING
    for n, part in enumerate(segments(period, since)):
        facts |= {f"span_{n}": part.span, f"first_{n}": part.first, f"after_{n}": part.after}
        yield (INSIDE if part.is_in_period else BEFORE).format(cells=CELLS.format(n=n))


def _overdue(period: Period, by: By, *, is_counted: bool) -> list[str]:
    if is_counted:
        return [CLOSING]
    is_today = period.last >= timezone.localdate()
    conditions = [NOW] if is_today else [THEN.format(open=each) for each in (STILL_OPEN, OPEN_THEN)]
    field, join = ("v.level, v.field", VERSION) if by == By.FIELD else ("'', ''", "")
    return [OVERDUE.format(field=field, join=join, condition=each) for each in conditions]


def are_settled() -> bool:
    """Whether the summaries say what the dossiers say: nothing dirty, no event on the way."""
    return not DirtyDay.objects.exists() and not _is_waiting()


def _is_waiting() -> bool:
    """An act that the summaries have not heard of yet."""
    waiting = OutboxEvent.objects.filter(delivered_at=None, subject_type="onestop.dossier")
    return any(handlers_of(action) for action in waiting.values_list("action", flat=True)[:1000])


def figures_now(period: Period, by: By, units: list[int] | None = None) -> dict[live.Key, Figures]:
    """From the summaries when they are settled, else from the dossiers: the same figures."""
    asked = figures if are_settled() else live.figures
    return asked(period, by, units)
