"""The key that makes a repeated event harmless."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from audit.models import Delivery, OutboxEvent
from tenancy.scope import required_province_id

CLAIM = """
    INSERT INTO audit_delivery (province_id, event_id, kind, recipient, done_at)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (province_id, event_id, kind, recipient) DO NOTHING"""


@transaction.atomic
def once(event: OutboxEvent, kind: str, recipient: str = "") -> bool:
    """True for the first caller with this (event, kind, recipient), False for every later one.

    The claim is part of the running transaction: when that rolls back, the effect is free again.
    A second transaction that asks at the same time waits for the first to end.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, [required_province_id(), event.pk, kind, recipient[:200], timezone.now()]
        )
        return bool(cursor.rowcount == 1)


def is_done(event: OutboxEvent, kind: str, recipient: str = "") -> bool:
    return bool(Delivery.objects.filter(event=event, kind=kind, recipient=recipient).exists())
