"""Mistakes of the counter: put right with a reason, or void the whole reception."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from common.templatetags.ui import vnd
from onestop.models import Dossier, DossierPerson, StepKind, StepRun
from onestop.services import clock, papers_of, parts, steps
from onestop.services.reception import PersonFacts, write_search_text
from onestop.states import OVER, PersonPart, StepState
from organizations import access
from organizations.models import User
from papers.models import PrintedForm
from papers.services import void as void_form


@dataclass(frozen=True)
class Correction:
    """What the slip should have said. Procedure, code and clock are never corrected."""

    applicant: PersonFacts
    submitter: PersonFacts | None
    authorised: PersonFacts | None
    copies: int
    summary: str
    delivery: str


@transaction.atomic
def correct(dossier_id: int, facts: Correction, *, actor: User, reason: str) -> Dossier:
    """Correct what was written down wrongly; the slip is printed again under its number."""
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    steps.require_acceptance(dossier)
    parts.require_whole(dossier)
    if dossier.closed_at:
        raise TransitionError(_("The dossier is closed; nothing can be corrected any more."))
    if not reason.strip():
        raise DomainError(_("Say what was wrong."))
    changes = _write_persons(dossier, facts) | _write_facts(dossier, facts)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    persons = list(dossier.persons.all())
    write_search_text(dossier, persons)
    if clock.is_running(dossier):
        dossier.promised_at = dossier.due_at  # the new slip says so
    dossier.save(
        update_fields=[
            "copies", "summary", "delivery", "applicant_name", "applicant_number", "search_text",
            "promised_at",
        ]
    )  # fmt: skip
    _correct_parts(dossier, persons)
    papers_of.correct_receipt(dossier, actor=actor, at=at, reason=reason)
    record(
        dossier, "dossier.corrected", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, reason=reason, changes=changes),
    )  # fmt: skip
    return dossier


def _write_persons(dossier: Dossier, facts: Correction) -> dict[str, list[str]]:
    """Write the three roles; answer {"applicant.phone": [old, new]}."""
    rows = {row.part: row for row in dossier.persons.all()}
    wanted = {
        PersonPart.APPLICANT: facts.applicant,
        PersonPart.SUBMITTER: facts.submitter,
        PersonPart.AUTHORISED: facts.authorised,
    }
    changes: dict[str, list[str]] = {}
    for part, person in wanted.items():
        row = rows.get(part)
        if person is None:
            if row is not None:
                changes[part] = [row.name, ""]
                row.delete()
            continue
        row = row or DossierPerson(dossier=dossier, part=part)
        for name, value in vars(person).items():
            old = getattr(row, name)
            if old != value:
                changes[f"{part}.{name}"] = [_text(old), _text(value)]
                setattr(row, name, value)
        row.save()
    dossier.applicant_name = facts.applicant.name
    dossier.applicant_number = facts.applicant.number
    return changes


def _correct_parts(dossier: Dossier, persons: list[DossierPerson]) -> None:
    """Parts name the same applicant: closed ones, too, so that all are found by one name."""
    if dossier.group_id is None:
        return
    applicant = [row for row in persons if row.part == PersonPart.APPLICANT]
    for part in Dossier.objects.for_change().filter(parent=dossier).order_by("pk"):
        for name in ("applicant_name", "applicant_number", "copies", "summary", "delivery"):
            setattr(part, name, getattr(dossier, name))
        write_search_text(part, applicant)
        part.save(
            update_fields=[
                "applicant_name", "applicant_number", "copies", "summary", "delivery",
                "search_text",
            ]
        )  # fmt: skip


def _write_facts(dossier: Dossier, facts: Correction) -> dict[str, list[str]]:
    changes = {}
    for name in ("copies", "summary", "delivery"):
        old, new = getattr(dossier, name), getattr(facts, name)
        if old != new:
            changes[name] = [_text(old), _text(new)]
            setattr(dossier, name, new)
    return changes


def _text(value: object) -> str:
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


@transaction.atomic
def void(dossier_id: int, *, actor: User, reason: str, refund: str = "") -> Dossier:
    """Void a reception made in error, while nobody has closed a step after it.

    The code stays taken and keeps its status; the dossier leaves every list, figure and report.
    Money that was taken is given back: `refund` is the number of the slip, or says how.
    """
    at = timezone.now()
    dossier: Dossier = Dossier.objects.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    if dossier.is_void:
        raise AlreadyDone
    if not reason.strip():
        raise DomainError(_("Say why the reception was a mistake."))
    parts.require_whole(dossier)
    open_parts = parts.open_of(dossier)
    if _is_worked_on(dossier) or dossier.closed_at or dossier.accepted_at is None:
        raise TransitionError(
            _("The agency has already worked on this dossier. Withdraw or stop it instead.")
        )
    repaid = _give_back(dossier, refund.strip(), at=at)
    for each in (dossier, *open_parts):
        _void(each, reason.strip(), at=at)
    for part in open_parts:
        record(part, "part.ended", actor=actor, unit=part.competent_unit,
               on_behalf_of=right.on_behalf_of,
               data=steps.facts(part, reason=reason.strip()))  # fmt: skip
    for printed in PrintedForm.objects.of(dossier).in_force():
        void_form(printed.pk, actor=actor, at=at, reason=dossier.void_reason)
    record(
        dossier, "dossier.voided", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of, data=steps.facts(dossier, reason=reason, **repaid),
    )  # fmt: skip
    return dossier


def _is_worked_on(dossier: Dossier) -> bool:
    """A step after the reception is over, of the dossier or of one of its parts: one that a refusal
    or a waiver left undone is a decision of the agency all the same."""
    return bool(
        StepRun.objects.filter(Q(dossier=dossier) | Q(dossier__parent=dossier))
        .exclude(kind=StepKind.RECEIVE)
        .filter(state__in=OVER)
        .exists()
    )


def _void(dossier: Dossier, reason: str, *, at: dt.datetime) -> None:
    StepRun.objects.filter(dossier=dossier, state__in=(StepState.OPEN, StepState.PLANNED)).update(
        state=StepState.SKIPPED
    )
    dossier.pauses.filter(ended_at=None).update(ended_at=at)
    dossier.rounds.filter(answered_at=None).update(answered_at=at, answered_note=reason[:1000])
    dossier.voided_at = dossier.closed_at = at
    dossier.void_reason = reason[:500]
    dossier.step, dossier.holder = None, None
    dossier.save(update_fields=["voided_at", "closed_at", "void_reason", "step", "holder"])


def _give_back(dossier: Dossier, refund: str, *, at: dt.datetime) -> dict[str, Any]:
    """Note on the receipts how the fee of a void reception is given back; answer its facts."""
    if not dossier.fee_taken_vnd:
        return {}
    if not refund:
        raise DomainError(
            _("%(amount)s was taken for this dossier. Say how it is given back.")
            % {"amount": vnd(dossier.fee_taken_vnd)}
        )
    dossier.receipts.filter(taken_vnd__gt=0).update(refund=refund[:100], refunded_at=at)
    return {"refund": refund, "refunded_vnd": dossier.fee_taken_vnd}
