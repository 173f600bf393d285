"""Cập nhật: the sender of a document mends what its receivers have written of it (QCVN 102), and a
clerk his own line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from audit.services import record, record_each
from common.errors import DomainError
from documents.issuing import Stage
from documents.letters import MEETING, Letter
from documents.models import Assignment, Incoming, Outgoing
from documents.services import directing
from documents.services.dispatching import REASON_MOST, Same, lock_from_outside, wish
from documents.services.drafting import lock_at, outgoing_facts
from documents.services.issuing import letter_of
from documents.services.receiving import facts, require_dated
from documents.states import GONE, IN_THE_REGISTER, Channel, Status, Wish
from organizations import access
from organizations.models import User

MENDED = (
    "subject", "type", "signer_position", "signer_name", "urgency", "pages", "answer_by", "note",
)  # number, day and author are what it is known by  # fmt: skip
KNOWN_BY = ("issuer", "reference", "issued_on")
CORRECTED = (*KNOWN_BY, *MENDED, "language")  # by the clerk who keeps the register


@transaction.atomic
def amend(
    outgoing_id: int, *, actor: User, subject: str, urgency: int, reason: str
) -> Outgoing:  # fmt: skip
    """The clerk mends the line of an issued document in his register, and with it that of each
    receiver; what stands on the paper stays, and what was written before is kept in the story."""
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.ISSUED)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    if not reason.strip():
        raise DomainError(_("Say why it is changed."))
    if not subject.strip():
        raise DomainError(_("Say what it is about."))
    old, new = _differing(outgoing, {"subject": " ".join(subject.split()), "urgency": urgency})
    if not new:
        raise DomainError(_("Nothing is changed."))
    _write(outgoing, new)
    outgoing.index_words()
    outgoing.save(update_fields=[*new, "search_text", "reference_key"])
    wish(outgoing, Wish.UPDATE, at)
    inside = Incoming.objects.filter(dispatches__outgoing=outgoing).exclude(status__in=GONE)
    locked = inside.select_for_update(of=("self",), no_key=True).select_related("registry__unit")
    reason_told = reason.strip()[:REASON_MOST]
    _mend(list(locked.order_by("pk")), letter_of(outgoing), [*new], reason_told, actor, at)
    record(
        outgoing, "outgoing.updated", actor=actor, unit=outgoing.registry.unit,
        on_behalf_of=right.on_behalf_of,
        data=outgoing_facts(
            outgoing, old=_plain(old), new=_plain(new), reason=reason.strip()[:500]
        ),
    )  # fmt: skip
    return outgoing


@transaction.atomic
def correct(
    incoming_id: int, *, actor: User, wanted: Mapping[str, Any], reason: str
) -> Incoming:  # fmt: skip
    """The clerk completes or corrects the line of a document that is in his register; what stood
    there is kept in the story. `wanted` are columns of CORRECTED; what came electronically keeps
    what its sender knows it by."""
    incoming = directing.lock_at(incoming_id, *IN_THE_REGISTER, Status.DONE)
    right = access.require(actor, "register_documents", incoming.registry.unit_id)
    if not reason.strip():
        raise DomainError(_("Say why it is changed."))
    fixed = KNOWN_BY if incoming.channel == Channel.EXCHANGE else ()
    old, new = _differing(
        incoming, {name: wanted[name] for name in CORRECTED if name in wanted and name not in fixed}
    )
    if not new:
        raise DomainError(_("Nothing is changed."))
    _write(incoming, new)
    if not incoming.issuer.strip() or not incoming.subject.strip():
        raise DomainError(_("Say who issued it and what it is about."))
    require_dated(incoming)
    incoming.index_words()
    incoming.save(update_fields=[*new, "search_text", "reference_key"])
    _hurry([incoming], incoming.urgency)
    record(
        incoming, "document.corrected", actor=actor, unit=incoming.registry.unit,
        on_behalf_of=right.on_behalf_of,
        data=facts(incoming, old=_plain(old), new=_plain(new), reason=reason.strip()[:500]),
    )  # fmt: skip
    return incoming


@transaction.atomic
def updated_outside(
    letter: Letter, document_id: str, organ_code: str, reason: str, at: dt.datetime, *, same: Same
) -> list[Incoming]:  # fmt: skip
    """A sender outside mends what he sent: every line of it, mended or not, in the order of
    locking. `at` is his own moment: an update that is not later than the last changes nothing. A
    meeting of which nothing is said stays, and so do pages that were counted here."""
    found = lock_from_outside(document_id, organ_code, same=same)
    behind = [
        each for each in found
        if each.status not in GONE and (each.updated_at is None or each.updated_at < at)
    ]  # fmt: skip
    mended = [*MENDED, *(MEETING if letter.meets_at else ())]
    if letter.pages is None:
        mended.remove("pages")
    _mend(behind, letter, mended, reason.strip()[:REASON_MOST], None, at)
    return found


def _mend(
    lines: Sequence[Incoming], letter: Letter, mended: Sequence[str], reason: str,
    actor: User | None, at: dt.datetime,
) -> None:  # fmt: skip
    """Write what differs in these columns, for all lines at once. What a clerk has corrected stays,
    unless the sender says something else than he said before that."""
    told, corrected = [], _corrected(lines) if actor is None else {}
    for each in lines:
        said = _plain({name: getattr(letter, name) for name in mended})
        known = corrected.get(str(each.pk), ())
        wanted = [name for name in mended if (name, said[name]) not in known]
        old, new = _differing(each, {name: getattr(letter, name) for name in wanted})
        _write(each, new)
        each.updated_at = at
        each.index_words()
        if new:
            more = facts(each, old=_plain(old), new=_plain(new), reason=reason[:500])
            told.append((each, each.registry.unit, more))
    Incoming.objects.bulk_update(
        lines, [*mended, "updated_at", "search_text", "reference_key"], batch_size=500
    )
    _hurry([each for each in lines if each.urgency == letter.urgency], letter.urgency)
    record_each(told, "document.updated", actor=actor)


def _corrected(lines: Sequence[Incoming]) -> dict[str, list[tuple[str, Any]]]:
    """Key of a line → columns that its clerk has corrected, each with what stood there. One
    query."""
    entries = AuditEntry.objects.filter(
        action="document.corrected", subject_type=Incoming._meta.label_lower,
        subject_id__in=[str(each.pk) for each in lines],
    )  # fmt: skip
    found: dict[str, list[tuple[str, Any]]] = {}
    for entry in entries.order_by("pk"):
        found.setdefault(entry.subject_id, []).extend(entry.data["old"].items())
    return found


def _hurry(lines: Iterable[Incoming], urgency: int) -> None:
    """The urgency of open work is that of its document: it orders the queue."""
    Assignment.objects.open().filter(incoming__in=lines).update(urgency=urgency)


def _differing(row: Any, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is now, and what it becomes, of the columns that differ."""
    new = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    return {name: getattr(row, name) for name in new}, new


def _write(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }
