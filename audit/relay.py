"""From the outbox to Celery: claim what is due, one task per batch and province.

A claim is a lease: the row's `due_at` moves ahead and the batch's token is written beside it. A
worker that dies leaves rows whose lease runs out, and the next claim is the sweeper that finds
them. Redis holds nothing that is not in the table.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import connections, transaction

from common.waits import doubled

log = logging.getLogger("govit.outbox")

LEASE_SECONDS = 30
BATCH = 50  # rows of one task
IN_FLIGHT = 1000  # claimed and not yet done, all provinces: what waits in Redis stays young
MOST_ATTEMPTS = 12  # with `retry_seconds` about three and a half hours
LONGEST_WAIT_SECONDS = 3600
ONE_RELAY = 7_040_001  # advisory lock: a second relay at the same time would break the order

Publish = Callable[[int, list[int], str], object]
Row = tuple[int, int, str]  # province, event, subject

# Only rows whose turn it is: a backlog of 100,000 is not read again at each ring of the bell.
# COALESCE asks once more after a wait for the lock, and keeps the index of all waiting rows away.
PARK = """
    UPDATE audit_outboxevent SET parked_at = now(), claim = NULL,
        last_error = CASE WHEN last_error = '' THEN 'worker lost' ELSE last_error END
    WHERE COALESCE(delivered_at, parked_at) IS NULL AND id = ANY (ARRAY (
        SELECT id FROM (
            SELECT id, attempts FROM audit_outboxevent
            WHERE delivered_at IS NULL AND parked_at IS NULL AND due_at <= now()
            ORDER BY due_at, id LIMIT %s) AS next
        WHERE attempts >= %s))"""

COUNT = """
    SELECT count(*) FROM audit_outboxevent
    WHERE delivered_at IS NULL AND parked_at IS NULL AND due_at > now() AND claim IS NOT NULL"""

# Rows of a subject that is being told about wait for the next claim: so a subject's events stay
# in order, unless one of them failed and comes again later.
CLAIM = """
    WITH due AS (
        SELECT waiting.id FROM audit_outboxevent AS waiting
        WHERE waiting.delivered_at IS NULL AND waiting.parked_at IS NULL
          AND waiting.due_at <= now() AND waiting.attempts < %s
          AND (waiting.province_id, waiting.subject_type, waiting.subject_id) NOT IN (
            SELECT province_id, subject_type, subject_id FROM audit_outboxevent
            WHERE delivered_at IS NULL AND parked_at IS NULL AND due_at > now()
              AND claim IS NOT NULL)
        ORDER BY waiting.due_at, waiting.id LIMIT %s
        FOR NO KEY UPDATE OF waiting SKIP LOCKED
    )
    UPDATE audit_outboxevent AS event
    SET claim = %s, due_at = now() + make_interval(secs => %s), attempts = attempts + 1
    WHERE event.id = ANY (ARRAY (SELECT id FROM due))
    RETURNING event.province_id, event.id, event.subject_type || ' ' || event.subject_id"""

RELEASE = """
    UPDATE audit_outboxevent SET claim = NULL, due_at = now(), attempts = attempts - 1
    WHERE claim = %s AND id = ANY(%s) AND delivered_at IS NULL"""


def retry_seconds(attempts: int) -> int:
    """Wait after the n-th failed attempt: 5 s, doubled each time, at most an hour."""
    return doubled(5, attempts, LONGEST_WAIT_SECONDS)


def relay(publish: Publish) -> int:
    """Claim what is due and hand it out; return how many rows."""
    claim = str(uuid.uuid4())
    rows = claim_due(claim)
    for province_id, event_ids in _batches(rows):
        try:
            publish(province_id, event_ids, claim)
        except Exception:
            release(claim, event_ids)
            raise
    return len(rows)


def claim_due(claim: str) -> list[Row]:
    """The rows that now belong to `claim`, for `LEASE_SECONDS`."""
    with transaction.atomic(using="dispatch"), connections["dispatch"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_RELAY])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(PARK, [IN_FLIGHT, MOST_ATTEMPTS])
        if cursor.rowcount:
            log.error("%s outbox rows parked: the worker died on each attempt", cursor.rowcount)
        cursor.execute(COUNT)
        room = IN_FLIGHT - cursor.fetchone()[0]
        if room <= 0:
            return []
        cursor.execute(CLAIM, [MOST_ATTEMPTS, room, claim, LEASE_SECONDS])
        return list(cursor.fetchall())


def release(claim: str, event_ids: list[int]) -> None:
    """Give rows back that never reached the queue; that was no attempt."""
    with connections["dispatch"].cursor() as cursor:
        cursor.execute(RELEASE, [claim, event_ids])


def _batches(rows: Iterable[Row]) -> list[tuple[int, list[int]]]:
    """Of one province each, about `BATCH` rows; the events of a subject are never parted."""
    subjects: dict[tuple[int, str], list[int]] = defaultdict(list)
    for province_id, event_id, subject in sorted(rows):
        subjects[province_id, subject].append(event_id)
    batches: list[tuple[int, list[int]]] = []
    for (province_id, _subject), ids in subjects.items():
        if batches and batches[-1][0] == province_id and len(batches[-1][1]) < BATCH:
            batches[-1][1].extend(ids)
        else:
            batches.append((province_id, ids))
    return [(province_id, sorted(ids)) for province_id, ids in batches]
