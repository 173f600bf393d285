"""What went over the bus to a body outside the province, and what it tells of it (QCVN 102)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from audit.services import record
from documents.models import Dispatch, Outgoing
from documents.queries.dispatches import to_send
from documents.states import Status

TOLD_MOST = 500  # of the column


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
