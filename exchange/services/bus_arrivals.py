"""What is kept of messages that came over the bus: taken in, to be looked at again, or refused
with the reason. Joins the running transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from documents.models import Incoming
from exchange.edxml.messages import Kind, Message, StatusCode, StatusMessage
from exchange.models import BusMessage
from exchange.models.bus import WORDS_MOST, words_found_by
from exchange.services.bus_claims import MOST_TRIES, wait_after
from exchange.services.bus_noting import PARTNER_MOST
from exchange.states import Business, Fault, Passage, Way

KINDS = {
    Kind.NEW: Business.NEW, Kind.RECALL: Business.RECALL, Kind.UPDATE: Business.UPDATE,
    Kind.REPLACE: Business.REPLACE,
}  # fmt: skip
Read = Message | StatusMessage | None  # None: it could not be read
DOC_ID_MOST, ID_MOST = 100, 120  # of the columns
TAKEN, REFUSED = "done", "fail"  # as the bus is told
ENDS = {Passage.DONE: TAKEN, Passage.FAILED: REFUSED}


def held() -> set[str]:
    """Messages that are not looked at yet: their pause is not over."""
    waiting = BusMessage.objects.undelivered().filter(way=Way.IN, due_at__gt=timezone.now())
    return set(waiting.values_list("doc_id", flat=True))


def wanted() -> list[str]:
    """Messages that are looked at again, though the bus may list them no more."""
    due = BusMessage.objects.due().filter(way=Way.IN)
    return list(due.order_by("pk").values_list("doc_id", flat=True))


def ended(doc_ids: Iterable[str]) -> dict[str, str]:
    """Of these messages those that are taken in or refused: what the bus is told of each."""
    known = BusMessage.objects.filter(way=Way.IN, doc_id__in=doc_ids, state__in=ENDS)
    rows = known.order_by("pk").values_list("doc_id", "state")
    return {doc_id: ENDS[Passage(state)] for doc_id, state in rows}


def taken(doc_id: str, message: Read, incoming: Incoming | None) -> None:
    """It is where it belongs."""
    now = timezone.now()
    registry = incoming.registry_id if incoming else None
    _keep(
        doc_id, message, state=Passage.DONE, done_at=now, words="", fault="", incoming=incoming,
        registry_id=registry,
    )  # fmt: skip


def taken_if_known(doc_id: str) -> None:
    """Of what leaves no row of its own: one that was in trouble before is done."""
    known = BusMessage.objects.filter(way=Way.IN, doc_id=doc_id[:DOC_ID_MOST])
    known.update(state=Passage.DONE, done_at=timezone.now(), words="", fault="")


def refused(doc_id: str, message: Read, words: str) -> None:
    """Kept with its reason."""
    _keep(doc_id, message, state=Passage.FAILED, words=words[:WORDS_MOST])


def again(doc_id: str, message: Read, words: str, fault: Fault | str = "") -> bool:
    """To be looked at later; False when that was the last try. A `fault` of the bus is never the
    last."""
    row = BusMessage.objects.filter(way=Way.IN, doc_id=doc_id[:DOC_ID_MOST]).first()
    tries = (row.attempts if row else 0) + 1
    if fault:
        tries = min(tries, MOST_TRIES - 1)
    if tries >= MOST_TRIES:
        return False
    due = timezone.now() + wait_after(tries)
    _keep(
        doc_id, message, state=Passage.TROUBLE, words=words[:WORDS_MOST], fault=fault,
        attempts=tries, due_at=due,
    )  # fmt: skip
    return True


def _keep(doc_id: str, message: Read, **facts: Any) -> None:
    """One row for each message of the bus; what could be read once is kept of it."""
    if message is not None:
        facts |= _named(message)
    BusMessage.objects.update_or_create(
        way=Way.IN, doc_id=doc_id[:DOC_ID_MOST],
        defaults=facts, create_defaults={"kind": Business.UNREADABLE, "was_tried": True, **facts},
    )  # fmt: skip


def _named(message: Message | StatusMessage) -> dict[str, Any]:
    partner = (message.sender.name or message.sender.organ_id)[:PARTNER_MOST]
    if isinstance(message, Message):
        told, kind = message.document_id, KINDS[message.business.kind]
    else:
        told, kind = message.response_for.document_id, Business.STATUS
        if message.status == StatusCode.TAKE_BACK:
            kind = Business.RECALL
    told = told[:ID_MOST]
    return {
        "kind": kind, "document_id": told, "partner": partner,
        "search_text": words_found_by(told, partner),
    }  # fmt: skip
