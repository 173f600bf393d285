"""One batch of one province: each event in its own transaction, each handler in a savepoint."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from audit import heartbeats
from audit.bus import Handler, handlers_of, name_of
from audit.deliveries import is_done, once
from audit.models import Delivery, OutboxEvent
from audit.relay import LEASE_SECONDS, MOST_ATTEMPTS, retry_seconds
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.outbox")
BATCH_SECONDS = LEASE_SECONDS - 10  # what is left then is claimed again
DEFAULT_KEEP_DAYS = 30
AWAY = (OperationalError, InterfaceError)


@dataclass
class Outcome:
    """What became of a batch: how many rows."""

    delivered: int = 0
    failed: int = 0
    skipped: int = 0  # delivered already, or claimed by somebody else since


@dataclass
class Faults:
    """Which handlers failed and how; never the exception's words, they may name a person."""

    done: list[Handler] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def deliver(province_id: int, event_ids: Sequence[int], claim: str) -> Outcome:
    """Tell the handlers about each event of the batch, oldest first."""
    outcome = Outcome()
    end = time.monotonic() + BATCH_SECONDS
    heard = _deliver_unheard(province_id, event_ids, claim, outcome)
    for event_id in heard:
        if time.monotonic() > end:
            log.warning("batch cut off after %s s", BATCH_SECONDS)
            break
        _deliver_event(province_id, event_id, claim, outcome)
    return outcome


def _deliver_unheard(
    province_id: int, event_ids: Sequence[int], claim: str, outcome: Outcome
) -> list[int]:
    """Mark facts that nobody subscribed to, all in one statement; return the others' ids."""
    with tenant_scope(province_id):
        heartbeats.beat(heartbeats.WORKER)
        rows = OutboxEvent.objects.filter(pk__in=event_ids, claim=claim, delivered_at=None)
        actions = dict(rows.values_list("pk", "action"))
        outcome.skipped += len(event_ids) - len(actions)
        unheard = [pk for pk, action in actions.items() if not handlers_of(action)]
        if unheard:
            outcome.delivered += rows.filter(pk__in=unheard).update(
                delivered_at=timezone.now(), claim=None
            )
    return sorted(actions.keys() - set(unheard))


def _deliver_event(province_id: int, event_id: int, claim: str, outcome: Outcome) -> None:
    try:
        with tenant_scope(province_id):
            event = (
                OutboxEvent.objects.select_for_update(skip_locked=True, no_key=True)
                .filter(pk=event_id, claim=claim, delivered_at=None, parked_at=None)
                .first()
            )
            if event is None:
                outcome.skipped += 1
                return
            faults = run_handlers(event)
            if faults.failed:
                _put_back(event, faults)
            else:
                _finish(event)
    except AWAY:  # the lease runs out and the row comes again
        connection.close()
        raise
    except DatabaseError as error:  # its commit was refused
        log.error("event %s: commit refused: %s", event_id, type(error).__name__)
        _note_refused_commit(province_id, event_id, claim, type(error).__name__)
        outcome.failed += 1
        return
    if faults.failed:
        outcome.failed += 1
    else:
        outcome.delivered += 1


def run_handlers(event: OutboxEvent) -> Faults:
    """Call each handler in its own savepoint; those that did their part before are left out."""
    faults = Faults()
    again = event.attempts > 1
    for handler in handlers_of(event.action):
        if again and is_done(event, name_of(handler)):
            continue
        try:
            with transaction.atomic():
                handler(event)
                with connection.cursor() as cursor:  # deferred keys speak up here, not at COMMIT
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except AWAY:
            raise
        except Exception as error:
            fault = f"{name_of(handler)}: {type(error).__name__}"
            log.exception("event %s %s: %s", event.pk, event.action, fault)
            faults.failed.append(fault)
        else:
            faults.done.append(handler)
    return faults


def _finish(event: OutboxEvent) -> None:
    event.delivered_at = timezone.now()
    event.claim = None
    event.last_error = ""
    event.save(update_fields=["delivered_at", "claim", "last_error"])


def _put_back(event: OutboxEvent, faults: Faults) -> None:
    """Keep what succeeded, and try the rest again later or park the row."""
    for handler in faults.done:
        once(event, name_of(handler))
    _fail(event, "; ".join(faults.failed))


def _fail(event: OutboxEvent, error: str) -> None:
    now = timezone.now()
    event.claim = None
    event.last_error = error
    event.due_at = now + dt.timedelta(seconds=retry_seconds(event.attempts))
    if event.attempts >= MOST_ATTEMPTS:
        event.parked_at = now
        log.error("event %s %s parked after %s attempts", event.pk, event.action, event.attempts)
    event.save(update_fields=["claim", "last_error", "due_at", "parked_at"])


def _note_refused_commit(province_id: int, event_id: int, claim: str, error: str) -> None:
    with tenant_scope(province_id):
        event = OutboxEvent.objects.filter(pk=event_id, claim=claim, delivered_at=None).first()
        if event is not None:
            _fail(event, f"commit: {error}")


def forget_delivered(most: int = 5000) -> int:
    """Delete the open province's rows delivered long ago (setting OUTBOX_KEEP_DAYS, 30 days)."""
    days = getattr(settings, "OUTBOX_KEEP_DAYS", DEFAULT_KEEP_DAYS)
    before = timezone.now() - dt.timedelta(days=days)
    ids = list(
        OutboxEvent.objects.filter(delivered_at__lt=before)
        .order_by("delivered_at")
        .values_list("pk", flat=True)[:most]
    )
    Delivery.objects.filter(event__in=ids).delete()
    OutboxEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
