"""The same figures from the summaries: flows from cells, stocks from what is open.

What was open at the start is the stock of the last month before, and what came and went since;
without one, the sum of all cells. What was overdue at the end is the stock of that day; of a day
that ends no month it is asked of the dossiers: today of the index of open work, else of history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from audit.models import Delivery, OutboxEvent
from common.days import start_of
from reports.models import DirtyDay, Stocktaking
from reports.queries import live
from reports.rules import FIRST_DAY, By, Figures, Period, segments

# Acts that may change a figure, and who hears of them (audit.bus.name_of)
STEPS = ("dossier.approved", "dossier.forwarded", "dossier.gathered")
HEARD = (
    "dossier.accepted", *STEPS, "dossier.refused", "dossier.stopped", "dossier.withdrawn",
    "dossier.voided",
)  # fmt: skip
LISTENER = "reports.consumers.note_days"
FIRST_MOMENT = start_of(FIRST_DAY)  # nothing was received before

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
# Between the base and the end: the new unit received what the old one had received
TAKEN_OVER = """
    SELECT side.unit, {field},
        CASE WHEN d.accepted_at >= %(since)s AND d.channel = 2 THEN side.count ELSE 0 END,
        CASE WHEN d.accepted_at >= %(since)s AND d.channel <> 2 THEN side.count ELSE 0 END,
        CASE WHEN d.accepted_at < %(since)s THEN side.count ELSE 0 END, 0, 0, 0, 0
    FROM onestop_unitchange c
    JOIN onestop_dossier d ON d.province_id = c.province_id AND d.id = c.dossier_id {join}
    CROSS JOIN LATERAL (VALUES (c.from_unit_id, -1), (c.to_unit_id, 1)) AS side (unit, count)
    WHERE c.province_id = %(province)s AND c.at >= %(base_ended)s AND c.at <= %(until)s
        AND c.at > d.accepted_at AND (d.finished_at IS NULL OR c.at <= d.finished_at)
        AND d.voided_at IS NULL AND d.parent_id IS NULL"""
OVERDUE = """
    SELECT COALESCE((SELECT c.from_unit_id FROM onestop_unitchange c
            WHERE c.province_id = d.province_id AND c.dossier_id = d.id AND c.at > %(until)s
            ORDER BY c.at, c.id LIMIT 1), d.competent_unit_id), {field}, 0, 0, 0, 0, 0, 0, 1
    FROM onestop_dossier d {join}
    WHERE d.province_id = %(province)s AND d.parent_id IS NULL AND {condition}
"""
VERSION = """
    JOIN onestop_procedureversion v ON v.province_id = d.province_id
    AND v.id = d.version_id"""
FIELDS = {By.AGENCY: ("'', ''", ""), By.FIELD: ("v.level, v.field", VERSION)}
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
    of_field = dict(zip(("field", "join"), FIELDS[by], strict=True))
    parts = [*_flows(period, counted["base"], facts), TAKEN_OVER.format(**of_field)]
    if counted["end"] == period.last:
        parts.append(CLOSING)
    else:
        parts += [OVERDUE.format(condition=each, **of_field) for each in _then_or_now(period)]
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
    facts["base_ended"] = start_of(since) if base else FIRST_MOMENT
    if base:
        yield OPENING
    for n, part in enumerate(segments(period, since)):
        facts |= {f"span_{n}": part.span, f"first_{n}": part.first, f"after_{n}": part.after}
        yield (INSIDE if part.is_in_period else BEFORE).format(cells=CELLS.format(n=n))


def _then_or_now(period: Period) -> list[str]:
    if period.last >= timezone.localdate():
        return [NOW]
    return [THEN.format(open=each) for each in (STILL_OPEN, OPEN_THEN)]


def are_settled() -> bool:
    """Whether the summaries say what the dossiers say: nothing dirty, no event on the way."""
    return not DirtyDay.objects.exists() and not is_waiting(timezone.now())


def is_waiting(until: dt.datetime) -> bool:
    """An act before then that the summaries have not heard of yet: on its way, or given up before
    they did. One query, from the indexes of what is on its way and of what is parked: in their
    order, else the oldest events of all are read one by one until one is found to wait."""
    told = Delivery.objects.filter(event=OuterRef("pk"), kind=LISTENER)
    untold = OutboxEvent.objects.filter(
        ~Exists(told), delivered_at=None, action__in=HEARD, created_at__lte=until
    ).values("pk")
    waiting = untold.filter(parked_at=None).order_by("due_at")[:1]
    parked = untold.filter(parked_at__isnull=False).order_by("parked_at")[:1]
    return bool(waiting.union(parked, all=True))  # `exists` would drop the order


def figures_now(period: Period, by: By, units: list[int] | None = None) -> dict[live.Key, Figures]:
    """From the summaries when they are settled, else from the dossiers: the same figures."""
    asked = figures if are_settled() else live.figures
    return asked(period, by, units)
