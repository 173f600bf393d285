"""What comes of a confirmation: its signatures are set in, or it rests, fails, is done."""

from __future__ import annotations

import base64
import datetime as dt
import logging
import time
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.calls import quiet_after
from common.errors import DomainError
from documents.models import Confirmation, Signing
from documents.models.confirmations import Confirming
from documents.services import signing
from organizations.access import RefusedError
from organizations.models import User
from tenancy.scope import required_scope

log = logging.getLogger("govit.documents")

SET_IN_SECONDS = 5  # of a step; well below the minute for which it is ours


def set_in(found: Confirmation, actor: User) -> Confirmation:
    """The signatures that came, in the order in which they were asked for, each committed by
    itself. A fault of ours leaves the rest of its document, and that alone, to a later step."""
    end, left = time.monotonic() + SET_IN_SECONDS, set()
    for row in found.signings.filter(ended_at=None).order_by("pk"):
        if row.outgoing_id in left:
            continue
        try:
            _set_one_in(row, actor)
            required_scope().save()
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("signature %s of confirmation %s: not set in", row.pk, found.pk)
            required_scope().restart(read_only=False)
            left.add(row.outgoing_id)
        if time.monotonic() >= end:
            break
    if not found.signings.filter(ended_at=None).exists():
        return finished(found.pk)
    return rest_after(found.pk) if left else rested(found.pk, dt.timedelta(0))


def _set_one_in(row: Signing, actor: User) -> None:
    """What refuses it is said at it."""
    cms = base64.b64decode(row.state["cms"])
    try:
        stamp = signing.time_stamped(row.pk, actor=actor, cms=cms)
        done = signing.complete(row.pk, actor=actor, cms=cms, stamp=stamp)
    except (DomainError, RefusedError) as refusal:
        left = Signing.objects.filter(pk=row.pk, ended_at=None)
        left.update(ended_at=timezone.now(), words=str(refusal)[:500])
    else:
        Signing.objects.filter(pk=row.pk).update(words=str(done.note)[:500])


@transaction.atomic
def finished(confirmation_id: int) -> Confirmation:
    found = locked(confirmation_id)
    if not found.is_open:
        return found
    found.state, found.ended_at, found.handle = Confirming.DONE, timezone.now(), ""
    found.save(update_fields=["state", "ended_at", "handle"])
    return found


@transaction.atomic
def failed(confirmation_id: int, why: DomainError) -> Confirmation:
    """Nothing is signed, and what was prepared is given up; unless it was confirmed meanwhile."""
    found, at = locked(confirmation_id), timezone.now()
    if not found.is_asked:
        return found
    found.state, found.ended_at, found.handle = Confirming.FAILED, at, ""
    found.words = str(why)[:500]
    found.save(update_fields=["state", "ended_at", "handle", "words"])
    found.signings.filter(ended_at=None).update(ended_at=at)
    return found


def rest_after(confirmation_id: int) -> Confirmation:
    """Of a fault that may pass: the question stands, the next look comes later."""
    Confirmation.objects.open().filter(pk=confirmation_id).update(faults=F("faults") + 1)
    faults = Confirmation.objects.values_list("faults", flat=True).get(pk=confirmation_id)
    return rested(confirmation_id, quiet_after(faults))


def rested(confirmation_id: int, how_long: dt.timedelta) -> Confirmation:
    free_at = timezone.now() + how_long
    Confirmation.objects.open().filter(pk=confirmation_id).update(busy_until=free_at)
    found: Confirmation = Confirmation.objects.get(pk=confirmation_id)
    return found


def locked(confirmation_id: int, **more: Any) -> Confirmation:
    rows = Confirmation.objects.select_for_update(of=("self",), no_key=True)
    found: Confirmation = rows.get(pk=confirmation_id, **more)
    return found
