"""A dossier comes in that no official has seen: from the own form, or from another system."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from audit.services import record
from common.errors import AlreadyDone
from onestop.models import Channel, Dossier, StatusChange
from onestop.services import reception, steps
from onestop.states import Status
from organizations import access
from organizations.models import User


@transaction.atomic
def submit(
    facts: reception.Reception,
    *,
    actor: User | None,
    key: str | None = None,
    at: dt.datetime | None = None,
) -> Dossier:
    """Note a dossier that was submitted online (status 1). Nobody has looked at it; no clock runs.

    `actor` is the account of a client of the machine interface, which sees the receiving unit;
    None: the citizen himself, who has no account. The same `key` of the same sender again is the
    same submission, also at the same moment: the dossier that is there is answered, and nothing
    of the second is kept. Files are claimed as the actor's own.
    """
    at = at or timezone.now()
    if actor is not None:
        access.require(actor, "view_dossiers", facts.receiving_unit_id)
    token = token_of(key, actor)
    before = _submitted_with(token)
    if before is not None:
        return before
    receiving, competent, version, channel = reception.open_door(facts, at)
    dossier = reception.new_dossier(
        replace(facts, form_token=token), competent, version, channel, at=at
    )
    dossier.channel = Channel.ONLINE
    dossier.status = Status.NEW
    try:
        with transaction.atomic():  # gives the number back when another was quicker
            dossier.code = reception.next_code(competent, at)
            reception.insert(dossier)
    except AlreadyDone:
        return Dossier.objects.get(form_token=token)
    StatusChange.objects.create(dossier=dossier, to_status=Status.NEW, at=at, by=actor)
    reception.save_parts(dossier, facts, actor=actor, at=at)
    record(dossier, "dossier.arrived", actor=actor, unit=receiving, data=steps.facts(dossier))
    return dossier


def token_of(key: str | None, actor: User | None) -> str | None:
    """What the row keeps of a sender's key: two senders with one key do not meet."""
    if key is None:
        return None
    sender = "citizen" if actor is None else str(actor.pk)
    return hashlib.sha256(f"{sender}\0{key}".encode()).hexdigest()[:40]


def _submitted_with(token: str | None) -> Dossier | None:
    if token is None:
        return None
    found: Dossier | None = Dossier.objects.filter(form_token=token).first()
    return found
