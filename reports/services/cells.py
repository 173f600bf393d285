"""The summaries: days that are no longer right are noted, and counted anew by a worker.

Lossless: the note is committed with the mark "delivered" of its event, and it is deleted in the
transaction that writes the new cells. A worker that dies in between leaves the note.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from reports.services import stocks
from tenancy.scope import required_province_id

AT_ONCE = 100  # few, so that whoever notes one of these days waits for no more than a moment
MONTHS = 7_040_002  # advisory lock of a unit's months
Day = tuple[int, dt.date]  # competent unit, local day

NOTE = """
    INSERT INTO reports_dirtyday (province_id, unit_id, day)
    SELECT %s, unit, day FROM unnest(%s::bigint[], %s::date[]) AS dirty (unit, day)
    ON CONFLICT (province_id, unit_id, day) DO NOTHING"""

NOTE_ALL = """
    INSERT INTO reports_dirtyday (province_id, unit_id, day)
    SELECT d.province_id, unit, day
    FROM onestop_dossier d
    CROSS JOIN LATERAL (
        SELECT d.competent_unit_id AS unit UNION
        SELECT c.from_unit_id FROM onestop_unitchange c
        WHERE c.province_id = d.province_id AND c.dossier_id = d.id) AS units
    CROSS JOIN LATERAL (VALUES ((d.accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
        ((d.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)) AS days (day)
    WHERE d.province_id = %(province)s AND d.voided_at IS NULL AND d.parent_id IS NULL
        AND day IS NOT NULL
    UNION SELECT c.province_id, c.unit_id, c.starts_on FROM reports_cell c
    WHERE c.province_id = %(province)s AND c.span = 'day'
    ON CONFLICT (province_id, unit_id, day) DO NOTHING"""

# Taken before the dossiers are read: who notes the same day meanwhile waits for our commit and
# then notes it again, so what we have not seen is counted next time.
TAKE = """
    DELETE FROM reports_dirtyday WHERE province_id = %(province)s AND id = ANY (ARRAY (
        SELECT id FROM reports_dirtyday WHERE province_id = %(province)s
        ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED))
    RETURNING unit_id, day"""

TAKEN = """
    (SELECT unit, day, day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS began,
        (day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS ended
     FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS taken (unit, day))"""

FORGET = """
    DELETE FROM reports_cell c USING unnest(%(units)s::bigint[], %(days)s::date[]) AS t (unit, day)
    WHERE c.province_id = %(province)s AND c.span = 'day' AND c.unit_id = t.unit
        AND c.starts_on = t.day"""


def _of_unit(moment: str) -> str:
    """Dossiers that were accepted or finished on the day, and were the unit's at that moment:
    today's ones, and those that another unit took over since.

    OFFSET 0 keeps PostgreSQL from reading all dossiers at once: an index gives each day's few.
    """
    columns = "d.id, d.version_id, d.channel, d.granted_at, d.finished_at"
    on_day = f"""d.province_id = %(province)s AND d.voided_at IS NULL AND d.parent_id IS NULL
                AND d.{moment} >= t.began AND d.{moment} < t.ended"""
    changed = f"""SELECT 1 FROM onestop_unitchange o WHERE o.province_id = %(province)s
                AND o.dossier_id = d.id AND o.at > d.{moment}"""  # noqa: S608
    return f"""(
            (SELECT {columns} FROM onestop_dossier d
             WHERE {on_day} AND d.competent_unit_id = t.unit AND NOT EXISTS ({changed}) OFFSET 0)
            UNION ALL
            SELECT {columns} FROM onestop_unitchange c
            JOIN onestop_dossier d ON d.province_id = c.province_id AND d.id = c.dossier_id
            WHERE c.province_id = %(province)s AND c.from_unit_id = t.unit AND c.at > d.{moment}
                AND {on_day} AND NOT EXISTS ({changed} AND (o.at, o.id) < (c.at, c.id))) AS d"""  # noqa: S608


COUNT = f"""
    INSERT INTO reports_cell (province_id, span, starts_on, unit_id, level, field,
        online, direct, early, on_time, late)
    SELECT %(province)s, 'day', day, unit, v.level, v.field,
        count(*) FILTER (WHERE how = 'received' AND channel = 2),
        count(*) FILTER (WHERE how = 'received' AND channel <> 2),
        count(*) FILTER (WHERE how = 'finished' AND NOT is_withdrawn AND day < due_on),
        count(*) FILTER (WHERE how = 'finished'
            AND (is_withdrawn OR due_on IS NULL OR day = due_on)),
        count(*) FILTER (WHERE how = 'finished' AND NOT is_withdrawn AND day > due_on)
    FROM (
        SELECT t.unit, t.day, d.version_id, d.channel, 'received' AS how,
            false AS is_withdrawn, NULL::date AS due_on
        FROM {TAKEN} AS t CROSS JOIN LATERAL {_of_unit("accepted_at")}
        UNION ALL
        SELECT t.unit, t.day, d.version_id, d.channel, 'finished', d.granted_at IS NOT NULL,
            (SELECT (c.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM onestop_duechange c
             WHERE c.province_id = %(province)s AND c.dossier_id = d.id AND c.at <= d.finished_at
             ORDER BY c.at DESC, c.id DESC LIMIT 1)
        FROM {TAKEN} AS t CROSS JOIN LATERAL {_of_unit("finished_at")}
    ) AS fact
    JOIN onestop_procedureversion v ON v.province_id = %(province)s AND v.id = fact.version_id
    GROUP BY day, unit, v.level, v.field"""  # noqa: S608  constants of our own

LOCK_MONTHS = """
    SELECT pg_advisory_xact_lock(%(lock)s, unit) FROM (
        SELECT DISTINCT unit::int AS unit FROM unnest(%(units)s::bigint[]) AS u (unit)
        ORDER BY unit) AS one"""
MONTHS_OF = """
    (SELECT DISTINCT unit, date_trunc('month', day)::date AS first,
        (date_trunc('month', day) + interval '1 month')::date AS after
     FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS taken (unit, day))"""
FORGET_MONTHS = f"""
    DELETE FROM reports_cell c USING {MONTHS_OF} AS m
    WHERE c.province_id = %(province)s AND c.span = 'month' AND c.unit_id = m.unit
        AND c.starts_on = m.first"""  # noqa: S608
SUM_MONTHS = f"""
    INSERT INTO reports_cell (province_id, span, starts_on, unit_id, level, field,
        online, direct, early, on_time, late)
    SELECT c.province_id, 'month', m.first, c.unit_id, c.level, c.field, sum(c.online),
        sum(c.direct), sum(c.early), sum(c.on_time), sum(c.late)
    FROM {MONTHS_OF} AS m JOIN reports_cell c ON c.province_id = %(province)s AND c.span = 'day'
        AND c.unit_id = m.unit AND c.starts_on >= m.first AND c.starts_on < m.after
    GROUP BY c.province_id, m.first, c.unit_id, c.level, c.field"""  # noqa: S608


def note_dirty(days: Iterable[Day]) -> None:
    """These days must be counted anew. Joins the transaction of its caller; sorted, so that two
    who note the same days wait for each other and never in a circle."""
    wanted = sorted(set(days))
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [required_province_id(), *map(list, zip(*wanted, strict=True))])


def note_everything() -> int:
    """Count the whole province anew: after a load past the services. Answers how many days."""
    stocks.forget()
    with connection.cursor() as cursor:
        cursor.execute(NOTE_ALL, {"province": required_province_id()})
        return int(cursor.rowcount)


@transaction.atomic
def settle(most: int = AT_ONCE) -> int:
    """Count the next dirty days of the province anew; how many there were."""
    facts: dict[str, Any] = {"province": required_province_id(), "most": most, "lock": MONTHS}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, facts)
        taken = cursor.fetchall()
        if not taken:
            return 0
        facts["units"], facts["days"] = [unit for unit, _ in taken], [day for _, day in taken]
        # Months are sums of committed days: who sums a unit's months waits for who did before
        for statement in (LOCK_MONTHS, FORGET, COUNT, FORGET_MONTHS, SUM_MONTHS):
            cursor.execute(statement, facts)
    stocks.take_again(taken)
    return len(taken)


def settle_all() -> int:
    """Until nothing is dirty, in the caller's transaction: for loads and tests."""
    total = 0
    while count := settle():
        total += count
    return total
