"""What goes over the bus next, and what became of it. Inside a scope; short.

Claim → call → write, as for the national portal: a claim is a lease, and whoever dies leaves rows
whose lease runs out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.services import record
from common.waits import doubled
from documents.issuing import Stage
from documents.models import Dispatch, Outgoing
from documents.services import dispatching
from exchange.models import BusMessage
from exchange.models.bus import WORDS_MOST
from exchange.states import BUS_FAULTS, FIRST, Business, Fault, Passage, Way

LEASE = dt.timedelta(seconds=300)  # longer than a call at its slowest
MOST_TRIES = 8  # then it stands as failed until somebody sends it again
LONGEST_WAIT_SECONDS = 7200


@dataclass(frozen=True)
class Claimed:
    """One message that is ours to send now."""

    pk: int
    token: uuid.UUID
    kind: str
    outgoing_id: int | None
    content: dict[str, Any]
    attempts: int  # this one included


def wait_after(attempts: int) -> dt.timedelta:
    """A minute, doubled each time, at most two hours."""
    return dt.timedelta(seconds=doubled(60, attempts, LONGEST_WAIT_SECONDS))


def claim() -> Claimed | None:
    """The oldest that is due. Of one document one goes after the other: a recall never overtakes
    what it recalls."""
    same = Q(outgoing=OuterRef("outgoing")) | Q(incoming=OuterRef("incoming"))
    earlier = BusMessage.objects.undelivered().filter(same, way=Way.OUT, pk__lt=OuterRef("pk"))
    due = BusMessage.objects.due().filter(~Exists(earlier), way=Way.OUT)
    locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    row = locked.order_by("due_at", "pk").first()
    if row is None:
        return None
    row.claim, row.due_at, row.was_tried = uuid.uuid4(), timezone.now() + LEASE, True
    row.attempts = min(row.attempts + 1, 32_000)
    row.save(update_fields=["claim", "due_at", "was_tried", "attempts"])
    return Claimed(row.pk, row.claim, row.kind, row.outgoing_id, row.content, row.attempts)


def went(claimed: Claimed, doc_id: str) -> None:
    """The bus has it. Nobody confirms a status; of the rest the receivers tell how it fares."""
    added = claimed.content.get("added")
    if (claimed.kind in FIRST or added) and claimed.outgoing_id:
        dispatching.sent(claimed.outgoing_id, added)  # locks the document first, as who changes it
    now = timezone.now()
    facts: dict[str, Any] = {
        "sent_at": now, "claim": None, "words": "", "fault": "", "doc_id": doc_id[:100],
    }  # fmt: skip
    if claimed.kind == Business.STATUS:
        _mine(claimed).update(state=Passage.DONE, done_at=now, **facts)
    else:
        _mine(claimed).update(state=Passage.SENT, **facts)


def stuck(claimed: Claimed, words: str, fault: Fault | str = "") -> None:
    """Not this time; after the last try it stands as failed, and who issued it hears of it."""
    is_last = claimed.attempts >= MOST_TRIES
    count = _mine(claimed).update(
        state=Passage.FAILED if is_last else Passage.TROUBLE, claim=None, fault=fault,
        words=words[:WORDS_MOST], due_at=timezone.now() + wait_after(claimed.attempts),
    )  # fmt: skip
    if count and is_last and claimed.outgoing_id:
        outgoing = Outgoing.objects.select_related("registry__unit").get(pk=claimed.outgoing_id)
        record(
            outgoing, "outgoing.undelivered", actor=None, unit=outgoing.registry.unit,
            data={"words": words[:500] or str(BUS_FAULTS.get(Fault(fault), ""))},
        )  # fmt: skip


def put_off(claimed: Claimed, fault: Fault) -> None:
    """The bus takes nothing from anybody: no try of this message."""
    tries = claimed.attempts - 1
    _mine(claimed).update(
        state=Passage.TROUBLE if tries else Passage.WAITING, claim=None, fault=fault,
        attempts=tries, due_at=timezone.now(),
    )  # fmt: skip


def confirm(document_id: str) -> None:
    """A receiver has told something of it: what all of them have confirmed is delivered. The
    document itself, though the bus did not say that it took it; a recall or an update only after
    it did, lest an answer to something else keep it from leaving."""
    ours = BusMessage.objects.filter(way=Way.OUT, outgoing__document_id=document_id)
    first = Q(kind__in=FIRST, was_tried=True) & ~Q(state__in=[Passage.DONE, Passage.LEFT_OUT])
    unsettled = ours.filter(first | Q(state=Passage.SENT))
    for row in unsettled.select_related("outgoing").order_by("pk"):
        if _silent(row).exists():
            continue
        if row.kind in FIRST:
            dispatching.sent(row.outgoing_id)
        BusMessage.objects.filter(pk=row.pk).update(
            state=Passage.DONE, done_at=timezone.now(), claim=None, words="", fault=""
        )


def _silent(row: BusMessage) -> Any:
    """Receivers outside who have told nothing that confirms the message. Of a change of receivers
    those whom it concerns; of what everybody gets not who was removed, or got it later."""
    outside = Dispatch.objects.filter(outgoing=row.outgoing_id, registry=None)
    if "added" in row.content:
        unheard = Q(told_status="", answer="", organ_code__in=row.content["added"])
        return outside.filter(unheard | Q(answer="", organ_code__in=row.content["removed"]))
    if row.kind != Business.RECALL and row.outgoing.stage != Stage.RECALLED:
        outside = outside.in_force().exclude(_later_than(row))
    return outside.filter(told_status="") if row.kind in FIRST else outside.filter(answer="")


def _later_than(row: BusMessage) -> Q:
    """Got the document by a message of his own, after this one had left."""
    return Q(sent_at__gt=row.sent_at) if row.sent_at else Q(pk=None)


def _mine(claimed: Claimed) -> Any:
    return BusMessage.objects.filter(pk=claimed.pk, claim=claimed.token)
