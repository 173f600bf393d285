"""Góp ý, duyệt nội dung, kiểm tra thể thức: who reads a draft before it is signed (Điều 10–12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from documents.issuing import Stage, Voice
from documents.layouts.measures import forms
from documents.models import Annex, Consultation, Draft, Edition, Outgoing
from documents.services.addressing import require_issuable
from documents.services.drafting import (
    add_edition,
    lock_at,
    move,
    require_drafter,
    require_newest,
    tell,
    voice,
)  # fmt: skip
from documents.services.signers import require_second, require_signer
from documents.services.signing import require_sealable
from files.services import content_of
from organizations import access
from organizations.access import Right
from organizations.models import Unit, User
from papers.signatures.fields import DATE, NUMBER, SECOND
from papers.signatures.preparing import to_be_filled, to_be_signed

_VOICES = {
    Stage.CONTENT: Voice.UNIT, Stage.FORM: Voice.CHECKER, Stage.SIGNING: Voice.SIGNER,
    Stage.SIGNED: Voice.REGISTRY,
}  # fmt: skip


@transaction.atomic
def approve_content(outgoing_id: int, *, actor: User, version: int, words: str = "") -> Outgoing:
    """The head of the drafting unit answers for the content (Điều 12.1)."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.CONTENT)
    right = access.require(actor, "direct_documents", outgoing.unit_id)
    require_newest(outgoing, version)
    move(outgoing, Stage.FORM, at)
    voice(outgoing, Voice.UNIT, words, actor, right, at)
    tell(outgoing, "outgoing.content_approved", actor, right, version=version)
    return outgoing


@transaction.atomic
def pass_form(
    outgoing_id: int, *, actor: User, version: int, paper_id: int, words: str = ""
) -> Outgoing:
    """The form is right (Điều 12.2): the paper is made, and waits for its signer.

    `paper_id` is the PDF of that version, stored by the caller before the lock.
    """
    at = timezone.now()
    _require_sealable(outgoing_id)
    outgoing = lock_at(outgoing_id, Stage.FORM)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    require_newest(outgoing, version)
    require_signer(outgoing)
    require_second(outgoing)
    require_issuable(outgoing, timezone.localdate(at))
    move(outgoing, Stage.SIGNING, at)
    _require_fields(outgoing, add_edition(outgoing, paper_id, actor, at))
    voice(outgoing, Voice.CHECKER, words, actor, right, at)
    tell(outgoing, "outgoing.form_passed", actor, right, version=version)
    return outgoing


def _require_sealable(outgoing_id: int) -> None:
    """Each annex can carry the seal. They change with the version alone, which is asked later."""
    found: Outgoing = Outgoing.objects.get(pk=outgoing_id)
    for annex in Annex.objects.to_seal(found):
        require_sealable(annex.stored.name, content_of(annex.stored))


@transaction.atomic
def send_back(outgoing_id: int, *, actor: User, reason: str) -> Outgoing:
    """Whoever reads it now wants it otherwise: it goes back to the drafter with the reason.

    What was signed and has no number yet may come back too; its signature counts no more.
    """
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.CONTENT, Stage.FORM, Stage.SIGNING, Stage.SIGNED)
    right = _require_reader(outgoing, actor)
    if not reason.strip():
        raise DomainError(_("Say why it is given back."))
    whose, was = _VOICES[Stage(outgoing.stage)], outgoing.stage
    if whose == Voice.SIGNER and outgoing.awaits_second:
        whose = Voice.SECOND
    outgoing.signed_at = outgoing.second_signed_at = None
    move(outgoing, Stage.DRAFT, at, "signed_at", "second_signed_at")
    outgoing.signings.filter(ended_at=None).update(ended_at=at)
    voice(outgoing, whose, reason, actor, right, at)
    tell(outgoing, "outgoing.sent_back", actor, right, reason=reason.strip()[:500], was=was)
    return outgoing


@transaction.atomic
def ask(
    outgoing_id: int, *, actor: User, unit_ids: Iterable[int], due_on: dt.date | None = None
) -> list[Consultation]:
    """Other units are asked what they think of the draft (Điều 10.2). Asked and not yet answered
    stays as it is."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.DRAFT, Stage.CONTENT)
    right = require_drafter(outgoing, actor)
    if due_on is not None and due_on < timezone.localdate(at):
        raise DomainError(_("A time limit lies in the future."))
    wanted = list(dict.fromkeys(unit_ids))
    units = Unit.objects.in_bulk(wanted)
    open_now = set(
        outgoing.consultations.filter(answered_at=None).values_list("unit_id", flat=True)
    )
    new = [pk for pk in wanted if pk not in open_now and pk != outgoing.unit_id]
    if not new or any(pk not in units or not units[pk].is_open for pk in new):
        raise DomainError(_("Choose units that exist today and were not asked yet."))
    asked = Consultation.objects.bulk_create(
        Consultation(outgoing=outgoing, unit_id=pk, asked_at=at, asked_by=actor, due_on=due_on)
        for pk in new
    )
    tell(
        outgoing, "outgoing.asked", actor, right, asked=[each.pk for each in asked],
        units=[units[pk].name for pk in new],
    )  # fmt: skip
    return asked


@transaction.atomic
def answer(consultation_id: int, *, actor: User, agrees: bool, words: str = "") -> Consultation:
    """What a unit thinks of a draft; who objects says why."""
    at = timezone.now()
    found: Consultation = Consultation.objects.get(pk=consultation_id)
    outgoing: Outgoing = Outgoing.objects.lock(found.outgoing_id)
    consultation: Consultation = Consultation.objects.select_related("unit").get(pk=found.pk)
    if consultation.answered_at is not None:
        raise AlreadyDone
    if consultation.person_id == actor.pk:
        right = Right()
    else:
        right = access.require(actor, "view_documents", consultation.unit_id)
    if not agrees and not words.strip():
        raise DomainError(_("Say what should be otherwise."))
    consultation.answered_at, consultation.answered_by = at, actor
    consultation.agrees, consultation.words = agrees, words.strip()[:2000]
    consultation.save(update_fields=["answered_at", "answered_by", "agrees", "words"])
    tell(
        outgoing, "outgoing.answered", actor, right, unit=consultation.unit_id,
        unit_name=consultation.unit.name, agrees=agrees, words=words.strip()[:500],
    )  # fmt: skip
    return consultation


def _require_reader(outgoing: Outgoing, actor: User) -> Right:
    """With whom it lies now."""
    if outgoing.stage == Stage.CONTENT:
        return access.require(actor, "direct_documents", outgoing.unit_id)
    if outgoing.stage == Stage.SIGNING and outgoing.next_signer_id == actor.pk:
        return Right()
    # of what is to be signed too: the signer may be away, or hold his office no more
    return access.require(actor, "register_documents", outgoing.registry.unit_id)


def _require_fields(outgoing: Outgoing, edition: Edition) -> None:
    """The number and the date of the register will stand on the paper: it has their fields, as
    the portal sets them for the type, and both where the file was uploaded."""
    draft: Draft = outgoing.drafts.get(version=edition.version)
    form = forms().get(outgoing.type)
    wanted = {NUMBER, DATE}
    if draft.uploaded_id is None and form is not None:
        filled = ((NUMBER, form.numbered), (DATE, form.dated))
        wanted = {name for name, is_filled in filled if is_filled}
    pdf = content_of(edition.stored)
    if outgoing.second_id is not None and SECOND not in to_be_signed(pdf):
        raise DomainError(_("The paper has no place for the second signature. Make it anew."))
    if not wanted <= to_be_filled(pdf):
        raise DomainError(
            _("The paper has no empty place for its number or its date. Make it anew.")
        )
