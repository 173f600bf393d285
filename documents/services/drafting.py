"""Soạn thảo, góp ý, duyệt: from the first draft to the paper that is signed (Điều 10–12)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from documents.document_types import document_types
from documents.drafting import Content, Heading, To
from documents.issuing import Manner, Stage, Voice
from documents.layouts.convert import makes_pdf
from documents.models import (
    Annex,
    Dispatch,
    Draft,
    Edition,
    Incoming,
    Outgoing,
    PaperDispatch,
    Registry,
    SubmissionPaper,
    Voiced,
)  # fmt: skip
from documents.rulesets import DOCUMENTS
from documents.services.dossiers import draft_in, require_dossier
from documents.services.inviting import require_meeting
from documents.services.signers import require_second, require_signer
from documents.states import Status
from files.services import claim
from organizations import access
from organizations.access import Right
from organizations.models import Unit, User
from organizations.rulesets import rules

LINKS = ("answers_id", "replaces_id", "refers_to_id")  # to other documents


class DraftMovedError(DomainError):
    """Somebody wrote a newer version than the one that was read; read it first."""

    code = "draft_moved"


@transaction.atomic
def begin(
    heading: Heading, content: Content, *, registry_id: int, unit_id: int, actor: User,
    uploaded_id: int | None = None, annex_ids: Iterable[int] = (), receivers: Sequence[To] = (),
    form_token: str | None = None, keeps_draft: bool = False,
) -> Outgoing:  # fmt: skip
    """A first draft, by an official of the unit that answers for the text.

    The same `form_token` again gives the document that it made. `keeps_draft`: its file is that of
    the draft in the dossier that it answers.
    """
    at = timezone.now()
    registry: Registry = Registry.objects.select_related("unit").get(pk=registry_id)
    right = access.require(actor, "handle_documents", unit_id)
    if form_token:
        made: Outgoing | None = Outgoing.objects.filter(form_token=form_token).first()
        if made is not None:
            return made
    if not registry.is_open_on(timezone.localdate(at)):
        raise DomainError(_("%s issues no more documents.") % registry.name)
    _require_in(registry, unit_id)
    require_meeting(heading.type, content, at)
    outgoing = Outgoing(
        registry=registry, unit_id=unit_id, drafter=actor, since=at, form_token=form_token,
        check_token=secrets.token_urlsafe(16),
        **_columns(heading),
    )  # fmt: skip
    _require_plausible(outgoing, actor)
    outgoing.index_words()
    outgoing.save(force_insert=True)
    kept = _submitted_file(outgoing) if keeps_draft else None
    _write(outgoing, content, uploaded_id, actor, at, kept=kept)
    _annexes(outgoing, annex_ids, actor)
    set_receivers(outgoing, receivers)
    tell(outgoing, "outgoing.begun", actor, right)
    return outgoing


@transaction.atomic
def revise(
    outgoing_id: int, heading: Heading, content: Content, *, actor: User, version: int,
    uploaded_id: int | None = None, keeps_upload: bool = False, annex_ids: Iterable[int] = (),
    kept_annexes: Iterable[int] = (), receivers: Sequence[To] = (),
) -> Outgoing:  # fmt: skip
    """A new version, of the one that was read; `kept_annexes` are ids of rows that stay.

    A newer version than `version` raises DraftMovedError: nobody overwrites what he has not read.
    """
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.DRAFT)
    right = require_drafter(outgoing, actor)
    require_newest(outgoing, version)
    require_meeting(heading.type, content, at)
    known = {name: getattr(outgoing, name) for name in LINKS}
    for name, value in _columns(heading).items():
        setattr(outgoing, name, value)
    _require_plausible(outgoing, actor, known)
    outgoing.index_words()
    old: Draft = outgoing.drafts.get(version=version)
    kept = old.uploaded_id if keeps_upload else None
    _write(outgoing, content, uploaded_id, actor, at, kept=kept)
    outgoing.save()
    gone = outgoing.annexes.filter(until_version=None).exclude(pk__in=list(kept_annexes))
    gone.update(until_version=version)
    _annexes(outgoing, annex_ids, actor)
    set_receivers(outgoing, receivers)
    tell(outgoing, "outgoing.revised", actor, right, version=outgoing.version)
    return outgoing


@transaction.atomic
def hand_in(outgoing_id: int, *, actor: User, version: int, words: str = "") -> Outgoing:
    """The drafter has finished; the head of his unit reads it. What a head drafts himself goes on
    to the check of its form."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.DRAFT)
    right = require_drafter(outgoing, actor)
    require_newest(outgoing, version)
    _require_paper(outgoing)
    require_dossier(outgoing)
    is_head = access.may(actor, "direct_documents", outgoing.unit_id)
    move(outgoing, Stage.FORM if is_head else Stage.CONTENT, at)
    voice(outgoing, Voice.DRAFTER, words, actor, right, at)
    tell(outgoing, "outgoing.handed_in", actor, right, version=version)
    return outgoing


@transaction.atomic
def give_up(outgoing_id: int, *, actor: User, reason: str) -> Outgoing:
    """The draft is not wanted any more. It had no number, so nothing is left to explain."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.DRAFT)
    right = require_drafter(outgoing, actor)
    outgoing.closing_words = reason.strip()[:1000]
    move(outgoing, Stage.DROPPED, at, "closing_words")
    tell(outgoing, "outgoing.given_up", actor, right, reason=reason.strip()[:500])
    return outgoing


@transaction.atomic
def take_over(outgoing_id: int, *, actor: User, drafter_id: int) -> Outgoing:
    """The head of the unit gives a draft to another of its people, for instance a leaver's."""
    outgoing = lock_at(outgoing_id, Stage.DRAFT, Stage.CONTENT, Stage.FORM, Stage.SIGNING)
    right = access.require(actor, "direct_documents", outgoing.unit_id)
    drafter = User.objects.get(pk=drafter_id)
    if drafter.pk == outgoing.drafter_id:
        raise AlreadyDone(_("The document lies with %s already.") % drafter.full_name)
    if not access.may(drafter, "handle_documents", outgoing.unit_id):
        raise DomainError(
            _("%(person)s does not work on documents in %(unit)s.")
            % {"person": drafter.full_name, "unit": outgoing.unit.name}
        )
    outgoing.drafter = drafter
    outgoing.save(update_fields=["drafter"])
    tell(
        outgoing, "outgoing.taken_over", actor, right, person=drafter.pk,
        person_name=drafter.full_name,
    )  # fmt: skip
    return outgoing


def set_receivers(outgoing: Outgoing, receivers: Sequence[To]) -> None:
    """Who gets it when it is issued, in that order. A step of a service; five queries at most."""
    outgoing.dispatches.all().delete()
    outgoing.on_paper.all().delete()
    named = {each.organ_name: each for each in receivers if each.is_on_paper}
    PaperDispatch.objects.bulk_create(
        PaperDispatch(outgoing=outgoing, name=name, order=order, is_for_action=each.is_for_action)
        for order, (name, each) in enumerate(named.items(), start=1)
    )
    Dispatch.objects.bulk_create(receiver_rows(outgoing, receivers))


def receiver_rows(outgoing: Outgoing, receivers: Sequence[To], after: int = 0) -> list[Dispatch]:
    """Those with an electronic address, not saved yet, each once; their order goes on `after` that
    of others. One query."""
    receivers = [each for each in receivers if not each.is_on_paper]
    bodies = Registry.objects.in_bulk([each.registry_id for each in receivers if each.registry_id])
    rows: dict[str, Dispatch] = {}
    for each in receivers:
        body = bodies.get(each.registry_id) if each.registry_id else None
        if body is None and not (each.organ_code and each.organ_name):
            raise DomainError(_("A receiver has no registry any more. Choose the receivers anew."))
        if body is not None and body.pk == outgoing.registry_id:
            raise DomainError(_("The document does not go to the body that issues it."))
        code = body.code if body else each.organ_code
        rows[code] = Dispatch(
            outgoing=outgoing, registry=body, organ_code=code, order=after + len(rows) + 1,
            organ_name=body.name if body else each.organ_name, is_for_action=each.is_for_action,
        )  # fmt: skip
    return list(rows.values())


def add_edition(
    outgoing: Outgoing, file_id: int, actor: User, at: dt.datetime, signed_sha256: str = ""
) -> Edition:
    """The paper as it is now. A step of a service."""
    (stored,) = claim([file_id], actor=actor)
    last = outgoing.editions.order_by("-order").values_list("order", flat=True).first() or 0
    edition: Edition = Edition.objects.create(
        outgoing=outgoing, order=last + 1, stage=outgoing.stage, stored=stored,
        version=outgoing.version, at=at, by=actor, signed_sha256=signed_sha256,
    )  # fmt: skip
    return edition


def lock_at(outgoing_id: int, *allowed: Stage) -> Outgoing:
    outgoing: Outgoing = Outgoing.objects.lock(outgoing_id)
    require_stage(outgoing, *allowed)
    return outgoing


def require_stage(outgoing: Outgoing, *allowed: Stage) -> None:
    """A person's mistake is told: somebody else was faster, or the page is old."""
    if outgoing.stage not in allowed:
        raise AlreadyDone(
            _("The document is “%(status)s”: this is no longer possible.")
            % {"status": outgoing.get_stage_display()}
        )


def _columns(heading: Heading) -> dict[str, Any]:
    return asdict(heading)


def move(outgoing: Outgoing, stage: Stage, at: dt.datetime, *more: str) -> None:
    outgoing.move_to(stage, at)
    outgoing.save(update_fields=["stage", "since", "closed_at", *more])


def _require_in(registry: Registry, unit_id: int) -> None:
    if not Unit.objects.below(registry.unit).filter(pk=unit_id).exists():
        raise DomainError(_("Choose a unit of %s.") % registry.name)


def _require_plausible(
    outgoing: Outgoing, actor: User, known: Mapping[str, int | None] | None = None
) -> None:
    """What makes a paper that could not be issued: no such type, no signer, no reason. Links to
    other documents are asked after only where they are not `known`: what became of the other since
    keeps nobody from writing on."""
    if outgoing.type not in document_types():
        raise DomainError(_("Choose a type of document."))
    meant = rules(DOCUMENTS, timezone.localdate()).manner_of(outgoing.type)
    is_other = meant == Manner.ELECTRONIC != outgoing.manner
    if is_other and not outgoing.paper_reason.strip():
        raise DomainError(_("Say why it goes out on paper too."))
    require_signer(outgoing)
    require_second(outgoing)
    new = {
        name for name in LINKS
        if getattr(outgoing, name) not in (None, known.get(name) if known else None)
    }  # fmt: skip
    if "answers_id" in new:
        seen = Incoming.objects.visible_to(actor, "view_documents")
        answered = seen.filter(pk=outgoing.answers_id).first()
        if answered is None:
            raise DomainError(_("The document that it answers is not one that you see."))
        if answered.status == Status.RECALLED:
            raise DomainError(_("The document that it answers was taken back by its sender."))
    if "replaces_id" in new:
        old = Outgoing.objects.visible_to(actor, "view_documents").filter(
            pk=outgoing.replaces_id, registry=outgoing.registry, stage=Stage.ISSUED
        )
        if not old.exists():
            raise DomainError(_("Only an issued document of the same body can be replaced."))
    if "refers_to_id" in new:
        old = Outgoing.objects.visible_to(actor, "view_documents").filter(
            pk=outgoing.refers_to_id, registry=outgoing.registry, stage=Stage.ISSUED
        )
        if not old.exists():
            raise DomainError(_("Only an issued document of the same body can be referred to."))


def require_drafter(outgoing: Outgoing, actor: User) -> Right:
    right = access.require(actor, "handle_documents", outgoing.unit_id)
    if outgoing.drafter_id != actor.pk:
        raise DomainError(
            _("%s drafts this document. The head of the unit can give it to you.")
            % outgoing.drafter.full_name
        )
    return right


def require_newest(outgoing: Outgoing, version: int) -> None:
    if outgoing.version != version:
        raise DraftMovedError(
            _("Somebody has written version %(newest)s since. Read it first.")
            % {"newest": outgoing.version}
        )


def _require_paper(outgoing: Outgoing) -> None:
    """What is read and approved can become the paper: a Word file only where it is made a PDF."""
    newest: Draft = outgoing.drafts.select_related("uploaded").get(version=outgoing.version)
    if newest.is_word and not makes_pdf():
        raise DomainError(
            _("This server makes no PDF of a Word file. Upload the PDF of it as a new version, "
              "then hand that in.")
        )  # fmt: skip


def _write(
    outgoing: Outgoing, content: Content, uploaded_id: int | None, actor: User, at: dt.datetime,
    kept: int | None = None,
) -> None:  # fmt: skip
    """The next version; `kept` is the file of an earlier one that is still meant."""
    if uploaded_id is not None:
        (stored,) = claim([uploaded_id], actor=actor)
        kept = stored.pk
    if kept is None and not content.body.strip():
        raise DomainError(_("Write the text, or upload it as a file."))
    outgoing.version += 1
    Draft.objects.create(
        outgoing=outgoing, version=outgoing.version, at=at, by=actor, content=content.as_json(),
        uploaded_id=kept,
    )  # fmt: skip
    outgoing.save(update_fields=["version"])


def _submitted_file(outgoing: Outgoing) -> int | None:
    """Of the newest draft in the dossier that this document answers; None when it is text."""
    papers = SubmissionPaper.objects.filter(
        submission__incoming=outgoing.answers_id, submission__incoming__isnull=False,
        left_out_at=None,
    )  # fmt: skip
    draft = draft_in(papers)
    return draft.stored_id if draft else None


def _annexes(outgoing: Outgoing, file_ids: Iterable[int], actor: User) -> None:
    last = outgoing.annexes.order_by("-order").values_list("order", flat=True).first() or 0
    Annex.objects.bulk_create(
        Annex(outgoing=outgoing, stored=each, order=order)
        for order, each in enumerate(claim(file_ids, actor=actor), start=last + 1)
    )


def voice(
    outgoing: Outgoing, voice: Voice, text: str, actor: User, right: Right, at: dt.datetime
) -> None:
    """Keep somebody's words, if he wrote any. A step of a service."""
    if text.strip():
        Voiced.objects.create(
            outgoing=outgoing, voice=voice, version=outgoing.version, text=text.strip()[:2000],
            at=at, by=actor, title=right.title, on_behalf_of=right.on_behalf_of,
        )  # fmt: skip


def tell(outgoing: Outgoing, action: str, actor: User, right: Right, **more: Any) -> None:
    record(
        outgoing, action, actor=actor, unit=outgoing.unit, on_behalf_of=right.on_behalf_of,
        data=outgoing_facts(outgoing, **more),
    )  # fmt: skip


def outgoing_facts(outgoing: Outgoing, **more: Any) -> dict[str, Any]:
    """What the log keeps of an act on an outgoing document."""
    return {"registry": outgoing.registry_id, "stage": outgoing.stage, **more}
