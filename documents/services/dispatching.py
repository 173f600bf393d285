"""What went over the bus to a body outside the province, what it tells of it, and what it wants
back of its own (QCVN 102)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from audit.services import record
from documents.models import Dispatch, Incoming, Outgoing
from documents.queries.dispatches import to_send
from documents.services.receiving import facts
from documents.states import Status

TOLD_MOST, REASON_MOST = 500, 1000  # of the columns


@transaction.atomic
def sent(outgoing_id: int) -> int:
    """The bus has it: its receivers outside are noted as sent to. How many they were."""
    outgoing: Outgoing = Outgoing.objects.lock(outgoing_id)
    count: int = to_send().filter(outgoing=outgoing).update(sent_at=timezone.now())
    if count:
        record(outgoing, "outgoing.sent", actor=None, data={"to": count})
    return count


@transaction.atomic
def told(
    document_id: str, organ_code: str, status: str, words: str,
    *, same: Callable[[str, str], bool],
) -> bool:  # fmt: skip
    """Note what a receiver outside tells; False when nothing of it is new, or he has none.

    Statuses come twice and in any order: one that is earlier in the life of a document than what
    is known changes nothing. `same` compares agency codes in their spellings. A status that is no
    state of a document (he does not agree to a recall) is kept as words.
    """
    rows = Dispatch.objects.filter(outgoing__document_id=document_id, registry=None)
    known = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for each in known:
        if same(each.organ_code, organ_code):
            return _note(each, status, words.strip()[:TOLD_MOST])
    return False


@transaction.atomic
def recall_asked(
    document_id: str, organ_code: str, reason: str, *, same: Callable[[str, str], bool]
) -> list[Incoming]:
    """A sender outside takes his document back (NĐ 30/2020/NĐ-CP Điều 18.4): every line of it, new
    or asked for before, in the order of locking.

    What nobody has registered yet is taken away at once; of the rest the registry is asked. Only
    who sent it may, and what came inside the province is recalled inside. Twice is once.
    """
    at = timezone.now()
    rows = Incoming.objects.filter(document_id=document_id, dispatches=None)
    locked = list(
        rows.exclude(content_digest="").select_for_update(of=("self",), no_key=True)
        .select_related("registry__unit").order_by("pk")
    )  # fmt: skip
    found = [each for each in locked if same(each.sender_code, organ_code)]
    for each in found:
        if each.recall_asked_at is None and each.status != Status.REFUSED:
            _ask(each, reason.strip()[:REASON_MOST], at)
    return found


def _ask(incoming: Incoming, reason: str, at: dt.datetime) -> None:
    incoming.recall_asked_at, incoming.recall_reason = at, reason
    if incoming.status == Status.ARRIVED:
        incoming.move_to(Status.RECALLED, at)
    incoming.save(update_fields=["recall_asked_at", "recall_reason", "status", "closed_at"])
    record(
        incoming, "document.recall_asked", actor=None, unit=incoming.registry.unit,
        data=facts(incoming, reason=reason[:500]),
    )  # fmt: skip


def _note(dispatch: Dispatch, status: str, words: str) -> bool:
    kept = status if status in Status else dispatch.told_status
    before = (dispatch.told_status, dispatch.told_words)
    if status <= dispatch.told_status or (kept, words) == before:
        return False
    dispatch.told_status, dispatch.told_words = kept, words
    dispatch.save(update_fields=["told_status", "told_words"])
    record(
        dispatch.outgoing, "outgoing.status_told", actor=None,
        data={"organ": dispatch.organ_code, "status": status, "words": words},
    )  # fmt: skip
    return True
