"""The opinion of another unit, asked with a date (NĐ 61/2018 Điều 19.4)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Opinion
from onestop.services import steps
from onestop.states import Part
from organizations import access
from organizations.models import Unit, User


@transaction.atomic
def ask_opinion(
    dossier_id: int, *, actor: User, unit_id: int, question: str, due_on: dt.date,
    step_id: int | None = None,
) -> Opinion:  # fmt: skip
    """Ask; the unit sees the dossier from now on. The clock goes on."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    right = steps.require_step(dossier, run, actor)
    steps.require_work(dossier, run)
    unit = Unit.objects.get(pk=unit_id)
    if not unit.is_open_on(timezone.localdate(at)):
        raise DomainError(_("%(unit)s is closed.") % {"unit": unit.name})
    if unit.pk == dossier.holder_unit_id or not question.strip():
        raise DomainError(_("Choose another unit and say what you want to know."))
    if due_on <= timezone.localdate(at):
        raise DomainError(_("The answer must be due on a later day."))
    opinion = Opinion.objects.create(
        dossier=dossier, unit=unit, question=question, due_on=due_on, asked_at=at, asked_by=actor
    )
    steps.add_participants(dossier, Part.CONSULTED, [unit.pk])
    steps.start_work(dossier, actor=actor, at=at)
    dossier.save(update_fields=["status"])
    record(
        dossier, "dossier.opinion_asked", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, asked_unit=unit.pk, unit_name=unit.name, question=question,
                         due_on=due_on.isoformat()),
    )  # fmt: skip
    return opinion


@transaction.atomic
def answer_opinion(opinion_id: int, *, actor: User, answer: str) -> Opinion:
    """Answer for the unit that was asked."""
    at = timezone.now()
    found = Opinion.objects.get(pk=opinion_id)
    dossier = steps.lock(found.dossier_id)
    opinion = Opinion.objects.get(pk=opinion_id)
    right = access.require(actor, "process_dossiers", opinion.unit_id)
    if opinion.answered_at:
        raise AlreadyDone
    if dossier.closed_at:
        raise TransitionError(_("The dossier is closed; the opinion is no longer needed."))
    if not answer.strip():
        raise DomainError(_("Write the answer."))
    opinion.answer, opinion.answered_at, opinion.answered_by = answer.strip(), at, actor
    opinion.save(update_fields=["answer", "answered_at", "answered_by"])
    record(
        dossier, "dossier.opinion_given", actor=actor, unit=opinion.unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, unit_name=opinion.unit.name, answer=answer.strip()[:500],
                         person=dossier.holder_id),
    )  # fmt: skip
    return opinion


@transaction.atomic
def add_note(dossier_id: int, *, actor: User, text: str) -> None:
    """An internal note: only officials read it, in the timeline."""
    dossier = steps.lock(dossier_id)
    units = set(dossier.participants.values_list("unit_id", flat=True))
    works = any(access.may(actor, "process_dossiers", unit_id) for unit_id in units)
    right = access.require(actor, "process_dossiers" if works else "receive_dossiers", *units)
    if not text.strip():
        raise DomainError(_("Write the note."))
    record(dossier, "dossier.noted", actor=actor, unit=dossier.holder_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(dossier, text=text.strip()[:2000]))  # fmt: skip
