"""What went over the bus to a body outside the province, what it tells of it, and what it wants
back of its own (QCVN 102)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from documents.models import Dispatch, Incoming, Outgoing
from documents.services.receiving import facts
from documents.states import Status, Wish, WishAnswer

TOLD_MOST, REASON_MOST = 500, 1000  # of the columns
AHEAD = dt.timedelta(days=1)  # the clock of another agency, at most
Same = Callable[[str, str], bool]  # compares agency codes in their spellings


class StrayStatusError(DomainError):
    """A status of what was never sent, or not to him who tells it."""

    code = "status_stray"


@transaction.atomic
def sent(outgoing_id: int, codes: Collection[str] | None = None) -> int:
    """The bus has it: its receivers outside, or those of them, are noted as sent to. How many
    they were."""
    outgoing: Outgoing = Outgoing.objects.lock(outgoing_id)
    unsent = Dispatch.objects.in_force().filter(outgoing=outgoing, registry=None, sent_at=None)
    if codes is not None:
        unsent = unsent.filter(organ_code__in=codes)
    count: int = unsent.update(sent_at=timezone.now())
    if count:
        record(outgoing, "outgoing.sent", actor=None, data={"to": count})
    return count


@transaction.atomic
def told(
    document_id: str, organ_code: str, status: str, words: str,
    *, same: Same, at: dt.datetime | None = None,
) -> bool:  # fmt: skip
    """Note what a receiver outside tells; False when nothing of it is new.

    Statuses come twice and in any order. What he told at a later moment of his own clock stays;
    without two moments to compare, the later state in the life of a document stays. Answers to a
    recall or an update (15, 16) are kept beside the state. Raises StrayStatusError.
    """
    ours = Outgoing.objects.filter(document_id=document_id).order_by("pk")
    list(ours.select_for_update(no_key=True))  # before its receivers, as who changes it does
    rows = Dispatch.objects.filter(outgoing__document_id=document_id).select_related("outgoing")
    known = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not known:
        raise StrayStatusError(_("No document %s was sent from here.") % document_id)
    found = next((each for each in known if same(each.organ_code, organ_code)), None)
    if found is None or found.registry_id is not None:
        raise StrayStatusError(
            _("The document %(document)s was not sent to %(organ)s over the bus.")
            % {"document": document_id, "organ": organ_code}
        )
    words = words.strip()[:TOLD_MOST]
    if status in WishAnswer:
        return _answered(found, status, words, by_his_clock(at or timezone.now()))
    return _note(found, status, words, at and by_his_clock(at))


def by_his_clock(at: dt.datetime) -> dt.datetime:
    """What another agency did at two moments keeps its order, though its clock be ahead; one that
    is far ahead does not close the document to all that follows."""
    return min(at, timezone.now() + AHEAD)


@transaction.atomic
def recall_asked(
    document_id: str, organ_code: str, reason: str, *, same: Same,
    of: Collection[int] | None = None,
) -> list[Incoming]:  # fmt: skip
    """A sender outside takes his document back (NĐ 30/2020/NĐ-CP Điều 18.4): every line of it, new
    or asked for before, in the order of locking; `of` names the registries if not all are meant.

    What nobody has registered yet is taken away at once; of the rest the registry is asked. Only
    who sent it may, and what came inside the province is recalled inside. Twice is once.
    """
    at = timezone.now()
    found = [
        each for each in lock_from_outside(document_id, organ_code, same=same)
        if of is None or each.registry_id in of
    ]  # fmt: skip
    for each in found:
        if each.recall_asked_at is None and each.status != Status.REFUSED:
            _ask(each, reason.strip()[:REASON_MOST], at)
    return found


def lock_from_outside(document_id: str, organ_code: str, *, same: Same) -> list[Incoming]:
    """Every line of a document that this agency sent over the bus, locked in order. A step of a
    service."""
    rows = Incoming.objects.filter(document_id=document_id, dispatches=None)
    locked = list(
        rows.exclude(content_digest="").select_for_update(of=("self",), no_key=True)
        .select_related("registry__unit").order_by("pk")
    )  # fmt: skip
    return [each for each in locked if same(each.sender_code, organ_code)]


def wish(outgoing: Outgoing, kind: Wish, at: dt.datetime) -> int:
    """Of each receiver outside who has the document an answer is awaited from now on. A step of a
    service."""
    outside = Dispatch.objects.filter(outgoing=outgoing, registry=None)
    outside = outside.exclude(told_status=Status.RECALLED)
    return wish_of(outside if kind == Wish.RECALL else outside.in_force(), kind, at)


def wish_of(dispatches: QuerySet[Any], kind: Wish, at: dt.datetime) -> int:
    """The same of these receivers."""
    count: int = dispatches.update(
        wish=kind, wished_at=at, wished_before_at=F("wished_at"), answer="", answer_words="",
        answered_at=None,
    )  # fmt: skip
    return count


def _ask(incoming: Incoming, reason: str, at: dt.datetime) -> None:
    incoming.recall_asked_at, incoming.recall_reason = at, reason
    if incoming.status == Status.ARRIVED:
        incoming.move_to(Status.RECALLED, at)
    incoming.save(update_fields=["recall_asked_at", "recall_reason", "status", "closed_at"])
    record(
        incoming, "document.recall_asked", actor=None, unit=incoming.registry.unit,
        data=facts(incoming, reason=reason[:500]),
    )  # fmt: skip


def _note(dispatch: Dispatch, status: str, words: str, at: dt.datetime | None) -> bool:
    if status not in Status:
        raise StrayStatusError(_("%s is no state of a document that was received.") % status)
    if not _is_newer(dispatch, status, at):
        return False
    dispatch.told_status, dispatch.told_words, dispatch.told_at = status, words, at
    dispatch.save(update_fields=["told_status", "told_words", "told_at"])
    _record(dispatch, status, words)
    return True


def _is_newer(dispatch: Dispatch, status: str, at: dt.datetime | None) -> bool:
    if at and dispatch.told_at and at != dispatch.told_at:
        return at > dispatch.told_at
    return status > dispatch.told_status


def _answered(dispatch: Dispatch, status: str, words: str, at: dt.datetime) -> bool:
    """To the newest wish, for what was told before it answers an earlier one; who agrees to a
    recall has the document no more."""
    if not dispatch.wish:
        raise StrayStatusError(
            _("%s was not asked to give the document back, or to change it.") % dispatch.organ_name
        )
    if dispatch.wished_before_at and dispatch.wished_at and at < dispatch.wished_at:
        return False
    if dispatch.answered_at is not None and at <= dispatch.answered_at:
        return False
    dispatch.answer, dispatch.answer_words, dispatch.answered_at = status, words, at
    fields = ["answer", "answer_words", "answered_at"]
    if dispatch.wish == Wish.RECALL and status == WishAnswer.AGREED:
        dispatch.told_status, dispatch.told_words, dispatch.told_at = status, words, at
        fields += ["told_status", "told_words", "told_at"]
    dispatch.save(update_fields=fields)
    _record(dispatch, status, words)
    return True


def _record(dispatch: Dispatch, status: str, words: str) -> None:
    record(
        dispatch.outgoing, "outgoing.status_told", actor=None,
        data={"organ": dispatch.organ_code, "name": dispatch.organ_name, "status": status,
              "wish": dispatch.wish, "words": words},
    )  # fmt: skip
