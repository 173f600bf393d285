"""The same figures from the summaries: flows from cells, stocks from what is open.

Opening and closing are sums of all cells before; only what was overdue at the end is asked of the
dossiers that were open then: today of the index of open work, of a past day of their history.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from reports.models import DirtyDay
from reports.queries import live
from reports.rules import By, Figures, Period, segments

FLOWS = """
    SELECT cell.unit_id AS unit, level, field,
        CASE WHEN is_in THEN online ELSE 0 END AS online,
        CASE WHEN is_in THEN direct ELSE 0 END AS direct,
        CASE WHEN is_in THEN 0 ELSE online + direct - early - on_time - late END AS opening,
        CASE WHEN is_in THEN early ELSE 0 END AS early,
        CASE WHEN is_in THEN on_time ELSE 0 END AS on_time,
        CASE WHEN is_in THEN late ELSE 0 END AS late, 0 AS overdue
    FROM (SELECT * FROM unnest(%(spans)s::text[], %(firsts)s::date[], %(afters)s::date[],
        %(are_in)s::boolean[]) AS s (span, first, after, is_in)) AS segment
    JOIN reports_cell cell ON cell.province_id = %(province)s AND cell.span = segment.span
        AND cell.starts_on >= segment.first AND cell.starts_on < segment.after
"""
OVERDUE = """
    SELECT d.competent_unit_id, {field}, 0, 0, 0, 0, 0, 0, 1
    FROM onestop_dossier d {join}
    WHERE d.province_id = %(province)s AND {condition}
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
    """As `live.figures`, from the summaries. One statement."""
    is_today = period.last >= timezone.localdate()
    conditions = [NOW] if is_today else [THEN.format(open=each) for each in (STILL_OPEN, OPEN_THEN)]
    field, join = ("v.level, v.field", VERSION) if by == By.FIELD else ("'', ''", "")
    parts = [FLOWS, *(
        OVERDUE.format(field=field, join=join, condition=each) for each in conditions
    )]  # fmt: skip
    of_units = "" if units is None else "WHERE unit = ANY(%(units)s)"
    sql = f"""
        SELECT {live.KEYS[by]}, sum(online), sum(direct), sum(opening), sum(early), sum(on_time),
            sum(late), sum(opening + online + direct - early - on_time - late - overdue),
            sum(overdue)
        FROM ({" UNION ALL ".join(parts)}) AS flow {of_units} GROUP BY 1, 2, 3"""  # noqa: S608
    return dict(live.read(sql, _facts(period, units)))


def _facts(period: Period, units: list[int] | None) -> dict[str, Any]:
    facts = live.facts_of(period, units)
    last = live.facts_of(Period(period.last, period.last))
    cut = segments(period)
    return facts | {
        "last_began": last["since"],
        "spans": [each.span for each in cut], "firsts": [each.first for each in cut],
        "afters": [each.after for each in cut], "are_in": [each.is_in_period for each in cut],
    }  # fmt: skip


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
