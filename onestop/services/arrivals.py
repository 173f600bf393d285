"""Dossiers that came online (status 1): looked at by the counter before the clock starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from onestop.models import (
    Dossier,
    ProcedureVersion,
    SupplementRound,
)
from onestop.services import clock, papers_of, reception, steps
from onestop.states import Status
from organizations import access
from organizations.models import User


class VersionChanged(DomainError):
    """The procedure changed between the page and the act."""

    code = "version_changed"


@transaction.atomic
def accept_arrival(
    dossier_id: int, *, actor: User, note: str = "", version_id: int | None = None
) -> Dossier:
    """It is complete: receive it as if handed in at the counter now. Also after a supplement.

    `version_id` is the version that the page named: the papers were checked against that one.
    """
    at = timezone.now()
    dossier, right = _locked(dossier_id, actor)
    _take_version_of(dossier, timezone.localdate(at))
    if version_id not in (None, dossier.version_id):
        raise VersionChanged(
            _("The procedure has changed meanwhile. Check the papers against it, then accept.")
        )
    dossier.rounds.filter(answered_at=None).update(answered_at=at, answered_note=note[:1000])
    steps.change_status(dossier, Status.RECEIVED, actor=actor, at=at)
    reception.start(dossier, actor=actor, at=at, right=right)
    return dossier


def _take_version_of(dossier: Dossier, day: dt.date) -> None:
    """Limits and process are those of the day of acceptance. What the procedure no longer offers
    on that day (withdrawn, another agency, no such channel) goes on as it was submitted."""
    version = version_on(dossier, day)
    if version is not None and version.pk != dossier.version_id:
        channel = version.channels.get(channel=dossier.channel)
        dossier.version = version
        dossier.limit_amount, dossier.limit_unit = channel.limit_amount, channel.limit_unit
        dossier.cutoff = channel.cutoff


def version_on(dossier: Dossier, day: dt.date) -> ProcedureVersion | None:
    """Under which version the same is submitted on that day; None when it no longer can be.

    One query.
    """
    offered = Q(units__unit_id=dossier.competent_unit_id, channels__channel=dossier.channel)
    versions = ProcedureVersion.objects.offered_on(day).filter(
        Q(pk=dossier.version_id) | offered,
        procedure_id=dossier.procedure_id,
    )
    found: ProcedureVersion | None = versions.order_by("-number").first()
    return found


@transaction.atomic
def refuse_arrival(dossier_id: int, *, actor: User, reason: str) -> Dossier:
    """Not accepted, with Mẫu 03: final."""
    at = timezone.now()
    dossier, right = _locked(dossier_id, actor)
    if not reason.strip():
        raise DomainError(_("Give a reason: the citizen will read it."))
    steps.change_status(dossier, Status.NOT_ACCEPTED, actor=actor, at=at, reason=reason)
    dossier.closed_at = at
    dossier.save(update_fields=["status", "closed_at"])
    papers_of.issue_refusal(dossier, reason.strip(), actor=actor, at=at)
    record(dossier, "dossier.not_accepted", actor=actor, unit=dossier.receiving_unit,
           on_behalf_of=right.on_behalf_of, data=steps.facts(dossier, reason=reason))  # fmt: skip
    return dossier


@transaction.atomic
def ask_arrival(
    dossier_id: int, *, actor: User, items: Sequence[str], reason: str, apply_by: dt.date
) -> SupplementRound:
    """Papers are missing before acceptance: Mẫu 02, status 5; no clock runs yet."""
    at = timezone.now()
    dossier, right = _locked(dossier_id, actor)
    lines = [item.strip() for item in items if item.strip()]
    if not lines or not reason.strip():
        raise DomainError(_("Say which papers are missing and why they are needed."))
    clock.require_deadline(apply_by, timezone.localdate(at))
    steps.change_status(dossier, Status.SUPPLEMENT, actor=actor, at=at, reason=reason)
    dossier.save(update_fields=["status"])
    round_ = SupplementRound.objects.create(
        dossier=dossier, number=1, items=lines, reason=reason, asked_at=at, asked_by=actor,
        apply_by=apply_by,
    )  # fmt: skip
    round_.form = papers_of.issue_supplement(dossier, round_, actor=actor, at=at)
    round_.save(update_fields=["form"])
    record(dossier, "dossier.supplement_requested", actor=actor, unit=dossier.receiving_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(dossier, items=lines, reason=reason,
                            apply_by=apply_by.isoformat()))  # fmt: skip
    return round_


@transaction.atomic
def stop_arrival(dossier_id: int, *, actor: User, reason: str) -> Dossier:
    """The papers that were asked for never came: closed without having been accepted."""
    at = timezone.now()
    dossier, right = _locked(dossier_id, actor)
    if not reason.strip():
        raise DomainError(_("Give a reason: the citizen will read it."))
    steps.change_status(dossier, Status.STOPPED, actor=actor, at=at, reason=reason.strip())
    dossier.rounds.filter(answered_at=None).update(answered_at=at, answered_note=reason[:1000])
    dossier.closed_at = at
    dossier.save(update_fields=["status", "closed_at"])
    record(dossier, "dossier.stopped", actor=actor, unit=dossier.receiving_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(dossier, reason=reason.strip()))  # fmt: skip
    return dossier


def _locked(dossier_id: int, actor: User) -> tuple[Dossier, access.Right]:
    dossier = steps.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    if dossier.accepted_at is not None:
        raise DomainError(_("The dossier was already accepted."))
    return dossier, right
