"""Thêm, bớt nơi nhận: an issued document goes to who was forgotten, and is asked back of who got it
by mistake (QCVN 102: an update that changes receivers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from documents.drafting import To
from documents.issuing import Manner, Stage
from documents.models import Dispatch, Incoming, Outgoing, PaperDispatch
from documents.rules.organ_codes import organ_key
from documents.services import submitting
from documents.services.addressing import require_open
from documents.services.dispatching import REASON_MOST, wish_of
from documents.services.dossiers import deciders, require_dossier
from documents.services.drafting import lock_at, receiver_rows, tell
from documents.services.issuing import ask_back, deliver, files_of
from documents.states import Wish
from documents.submissions import SUBMITTED
from organizations import access
from organizations.access import Right
from organizations.models import User


@transaction.atomic
def change_receivers(
    outgoing_id: int, *, actor: User, added: Sequence[To], removed: Collection[int], reason: str
) -> Outgoing:
    """The clerk adds receivers to an issued document, and takes it back of others: `removed` are
    keys of its dispatches. Who stays hears nothing of it; what stands on the paper stays.

    Somebody always keeps it: else it is recalled. Raises DomainError.
    """
    at = timezone.now()
    outgoing = lock_at(outgoing_id, Stage.ISSUED)
    right = access.require(actor, "register_documents", outgoing.registry.unit_id)
    if not reason.strip():
        raise DomainError(_("Say why the receivers are changed."))
    if not added and not removed:
        raise DomainError(_("Choose who gets the document, or who is to give it back."))
    known = list(outgoing.dispatches.select_related("registry", "incoming").order_by("order"))
    leaving = _leaving(outgoing, known, removed)
    coming = _coming(outgoing, known, added)
    papers = _on_paper(outgoing, added)
    if not (coming or papers or _stay(outgoing, known, leaving)):
        raise DomainError(_("Nobody would have the document then. Recall it instead."))
    _take_back(leaving, reason.strip()[:REASON_MOST], actor, at)
    _send(outgoing, coming, actor, right, at)
    names = [*(each.organ_name for each in coming), *(each.name for each in papers)]
    tell(
        outgoing, "outgoing.receivers_changed", actor, right, reason=reason.strip()[:500],
        added=names, removed=[each.organ_name for each in leaving],
        added_outside=_outside(coming), removed_outside=_outside(leaving),
    )  # fmt: skip
    return outgoing


def _leaving(
    outgoing: Outgoing, known: Sequence[Dispatch], removed: Collection[int]
) -> list[Dispatch]:
    found = [each for each in known if each.pk in set(removed) and each.may_be_asked]
    if len(found) != len(set(removed)):
        raise AlreadyDone
    if outgoing.type == SUBMITTED and deciders(found):
        raise DomainError(
            _("The submission lies before %s. Recall it if it is to be decided by nobody.")
            % deciders(found)[0].organ_name
        )
    return found


def _coming(
    outgoing: Outgoing, known: Sequence[Dispatch], added: Sequence[To]
) -> list[Dispatch]:  # fmt: skip
    """Not saved yet. Who has it, or had it, does not get it a second time under one number."""
    rows = receiver_rows(outgoing, added, max((each.order for each in known), default=0))
    had = {organ_key(each.organ_code) for each in known}
    twice = [each.organ_name for each in rows if organ_key(each.organ_code) in had]
    if twice:
        raise DomainError(_("These have got the document already: %s.") % ", ".join(twice))
    if rows:
        require_open(outgoing, rows, timezone.localdate())
    return rows


def _on_paper(outgoing: Outgoing, added: Sequence[To]) -> list[PaperDispatch]:
    """Further receivers without an electronic address, noted for the clerk to send to."""
    named = {each.organ_name: each for each in added if each.is_on_paper}
    if named and outgoing.manner == Manner.ELECTRONIC:
        raise DomainError(_("The document goes out electronically: nobody gets it on paper."))
    if named and outgoing.on_paper.filter(name__in=named).exists():
        raise DomainError(_("These have got the document already: %s.") % ", ".join(named))
    last = outgoing.on_paper.aggregate(last=Max("order"))["last"] or 0 if named else 0
    made: list[PaperDispatch] = PaperDispatch.objects.bulk_create(
        PaperDispatch(outgoing=outgoing, name=name, order=order, is_for_action=each.is_for_action)
        for order, (name, each) in enumerate(named.items(), start=last + 1)
    )
    return made


def _stay(outgoing: Outgoing, known: Sequence[Dispatch], leaving: Sequence[Dispatch]) -> bool:
    keys = {each.pk for each in leaving}
    has_it = any(each.may_be_asked and each.pk not in keys for each in known)
    return has_it or outgoing.on_paper.exists()


def _take_back(leaving: Sequence[Dispatch], reason: str, actor: User, at: dt.datetime) -> None:
    """In the province of the line in the register, outside by a message that asks for it."""
    if leaving:
        wish_of(Dispatch.objects.filter(pk__in=[each.pk for each in leaving]), Wish.RECALL, at)
        lines = Incoming.objects.filter(dispatches__in=leaving)
        ask_back(lines, reason, actor, at)


def _send(
    outgoing: Outgoing, coming: Sequence[Dispatch], actor: User, right: Right, at: dt.datetime
) -> None:
    """As when it was issued; of who is outside an answer to the change is awaited."""
    if not coming:
        return
    for each in coming:
        if each.registry is None:
            each.wish, each.wished_at = Wish.UPDATE, at
    Dispatch.objects.bulk_create(coming)
    require_dossier(outgoing)
    deliver(outgoing, coming, files_of(outgoing), actor, at)
    submitting.sent(outgoing, coming, actor, right, at)


def _outside(dispatches: Sequence[Dispatch]) -> list[str]:
    return [each.organ_code for each in dispatches if each.registry is None]
