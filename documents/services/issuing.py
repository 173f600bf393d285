"""Cấp số, đóng dấu, phát hành, thu hồi: what the registry does (NĐ 30/2020/NĐ-CP Điều 15–18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, record_each
from common.errors import DomainError
from documents.document_types import document_types
from documents.issuing import Stage
from documents.letters import Letter, pages_in
from documents.models import Annex, Dispatch, Incoming, IncomingFile, Outgoing
from documents.rules import numbers
from documents.rules.organ_codes import organ_key
from documents.services import submitting
from documents.services.addressing import require_issuable, require_open
from documents.services.dispatching import wish, wish_of
from documents.services.dossiers import require_dossier
from documents.services.drafting import add_edition, outgoing_facts, require_stage
from documents.services.inviting import meeting_columns
from documents.services.receiving import columns, facts
from documents.states import Channel, Status, Wish
from files.models import StoredFile
from files.services import claim
from organizations import access
from organizations.access import Right
from organizations.models import User
from papers.services import next_number

ASKED = (
    "recall_asked_at", "recall_reason", "recall_refused_at", "recall_answer", "status", "closed_at",
)  # fmt: skip


def second_signed(
    outgoing: Outgoing, *, actor: User, right: Right, file_id: int, at: dt.datetime
) -> None:  # fmt: skip
    """Who signs beside the signer has signed; now the signer does. A step of a service."""
    require_stage(outgoing, Stage.SIGNING)
    outgoing.second_signed_at, outgoing.since = at, at
    outgoing.save(update_fields=["second_signed_at", "since"])
    add_edition(outgoing, file_id, actor, at)
    _tell(outgoing, "outgoing.second_signed", actor, right)


def signed(outgoing: Outgoing, *, actor: User, right: Right, file_id: int, at: dt.datetime) -> None:
    """The person has signed; `file_id` is the paper with the signature. A step of a service."""
    require_stage(outgoing, Stage.SIGNING)
    outgoing.signed_at = at
    outgoing.move_to(Stage.SIGNED, at)
    outgoing.save(update_fields=["stage", "since", "closed_at", "signed_at"])
    add_edition(outgoing, file_id, actor, at)
    _tell(outgoing, "outgoing.signed", actor, right)


@transaction.atomic
def number(outgoing_id: int, *, actor: User) -> Outgoing:
    """The number and day of a signed document: the next of its series, today (Điều 15).

    It is taken last, so a refusal gives it back; from then on it is never used again. One that has
    been used, when the body counted otherwise, is passed over.
    """
    at = timezone.now()
    outgoing, right = _at_registry(outgoing_id, actor, Stage.SIGNED)
    registry, today = outgoing.registry, timezone.localdate(at)
    if not registry.is_open_on(today):
        raise DomainError(_("%s issues no more documents.") % registry.name)
    require_issuable(outgoing, today)
    kind = document_types()[outgoing.type]
    outgoing.series = registry.issue_series(kind)
    outgoing.year, outgoing.issued_on = today.year, today
    used = Outgoing.objects.filter(registry=registry, year=today.year)
    while not outgoing.reference or used.filter(reference=outgoing.reference).exists():
        outgoing.number = next_number(registry.unit_id, outgoing.series, str(today.year))
        outgoing.reference = numbers.reference(
            outgoing.number, today.year, kind, registry.symbol, outgoing.unit_symbol
        )
    outgoing.document_id = numbers.document_id(registry.code, today, outgoing.reference)
    outgoing.move_to(Stage.NUMBERED, at)
    outgoing.index_words()
    outgoing.save()
    _tell(outgoing, "outgoing.numbered", actor, right, number=outgoing.reference)
    return outgoing


def sealed(
    outgoing: Outgoing, *, actor: User, right: Right, file_id: int, at: dt.datetime,
    signed_sha256: str = "",
) -> None:  # fmt: skip
    """The body's seal is on the paper, and on its annexes before. A step of a service."""
    require_stage(outgoing, Stage.NUMBERED)
    require_annexes_sealed(Annex.objects.standing(outgoing))
    outgoing.move_to(Stage.SEALED, at)
    edition = add_edition(outgoing, file_id, actor, at, signed_sha256)
    outgoing.pages = pages_in([edition.stored])
    outgoing.save(update_fields=["stage", "since", "closed_at", "pages"])
    _tell(outgoing, "outgoing.sealed", actor, right)


def annex_sealed(
    outgoing: Outgoing, annex: Annex, *, actor: User, right: Right, file_id: int,
    signed_sha256: str = "",
) -> None:  # fmt: skip
    """The body's seal is on a file that goes with the document. A step of a service."""
    require_stage(outgoing, Stage.NUMBERED, Stage.SEALED)
    annex.sealed = claim([file_id], actor=actor)[0]
    annex.signed_sha256 = signed_sha256
    annex.save(update_fields=["sealed", "signed_sha256"])
    _tell(outgoing, "outgoing.annex_sealed", actor, right, words=annex.stored.name)


def require_annexes_sealed(annexes: Iterable[Annex]) -> None:
    """Each PDF that goes with it has the seal (NĐ 30/2020/NĐ-CP Phụ lục I)."""
    left = [each.stored.name for each in annexes if each.lacks_seal]
    if left:
        raise DomainError(_("Seal the annexes first: %s.") % ", ".join(left))


@transaction.atomic
def issue(outgoing_id: int, *, actor: User) -> Outgoing:
    """It leaves: every receiver in the province has it in his register at once, as arrived.

    What it replaces is closed with it. The number of statements does not depend on how many get it.
    """
    at = timezone.now()
    outgoing, right = _at_registry(outgoing_id, actor, Stage.SEALED)
    annexes = list(Annex.objects.standing(outgoing))
    require_annexes_sealed(annexes)
    dispatches = list(outgoing.dispatches.select_related("registry__unit").order_by("order"))
    require_open(outgoing, dispatches, timezone.localdate(at))
    require_dossier(outgoing)
    outgoing.issued_at = at
    outgoing.move_to(Stage.ISSUED, at)
    outgoing.save(update_fields=["stage", "since", "closed_at", "issued_at"])
    deliver(outgoing, dispatches, files_of(outgoing, annexes), actor, at)
    submitting.sent(outgoing, dispatches, actor, right, at)
    if outgoing.replaces_id is not None:
        _close_replaced(outgoing, actor, right, at)
    _tell(outgoing, "outgoing.issued", actor, right, number=outgoing.reference, to=len(dispatches))
    return outgoing


@transaction.atomic
def cancel(outgoing_id: int, *, actor: User, reason: str) -> Outgoing:
    """A number that was given and is not used: the register shows it as cancelled, with the
    reason, and nobody gets it again (Điều 15.1)."""
    at = timezone.now()
    outgoing, right = _at_registry(outgoing_id, actor, Stage.NUMBERED, Stage.SEALED)
    if not reason.strip():
        raise DomainError(_("Say why the number is cancelled."))
    outgoing.signings.filter(ended_at=None).update(ended_at=at)
    _close(outgoing, Stage.CANCELLED, reason, at)
    _tell(outgoing, "outgoing.cancelled", actor, right, reason=reason.strip()[:500])
    return outgoing


@transaction.atomic
def recall(outgoing_id: int, *, actor: User, reason: str) -> Outgoing:
    """The body takes an issued document back: it is frozen, and each receiver is asked to cancel
    his (Điều 18.4). What nobody has registered yet is taken away at once."""
    at = timezone.now()
    outgoing, right = _at_registry(outgoing_id, actor, Stage.ISSUED)
    if not reason.strip():
        raise DomainError(_("Say why the document is recalled."))
    _close(outgoing, Stage.RECALLED, reason, at)
    wish(outgoing, Wish.RECALL, at)
    received = Incoming.objects.filter(dispatches__outgoing=outgoing)
    ask_back(received, outgoing.closing_words, actor, at)
    _tell(outgoing, "outgoing.recalled", actor, right, reason=reason.strip()[:500])
    return outgoing


def ask_back(lines: QuerySet[Incoming], reason: str, actor: User, at: dt.datetime) -> None:
    """Each register inside that has the document still is asked for it, once more where it did not
    give it before. A step of a service: locks the lines in order."""
    standing = lines.exclude(status__in=[Status.REFUSED, Status.RECALLED])
    asked = list(standing.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for each in asked:
        each.recall_asked_at, each.recall_reason = at, reason
        each.recall_refused_at, each.recall_answer = None, ""
        if each.status == Status.ARRIVED:
            each.move_to(Status.RECALLED, at)
    Incoming.objects.bulk_update(asked, ASKED, batch_size=500)
    told = [(each, None, facts(each, reason=reason[:500])) for each in asked]
    record_each(told, "document.recall_asked", actor=actor)


def letter_of(outgoing: Outgoing) -> Letter:
    """What the receiver reads in his register. One query more for an invitation."""
    return Letter(
        issuer=outgoing.registry.name, subject=outgoing.subject, type=outgoing.type,
        reference=outgoing.reference, issued_on=outgoing.issued_on,
        signer_position=outgoing.signer_position, signer_name=outgoing.signer.full_name,
        urgency=outgoing.urgency, pages=outgoing.pages, answer_by=outgoing.answer_by,
        note=outgoing.note, language=outgoing.language, **meeting_columns(outgoing),
    )  # fmt: skip


def files_of(outgoing: Outgoing, annexes: Iterable[Annex] | None = None) -> list[StoredFile]:
    """What is sent: the newest paper, then its annexes, sealed where they were."""
    if annexes is None:
        annexes = Annex.objects.standing(outgoing)
    newest = outgoing.editions.select_related("stored").order_by("-order").first()
    first = [newest.stored] if newest else []
    return [*first, *(each.sealed or each.stored for each in annexes)]


def deliver(
    outgoing: Outgoing, dispatches: Sequence[Dispatch], files: Sequence[StoredFile], actor: User,
    at: dt.datetime,
) -> None:  # fmt: skip
    """Make a line of the register of each receiver in the province. A step of a service."""
    inside = [each for each in dispatches if each.registry_id is not None]
    letter = letter_of(outgoing)
    digest = letter.digest((each.name, each.sha256) for each in files)
    old, referred = _lines_of(outgoing.replaces_id), _lines_of(outgoing.refers_to_id)
    asked_by, asked = _asked_by(outgoing)
    rows = []
    for each in inside:
        incoming = Incoming(
            registry=each.registry, channel=Channel.EXCHANGE, status=Status.ARRIVED, arrived_at=at,
            document_id=outgoing.document_id, sender_code=outgoing.registry.code,
            content_digest=digest, replaces_id=old.get(each.registry_id or 0), **columns(letter),
        )  # fmt: skip
        incoming.refers_to_id = referred.get(each.registry_id or 0)
        incoming.relation = outgoing.relation if incoming.refers_to_id else ""
        incoming.answers_ours_id = asked if each.registry_id == asked_by else None
        incoming.index_words()
        rows.append(incoming)
    Incoming.objects.bulk_create(rows)
    IncomingFile.objects.bulk_create(
        IncomingFile(incoming=row, stored=stored, order=order)
        for row in rows
        for order, stored in enumerate(files, start=1)
    )
    for each, row in zip(inside, rows, strict=True):
        each.incoming, each.sent_at = row, at
    Dispatch.objects.bulk_update(inside, ["incoming", "sent_at"], batch_size=500)
    told = [
        (row, row.registry.unit, facts(row, sender=outgoing.registry.code, files=len(files)))
        for row in rows
    ]
    record_each(told, "document.arrived", actor=actor)


def _lines_of(outgoing_id: int | None) -> dict[int, int]:
    """Registry → its line of an earlier document, if there is one."""
    if outgoing_id is None:
        return {}
    found = Dispatch.objects.filter(outgoing=outgoing_id, incoming__isnull=False)
    return dict(found.values_list("registry_id", "incoming_id"))


def _asked_by(outgoing: Outgoing) -> tuple[int, int] | tuple[None, None]:
    """The body of the province that sent what it answers, and its document."""
    if outgoing.answers_id is None:
        return None, None
    found = Dispatch.objects.filter(incoming=outgoing.answers_id).order_by("pk")
    return found.values_list("outgoing__registry", "outgoing").first() or (None, None)


def _close_replaced(outgoing: Outgoing, actor: User, right: Right, at: dt.datetime) -> None:
    """One that was recalled since the new one has its number stays recalled. Who does not get the
    new one is asked for the old one, which nobody is to act on any more."""
    old: Outgoing = Outgoing.objects.lock(outgoing.replaces_id)
    if old.stage == Stage.RECALLED:
        return
    require_stage(old, Stage.ISSUED)
    _close(old, Stage.REPLACED, _("Replaced by %s.") % outgoing.reference, at)
    _ask_left_out(old, outgoing, actor, right, at)
    _tell(old, "outgoing.replaced", actor, right, by=outgoing.pk, number=outgoing.reference)


def _ask_left_out(
    old: Outgoing, new: Outgoing, actor: User, right: Right, at: dt.datetime
) -> None:  # fmt: skip
    """In the province by their lines, outside by a message to them alone."""
    lines = Incoming.objects.filter(dispatches__outgoing=old, replaced_by=None)
    ask_back(lines, old.closing_words, actor, at)
    to = {organ_key(code) for code in new.dispatches.values_list("organ_code", flat=True)}
    outside = old.dispatches.filter(registry=None).select_related("incoming").order_by("order")
    left = [each for each in outside if each.may_be_asked and organ_key(each.organ_code) not in to]
    if left:
        wish_of(Dispatch.objects.filter(pk__in=[each.pk for each in left]), Wish.RECALL, at)
        _tell(
            old, "outgoing.receivers_changed", actor, right, reason=old.closing_words[:500],
            added=[], removed=[each.organ_name for each in left], added_outside=[],
            removed_outside=[each.organ_code for each in left],
        )  # fmt: skip


def _at_registry(outgoing_id: int, actor: User, *stages: Stage) -> tuple[Outgoing, Right]:
    outgoing: Outgoing = Outgoing.objects.lock(outgoing_id)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    require_stage(outgoing, *stages)
    return outgoing, right


def _close(outgoing: Outgoing, stage: Stage, reason: str, at: dt.datetime) -> None:
    outgoing.closing_words = reason.strip()[:1000]
    outgoing.move_to(stage, at)
    outgoing.save(update_fields=["stage", "since", "closed_at", "closing_words"])


def _tell(outgoing: Outgoing, action: str, actor: User, right: Right, **more: object) -> None:
    record(
        outgoing, action, actor=actor, unit=outgoing.registry.unit, on_behalf_of=right.on_behalf_of,
        data=outgoing_facts(outgoing, **more),
    )  # fmt: skip
