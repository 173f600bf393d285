"""The statement straight from the dossiers and their history: slow, obvious, the reference.

One statement, so one moment: changes meanwhile are in all figures or in none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from common.days import MOMENT, start_of
from reports.rules import By, Figures, Period
from tenancy.scope import required_province_id

Key = tuple[int, str, str]  # competent unit, level, field; the last two "" by agency
KEYS = {By.AGENCY: "unit, '', ''", By.FIELD: "unit, level, field"}

# What each dossier was at `until`, the last moment of the period or of what was known.
# Parts of linked dossiers are left out: the dossier that the citizen handed in counts once.
# A dossier is the row of the unit that was competent when it was finished, or else at `until`.
# Void receptions are left out, but those that were voided after `until` were none then.
STATE = """
    SELECT d.id, COALESCE(past.unit, d.competent_unit_id) AS unit, v.level, v.field,
        d.channel, d.accepted_at,
        (d.accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS accepted_on,
        COALESCE(d.finished_at <= %(until)s, false) AS is_finished,
        (d.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS finished_on,
        d.granted_at IS NOT NULL AS is_withdrawn,
        (due.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS due_on,
        COALESCE(was.to_status IN (5, 6), false) AS is_waiting
    FROM onestop_dossier d
    JOIN onestop_procedureversion v
        ON v.province_id = d.province_id AND v.id = d.version_id
    LEFT JOIN LATERAL (
        SELECT c.due_at FROM onestop_duechange c
        WHERE c.province_id = d.province_id AND c.dossier_id = d.id
            AND c.at <= LEAST(d.finished_at, %(until)s)
        ORDER BY c.at DESC, c.id DESC LIMIT 1) AS due ON true
    LEFT JOIN LATERAL (
        SELECT s.to_status FROM onestop_statuschange s
        WHERE s.province_id = d.province_id AND s.dossier_id = d.id AND s.at <= %(until)s
        ORDER BY s.at DESC, s.id DESC LIMIT 1) AS was ON true
    LEFT JOIN LATERAL (
        SELECT c.from_unit_id AS unit FROM onestop_unitchange c
        WHERE c.province_id = d.province_id AND c.dossier_id = d.id
            AND c.at > LEAST(d.finished_at, %(until)s)
        ORDER BY c.at, c.id LIMIT 1) AS past ON true
    WHERE d.province_id = %(province)s AND d.parent_id IS NULL AND d.accepted_at <= %(until)s
        AND (d.finished_at IS NULL OR d.finished_at >= %(since)s)
        AND (d.voided_at IS NULL OR d.voided_at > %(known_at)s)
"""
OF_UNITS = f"""
    SELECT * FROM ({STATE} AND (d.competent_unit_id = ANY(%(units)s) OR d.id = ANY (ARRAY (
        SELECT c.dossier_id FROM onestop_unitchange c
        WHERE c.province_id = %(province)s AND c.from_unit_id = ANY(%(units)s))))
    ) AS everybodys WHERE unit = ANY(%(units)s)"""  # noqa: S608  constants of our own

CONDITIONS = {  # of the columns that are counted, in the order of `Figures`
    "online": "accepted_at >= %(since)s AND channel = 2",
    "direct": "accepted_at >= %(since)s AND channel <> 2",
    "opening": "accepted_at < %(since)s",
    "early": "is_finished AND NOT is_withdrawn AND finished_on < due_on",
    "on_time": "is_finished AND (is_withdrawn OR due_on IS NULL OR finished_on = due_on)",
    "late": "is_finished AND NOT is_withdrawn AND finished_on > due_on",
    "in_time": "NOT is_finished AND (is_waiting OR due_on IS NULL OR due_on >= %(last)s)",
    "overdue": "NOT is_finished AND NOT is_waiting AND due_on < %(last)s",
}


def figures(
    period: Period, by: By, units: list[int] | None = None, known_at: dt.datetime | None = None
) -> dict[Key, Figures]:
    """Figures of every competent unit (and its fields), as they were known at `known_at`."""
    counts = ", ".join(f"count(*) FILTER (WHERE {words})" for words in CONDITIONS.values())
    sql = f"SELECT {KEYS[by]}, {counts} FROM ({state(units)}) AS state GROUP BY 1, 2, 3"  # noqa: S608
    return dict(read(sql, facts_of(period, units, known_at)))


def state(units: list[int] | None) -> str:
    """The dossiers as they were then; those of some units, which were competent then, or all."""
    return STATE if units is None else OF_UNITS


def until(period: Period, known_at: dt.datetime) -> dt.datetime:
    """The last moment of the period, or of what was known."""
    return min(start_of(period.after) - MOMENT, known_at)


def facts_of(
    period: Period, units: list[int] | None = None, known_at: dt.datetime | None = None
) -> dict[str, Any]:
    """The parameters of `STATE` and `CONDITIONS`."""
    known_at = known_at or timezone.now()
    return {
        "province": required_province_id(),
        "since": start_of(period.first),
        "until": until(period, known_at),
        "last": period.last, "known_at": known_at, "units": units,
    }  # fmt: skip


def read(sql: str, facts: dict[str, Any]) -> Iterator[tuple[Key, Figures]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        for unit, level, field, *numbers in cursor.fetchall():
            yield (unit, level, field), Figures(*numbers)
