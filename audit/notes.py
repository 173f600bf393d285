"""Reading leaves traces: who opened whose data, and who was refused.

The note is written after the page's transaction, which is READ ONLY or rolled back, in a short
one of its own (`scope.afterwards`). A fault there is logged and never spoils the page.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, models
from django.utils import timezone

from audit.models import AccessNote
from tenancy.scope import required_scope

log = logging.getLogger("govit.audit")
SAME_VISIT = dt.timedelta(minutes=10)

# The only tables that a GET may change; tests/plugins/reading.py holds every GET to it.
GET_MAY_WRITE = frozenset(
    {
        "audit_accessnote",
        "django_session",
        "usersessions_usersession",
        "organizations_user",  # last_seen_at, once in a while
        "notifications_notification",  # read_at, when a notice is opened
        "audit_feedmark",  # what a request to the feed found out
        "portal_guesscount",  # wrong QR codes of the public look-up
        "organizations_ratebucket",  # requests of machines and of calendars
        "organizations_apitoken",  # the day of its last use, likewise
        "axes_accessattempt",
        "axes_accesslog",
        "axes_accessfailurelog",
    }
)


def note_access(
    kind: str,
    subject: models.Model,
    *,
    user: Any = None,
    address: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Note that `user` (a visitor when None or anonymous) opened `subject`, or was refused it.

    The same person, kind, subject and data within ten minutes is one note; so is the same address
    when nobody is signed in. `data` holds ids and names of fields, never the data that was read.
    """
    known = user is not None and user.is_authenticated
    note = AccessNote(
        kind=kind,
        actor_id=str(user.pk) if known else "",
        actor_name=user.get_full_name()[:150] if known else "",
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=str(subject)[:200],
        address=address or None,
        data=data or {},
    )
    afterwards(lambda: _write(note))


def afterwards(act: Callable[[], object]) -> None:
    """Do this after the page's transaction. It is a trace: its fault is only logged."""

    def run() -> None:
        try:
            act()
        except DatabaseError:
            log.exception("a trace was not written")

    required_scope().afterwards.append(run)


def _write(note: AccessNote) -> None:
    note.at = timezone.now()
    same = AccessNote.objects.filter(
        actor_id=note.actor_id,
        kind=note.kind,
        subject_type=note.subject_type,
        subject_id=note.subject_id,
        data=note.data,
        at__gt=note.at - SAME_VISIT,
    )
    if not note.actor_id:
        same = same.filter(address=note.address)
    if not same.exists():
        note.save(force_insert=True)
