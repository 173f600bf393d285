"""`record`: the audit row and the outbox row of a change, in the change's own commit."""

from __future__ import annotations

from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models

from audit import bell
from audit.models import AuditEntry, OutboxEvent
from tenancy.scope import required_scope

FIRST_RECORD = "audit.first_record"


class Actor(Protocol):
    """A person who acts; `organizations.User` is one."""

    pk: Any

    def get_full_name(self) -> str: ...


def record(
    subject: models.Model,
    action: str,
    *,
    actor: Actor | None,
    data: dict[str, Any] | None = None,
    unit: models.Model | None = None,
    on_behalf_of: str = "",
) -> AuditEntry:
    """Write what happened to `subject`, and tell the rest of the system after the commit.

    `actor=None` is the system itself (a beat job). `data` holds ids, names and figures as plain
    JSON; it is kept for ever, so it names no more of a person than the act needs.
    Undecorated on purpose: it joins the service's transaction and raises outside a scope.
    """
    scope = required_scope()
    facts = data or {}
    if FIRST_RECORD not in scope.memory:
        scope.memory[FIRST_RECORD] = True
        _take_transaction_number()
    entry: AuditEntry = AuditEntry.objects.create(
        action=action,
        actor_id=str(actor.pk) if actor else "",
        actor_name=actor.get_full_name() if actor else "",
        on_behalf_of=on_behalf_of,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=str(subject)[:200],
        unit_id=str(unit.pk) if unit else "",
        unit_name=str(unit)[:200] if unit else "",
        data=facts,
    )
    OutboxEvent.objects.create(
        entry_id=entry.pk,
        action=action,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        data=facts,
    )
    if settings.RING_THE_BELL:
        bell.ring_after_commit()  # each time: an earlier one may be gone with its savepoint
    return entry


def _take_transaction_number() -> None:
    """Once per transaction: its number is taken before its first entry gets an id.

    Then no entry can appear below one that is sealed (audit/seals.py).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
