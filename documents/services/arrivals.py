"""What a body does with a document that arrived electronically: it takes it in or refuses it, and
answers the sender who wants it back (NĐ 30/2020/NĐ-CP Điều 18.4, 21, 22)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from documents.models import Assignment, Incoming, Registry
from documents.services.receiving import facts, give_number, require_seen
from documents.services.replacing import end_replaced, lock_replaced
from documents.states import Ending, Status
from organizations import access
from organizations.access import Right
from organizations.models import User

_NUMBERED = (
    "status", "closed_at", "number", "year", "registered_at", "registered_by", "reference_key",
    "search_text",
)  # fmt: skip


@transaction.atomic
def register(incoming_id: int, *, actor: User, seen: Iterable[int] = ()) -> Incoming:
    """Give it the next number of its body. `seen` are the like ones that the clerk was shown: any
    other raises DuplicateError. The work on what it replaces ends with it.

    The registry is locked first, as by who enters a letter: the copy on paper and the electronic
    one are told of each other. What the sender has recalled meanwhile gets no number.
    """
    at = timezone.now()
    registry_id = Incoming.objects.values_list("registry_id", flat=True).get(pk=incoming_id)
    registry: Registry = Registry.objects.lock(registry_id)
    incoming, right = _lock(incoming_id, actor)
    incoming.registry = registry
    incoming.move_to(Status.REGISTERED, at)
    require_seen(incoming, seen)
    older = lock_replaced(incoming)
    give_number(incoming, actor, at)  # the last lock
    incoming.save(update_fields=_NUMBERED)
    end_replaced(older, incoming, actor, right.on_behalf_of, at)
    _record(incoming, "document.registered", actor, right, number=incoming.arrival_words)
    return incoming


@transaction.atomic
def refuse(incoming_id: int, *, actor: User, reason: str) -> Incoming:
    """It goes back to the sender unregistered: wrong address, wrong signature (Điều 21.2)."""
    incoming, right = _lock(incoming_id, actor)
    reason = _require_reason(reason, _("Say why the document is refused."))
    incoming.move_to(Status.REFUSED, timezone.now())
    incoming.closing_words = reason
    incoming.save(update_fields=["status", "closed_at", "closing_words"])
    _record(incoming, "document.refused", actor, right, reason=reason[:500])
    return incoming


@transaction.atomic
def agree_recall(incoming_id: int, *, actor: User, words: str = "") -> Incoming:
    """The sender gets it back (Điều 18.4): the work on it ends, nobody but the register's readers
    opens it any more. Its line with the number, and what was done with it, stay (Phụ lục VI)."""
    at = timezone.now()
    incoming, right = _lock_recall(incoming_id, actor)
    lying = Assignment.objects.open().filter(incoming=incoming)
    had = sorted(lying.values_list("pk", flat=True))
    lying.update(ended_at=at, ended_by=actor, ending=Ending.ENDED)
    incoming.move_to(Status.RECALLED, at)
    incoming.recall_answer = words.strip()[:1000]
    incoming.save(update_fields=["status", "closed_at", "recall_answer"])
    words = incoming.recall_answer[:500]
    _record(incoming, "document.recall_agreed", actor, right, had=had, words=words)
    return incoming


@transaction.atomic
def refuse_recall(incoming_id: int, *, actor: User, reason: str) -> Incoming:
    """The body keeps it, and the sender reads why. The work on it goes on."""
    incoming, right = _lock_recall(incoming_id, actor)
    reason = _require_reason(reason, _("Say why the document is not given back."))
    incoming.recall_refused_at, incoming.recall_answer = timezone.now(), reason
    incoming.save(update_fields=["recall_refused_at", "recall_answer"])
    _record(incoming, "document.recall_refused", actor, right, reason=reason[:500])
    return incoming


def _lock(incoming_id: int, actor: User) -> tuple[Incoming, Right]:
    incoming: Incoming = Incoming.objects.lock(incoming_id)
    return incoming, access.require(actor, "register_documents", incoming.registry.unit_id)


def _lock_recall(incoming_id: int, actor: User) -> tuple[Incoming, Right]:
    """A document that the sender wants back and nobody has answered for."""
    incoming, right = _lock(incoming_id, actor)
    if incoming.recall_asked_at is None:
        raise TransitionError(_("The sender does not ask for this document back."))
    if not incoming.is_recall_open:
        raise AlreadyDone
    return incoming, right


def _require_reason(reason: str, words: str) -> str:
    if not reason.strip():
        raise DomainError(words)
    return reason.strip()[:1000]


def _record(incoming: Incoming, action: str, actor: User, right: Right, **more: object) -> None:
    record(
        incoming, action, actor=actor, unit=incoming.registry.unit,
        on_behalf_of=right.on_behalf_of, data=facts(incoming, **more),
    )  # fmt: skip
