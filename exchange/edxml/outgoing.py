"""An issued document becomes a message to its receivers."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError
from common.text import unaccented
from documents.document_types import document_types
from documents.drafting import Content
from documents.issuing import Stage
from documents.models import Dispatch, Incoming, Outgoing
from documents.services.inviting import meeting_of
from documents.services.issuing import files_of
from exchange.edxml.elements import clean
from exchange.edxml.meetings import CHAIR_MOST, NOTE, PLACE_MOST, Meeting, meeting_text
from exchange.edxml.messages import (
    Attachment,
    Business,
    DocumentType,
    Kind,
    Message,
    Organ,
    OtherInfo,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signatory,
    Trace,
)
from exchange.edxml.organs import organ_key
from files.models import StoredFile
from files.responses import INFECTED, NOT_YET, NotServed, may_be_served
from files.services import content_of

DATA = Path(__file__).parent / "data" / "document_types.csv"
SENT = (Stage.ISSUED, Stage.REPLACED)  # what stands, or stood


@dataclass(frozen=True)
class Change:
    """Why a document that was issued reads otherwise now, and since when; or, with codes, who gets
    it after all and who is to give it back."""

    reason: str
    at: dt.datetime
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def message_of(outgoing: Outgoing, changed: Change | None = None) -> Message:
    """The document with its files to all receivers; of one that is recalled, the recall; `changed`
    makes it the update of what was sent before, to those alone whom it adds or removes.

    Raises DomainError for what was never issued and for a file that may not leave. The number of
    statements does not depend on how many get it, but for the receivers of what it replaces; each
    file is read.
    """
    if outgoing.stage not in (*SENT, Stage.RECALLED) or outgoing.issued_at is None:
        raise DomainError(_("The document is not issued, so it is not sent."))
    registry, kind = outgoing.registry, document_types()[outgoing.type]
    number, _slash, notation = outgoing.reference.partition("/")
    assert outgoing.issued_on
    return Message(
        sender=Organ(registry.code, registry.name, address=registry.unit.address,
                     telephone=registry.unit.phone),
        receivers=tuple(
            Organ(organ_key(each.organ_code), each.organ_name)
            for each in _receivers(outgoing, changed)
        ),
        document_id=outgoing.document_id, number=number, notation=notation,
        place=registry.unit.place, promulgated_on=outgoing.issued_on,
        type=DocumentType(kind.short_name, _numbers().get(unaccented(kind.name))),
        subject=outgoing.subject, content=_content(outgoing), signatory=_signatory(outgoing),
        to_places=_to_places(outgoing), due_on=outgoing.answer_by, other=_other(outgoing),
        response_for=_answered(outgoing.answers), business=_business(outgoing, changed),
        traces=(Trace(registry.code, changed.at if changed else outgoing.issued_at),),
        attachments=() if outgoing.stage == Stage.RECALLED else
        tuple(_attachment(each) for each in files_of(outgoing)),
    )  # fmt: skip


def _receivers(outgoing: Outgoing, changed: Change | None) -> Any:
    """Of a recall everybody who ever got it; else who has it, or is to have it."""
    known = Dispatch.objects.filter(outgoing=outgoing).order_by("order")
    if changed and (changed.added or changed.removed):
        return known.filter(organ_code__in=[*changed.added, *changed.removed])
    return known if outgoing.stage == Stage.RECALLED else known.in_force()


def _other(outgoing: Outgoing) -> OtherInfo:
    priority = Priority(outgoing.urgency)
    return OtherInfo(priority, copies=outgoing.copies, pages=outgoing.pages)


def _content(outgoing: Outgoing) -> str:
    """Of an invitation when and where one meets, then the note; else the note alone."""
    found, note = meeting_of(outgoing), clean(outgoing.note)
    if found is None:
        return note
    place, chair = clean(found.place)[:PLACE_MOST], clean(found.chair)[:CHAIR_MOST]
    meeting = meeting_text(Meeting(found.starts, place, found.ends, chair))
    return f"{meeting}{NOTE}{note}" if note else meeting


def _signatory(outgoing: Outgoing) -> Signatory:
    before = f"{outgoing.authority}." if outgoing.authority else ""
    return Signatory(outgoing.signer.full_name, outgoing.signer_position, before)


def _to_places(outgoing: Outgoing) -> tuple[str, ...]:
    """Nơi nhận, as it stands on the paper."""
    newest = outgoing.drafts.order_by("-version").first()
    return Content.from_json(newest.content).recipients if newest else ()


def _answered(incoming: Incoming | None) -> tuple[ResponseFor, ...]:
    """What came over the bus is named; what came on paper has no agency code."""
    if incoming is None or not incoming.sender_code:
        return ()
    return (
        ResponseFor(
            incoming.sender_code, incoming.document_id, incoming.reference, incoming.issued_on
        ),
    )


def _business(outgoing: Outgoing, changed: Change | None) -> Business:
    if outgoing.stage == Stage.RECALLED:
        return Business(Kind.RECALL, clean(outgoing.closing_words), outgoing.document_id)
    if changed:
        moved = (
            *(ReceiverChange(organ_key(code), is_added=False) for code in changed.removed),
            *(ReceiverChange(organ_key(code), is_added=True) for code in changed.added),
        )
        return Business(
            Kind.UPDATE, clean(changed.reason), outgoing.document_id,
            changes_document=not moved, changes_receivers=bool(moved), receivers=moved,
        )  # fmt: skip
    old = outgoing.replaces
    if old is None:
        return Business()
    codes = Dispatch.objects.filter(outgoing=old).order_by("order")
    organs = tuple(codes.values_list("organ_code", flat=True))
    return Business(Kind.REPLACE, replacements=(Replacement(old.document_id, organs),))


def _attachment(stored: StoredFile) -> Attachment:
    if not may_be_served(stored):
        words = INFECTED if stored.virus else NOT_YET
        raise NotServed(str(words) % {"virus": stored.virus})
    return Attachment(stored.name, content_of(stored))


@cache
def _numbers() -> dict[str, int]:
    """Name without accents → Type. Receivers go by the name: see docs/decisions/0014."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {unaccented(row["name"]): int(row["code"]) for row in csv.DictReader(file)}
