"""`record`: the audit row and the outbox row of a change, in the change's own commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from psycopg.types.json import Jsonb

from audit import bell
from audit.models import AuditEntry, OutboxEvent
from tenancy.scope import required_province_id


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
    entry = _entry(subject, action, actor, data, unit, on_behalf_of)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_SQL, _values(entry, required_province_id()))
        (entry.pk,) = cursor.fetchone()
    entry._state.adding = False
    _ring()
    return entry


def record_each(
    told: Iterable[tuple[models.Model, models.Model | None, dict[str, Any]]],
    action: str,
    *,
    actor: Actor | None,
    on_behalf_of: str = "",
) -> None:
    """The same act on many: (subject, unit, data) each, in one round trip to the database."""
    province_id = required_province_id()
    rows = [
        _values(_entry(subject, action, actor, data, unit, on_behalf_of), province_id)
        for subject, unit, data in told
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_WRITE_SQL, rows)
        _ring()


def _ring() -> None:
    if settings.RING_THE_BELL:
        bell.ring_after_commit()  # each time: an earlier one may be gone with its savepoint


def _entry(
    subject: models.Model,
    action: str,
    actor: Actor | None,
    data: dict[str, Any] | None,
    unit: models.Model | None,
    on_behalf_of: str,
) -> AuditEntry:
    return AuditEntry(
        at=timezone.now(),
        action=action,
        actor_id=str(actor.pk) if actor else "",
        actor_name=actor.get_full_name() if actor else "",
        on_behalf_of=on_behalf_of,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=str(subject)[:200],
        unit_id=str(unit.pk) if unit else "",
        unit_name=str(unit)[:200] if unit else "",
        data=data or {},
    )


_ENTRY = (
    "at", "action", "actor_id", "actor_name", "on_behalf_of", "subject_type", "subject_id",
    "subject_name", "unit_id", "unit_name",
)  # fmt: skip
# The transaction takes its number before the entry takes its id (the filter runs first). Then no
# entry can appear below one that is sealed (audit/seals.py).
_WRITE_SQL = f"""
    WITH entry AS (
        INSERT INTO {AuditEntry._meta.db_table} (province_id, {", ".join(_ENTRY)}, data)
        SELECT %s, {", ".join(["%s"] * len(_ENTRY))}, %s
        WHERE pg_current_xact_id() IS NOT NULL RETURNING *)
    INSERT INTO {OutboxEvent._meta.db_table} (province_id, entry_id, action, subject_type,
        subject_id, data, created_at, due_at, attempts, last_error)
    SELECT province_id, id, action, subject_type, subject_id, data, at, at, 0, '' FROM entry
    RETURNING entry_id
"""  # noqa: S608  names of our own


def _values(entry: AuditEntry, province_id: int) -> list[Any]:
    """Of `_WRITE_SQL`, which writes both rows in one statement: every act of the portal pays."""
    return [province_id, *(getattr(entry, name) for name in _ENTRY), Jsonb(entry.data)]
