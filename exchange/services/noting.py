"""Note that a dossier has to be sent. Joins the running transaction; twice or late does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from tenancy.scope import required_province_id

# A row that waits or is with the sender only gets a new version: its turn and its lease stay.
DOSSIERS = """
    INSERT INTO exchange_syncstate AS known (province_id, dossier_id, state, words, fault, alone,
        attempts, noted_at, due_at, version, was_tried, is_known, digest)
    SELECT DISTINCT province_id, COALESCE(parent_id, id), 'waiting', '', '', false, 0,
        %(now)s::timestamptz, %(now)s::timestamptz, 1, false, false, ''
    FROM onestop_dossier WHERE province_id = %(province)s AND id = ANY(%(ids)s)
    ON CONFLICT (province_id, dossier_id) DO UPDATE SET
        version = known.version + 1,
        digest = CASE WHEN %(again)s THEN '' ELSE known.digest END,
        state = CASE WHEN {settled} THEN 'waiting' ELSE known.state END,
        attempts = CASE WHEN {settled} THEN 0 ELSE known.attempts END,
        noted_at = CASE WHEN {settled} THEN %(now)s ELSE known.noted_at END,
        due_at = CASE WHEN {settled} THEN %(now)s ELSE known.due_at END"""
# Read from the steps, not from the event: a lost or late one is made good by the next.
STEPS = """
    INSERT INTO exchange_syncprogress (province_id, dossier_id, run_id, at, state, words, fault,
        alone, attempts, noted_at, due_at)
    SELECT run.province_id, run.dossier_id, run.id, run.closed_at, 'waiting', '', '', false, 0,
        %(now)s, %(now)s
    FROM onestop_steprun AS run
    JOIN onestop_dossier AS dossier ON dossier.province_id = run.province_id
        AND dossier.id = run.dossier_id
    WHERE run.province_id = %(province)s AND run.dossier_id = ANY(%(ids)s)
        AND run.state IN ('closed', 'sent_back', 'ended') AND dossier.parent_id IS NULL
    ON CONFLICT (province_id, run_id) DO NOTHING"""
SETTLED = "known.state IN ('sent', 'refused', 'left_out')"


def note(dossier_ids: Sequence[int], *, again: bool = False) -> int:
    """The dossiers and their steps that are over wait from now on; two queries. How many dossiers.

    A part of a linked dossier is not sent: it means the dossier that the citizen handed in.

    `again` sends a dossier even when nothing of it has changed since it was last taken.
    """
    values: dict[str, Any] = {
        "now": timezone.now(),
        "province": required_province_id(),
        "ids": list(dossier_ids),
        "again": again,
    }
    with connection.cursor() as cursor:
        cursor.execute(DOSSIERS.format(settled=SETTLED), values)
        count: int = cursor.rowcount
        cursor.execute(STEPS, values)
    return count
