"""Note what has to go over the bus between agencies. Joins the running transaction; twice or late
does no harm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from documents.issuing import Stage
from documents.models import Dispatch, Incoming, Outgoing
from documents.queries.dispatches import SENDABLE, to_send
from exchange.edxml.messages import ID_MOST, Organ, ResponseFor
from exchange.models import BusMessage
from exchange.models.bus import words_found_by
from exchange.states import FIRST, UNDELIVERED, Business, Passage, Way

PARTNER_MOST = 300  # of the column


def note_unsent() -> None:
    """Whatever was issued to receivers outside and is not noted yet, its event late or lost."""
    noted = BusMessage.objects.filter(outgoing=OuterRef("outgoing"), way=Way.OUT, kind__in=FIRST)
    missing = to_send().filter(~Exists(noted)).values("outgoing")
    for outgoing in Outgoing.objects.filter(pk__in=missing).order_by("pk"):
        note_issued(outgoing)


def note_issued(outgoing: Outgoing) -> None:
    """The document itself waits for the bus, once; nothing when all its receivers are inside, or
    when it was taken back before this was heard."""
    if outgoing.stage not in SENDABLE:
        return
    kind = Business.REPLACE if outgoing.replaces_id else Business.NEW
    _note(outgoing, kind, {})


def note_recalled(outgoing: Outgoing) -> None:
    """What never went out is left out; else the recall follows it, and nothing else does."""
    mine = BusMessage.objects.filter(outgoing=outgoing, way=Way.OUT)
    was_sent = _was_sent(outgoing)
    waiting = mine.filter(state__in=[*UNDELIVERED, Passage.FAILED])
    waiting.exclude(kind=Business.RECALL).update(state=Passage.LEFT_OUT, claim=None)
    if was_sent:
        _note(outgoing, Business.RECALL, {})


def note_updated(outgoing: Outgoing, reason: str, at: dt.datetime) -> None:
    """The change follows the document; one that has not left goes as it is now."""
    content = {"reason": reason, "at": at.isoformat()}
    known = BusMessage.objects.filter(outgoing=outgoing, kind=Business.UPDATE, content=content)
    if _was_sent(outgoing) and not known.exists():
        _note(outgoing, Business.UPDATE, content)


def note_receivers(
    outgoing: Outgoing, reason: str, at: dt.datetime, added: list[str], removed: list[str]
) -> None:
    """Who is added gets the document, and who is removed is asked for it, by one message to them
    alone. What has not left goes to whom it is for now, or to nobody."""
    if not _was_sent(outgoing):
        _note_anew(outgoing)
        return
    content = {"reason": reason, "at": at.isoformat(), "added": added, "removed": removed}
    known = BusMessage.objects.filter(outgoing=outgoing, kind=Business.UPDATE, content=content)
    if (added or removed) and not known.exists():
        codes = [*added, *removed]
        _note(outgoing, Business.UPDATE, content, outgoing.dispatches.filter(organ_code__in=codes))


def _note_anew(outgoing: Outgoing) -> None:
    """Never sent: it waits for the bus if anybody outside is to have it."""
    first = BusMessage.objects.filter(outgoing=outgoing, way=Way.OUT, kind__in=FIRST)
    if _outside(outgoing).exists():
        first.filter(state=Passage.LEFT_OUT).update(state=Passage.WAITING, due_at=timezone.now())
        note_issued(outgoing)
    else:
        first.filter(state__in=[*UNDELIVERED, Passage.FAILED]).update(
            state=Passage.LEFT_OUT, claim=None
        )


def note_status(
    incoming: Incoming, code: str, words: str, at: dt.datetime, *, again: bool = False
) -> None:
    """Its sender outside is told that state, unless it is the last that he was told; `again` tells
    it once more, for he asks. It is told under the code to which he has sent. Reads
    `incoming.registry`."""
    told = BusMessage.objects.filter(incoming=incoming, way=Way.OUT, kind=Business.STATUS)
    last = told.order_by("-pk").first()
    content = status_content(
        incoming.addressed_as or incoming.registry.code, incoming.registry.name,
        incoming.sender_code,
        incoming.document_id, incoming.reference, incoming.issued_on, code, words, at,
    )  # fmt: skip
    if last is None or _said(last.content) != _said(content):
        partner = incoming.issuer[:PARTNER_MOST]
        BusMessage.objects.create(
            way=Way.OUT, kind=Business.STATUS, registry=incoming.registry, incoming=incoming,
            document_id=incoming.document_id, content=content, partner=partner,
            search_text=words_found_by(incoming.document_id, partner),
        )  # fmt: skip
    elif again and last.state not in UNDELIVERED:
        now = timezone.now()
        BusMessage.objects.filter(pk=last.pk).update(
            content=content, state=Passage.WAITING, attempts=0, due_at=now, noted_at=now,
            words="", fault="", claim=None,
        )  # fmt: skip


def note_refusal(
    speakers: Iterable[Organ], to: Organ, about: ResponseFor, code: str, words: str
) -> None:
    """The sender is told by each of them that nothing came of his message."""
    now, document_id = timezone.now(), about.document_id[:ID_MOST]
    partner = (to.name or to.organ_id)[:PARTNER_MOST]
    for each in speakers:
        content = status_content(
            each.organ_id, each.name or each.organ_id, to.organ_id, about.document_id, about.code,
            about.promulgated_on, code, words, now,
        )  # fmt: skip
        BusMessage.objects.create(
            way=Way.OUT, kind=Business.STATUS, document_id=document_id, content=content,
            partner=partner, search_text=words_found_by(document_id, partner),
        )  # fmt: skip


def status_content(
    organ: str, name: str, to: str, document_id: str, reference: str, day: dt.date | None,
    code: str, words: str, at: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    """What a status says, as plain JSON."""
    return {
        "organ": organ, "name": name, "to": to, "document_id": document_id,
        "reference": reference, "day": day.isoformat() if day else "", "code": code,
        "words": words, "at": at.replace(microsecond=0).isoformat(),
    }  # fmt: skip


def _said(content: dict[str, Any]) -> tuple[Any, Any]:
    return content.get("code"), content.get("words")


def _was_sent(outgoing: Outgoing) -> bool:
    """Somebody outside may have it."""
    tried = BusMessage.objects.filter(outgoing=outgoing, kind__in=FIRST, was_tried=True)
    sent = outgoing.dispatches.filter(registry=None, sent_at__isnull=False)
    return bool(tried.exists() or sent.exists())


def _outside(outgoing: Outgoing) -> Any:
    """Its receivers outside: of what is recalled all of them, else who has it or is to have it."""
    known = Dispatch.objects.filter(outgoing=outgoing, registry=None)
    return known if outgoing.stage == Stage.RECALLED else known.in_force()


def _note(
    outgoing: Outgoing, kind: Business, content: dict[str, Any], to: Any = None
) -> None:  # fmt: skip
    outside = (_outside(outgoing) if to is None else to).order_by("order")
    names = list(outside.values_list("organ_name", flat=True))
    if names:
        partner = ", ".join(names)[:PARTNER_MOST]
        row = BusMessage(
            way=Way.OUT, kind=kind, outgoing=outgoing, registry_id=outgoing.registry_id,
            document_id=outgoing.document_id, content=content, partner=partner,
            search_text=words_found_by(outgoing.document_id, partner),
        )  # fmt: skip
        BusMessage.objects.bulk_create([row], ignore_conflicts=True)
