"""Giải quyết: the work on a document, from taking it up to its end (NĐ 30/2020/NĐ-CP Điều 24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from documents.models import Assignment, Incoming
from documents.services.directing import (
    as_it_was,
    lock_open,
    make_room,
    require_reader,
    working_with,
)
from documents.services.receiving import facts
from documents.states import Ending, Part, Status
from organizations import access
from organizations.access import Right
from organizations.models import User


@transaction.atomic
def take_up(assignment_id: int, *, actor: User) -> Assignment:
    """Somebody of the unit begins with it, or who was named does."""
    at = timezone.now()
    assignment, incoming = lock_open(assignment_id)
    if assignment.taken_up_at is not None:
        raise AlreadyDone
    right, had = _require_own(assignment, actor), as_it_was(assignment)
    if assignment.person_id is None:
        require_reader(actor, assignment.part, assignment.unit)
        make_room(incoming, assignment.unit, actor, actor, at)
        assignment.person = actor
    assignment.taken_up_at = at
    assignment.save(update_fields=["person", "taken_up_at"])
    if assignment.part == Part.LEAD and incoming.status == Status.ASSIGNED:
        incoming.move_to(Status.IN_WORK, at)
        incoming.save(update_fields=["status", "closed_at"])
    _record(incoming, "document.taken_up", assignment, actor, right, before=had)
    return assignment


@transaction.atomic
def finish(
    assignment_id: int, *, actor: User, words: str, answer_reference: str = ""
) -> Assignment:
    """Who co-operates has done his share; who leads has solved it, and the document is done.

    With the document the shares of those who co-operate end too; who is to be informed still
    reads it.
    """
    at = timezone.now()
    assignment, incoming = lock_open(assignment_id)
    right = _require_own(assignment, actor)
    if assignment.part == Part.OPINION:
        raise DomainError(_("Give your opinion and say who gets the document."))
    if assignment.part != Part.INFORM and not words.strip():
        raise DomainError(_("Say what came of it."))
    _end(assignment, Ending.DONE, words, actor, at)
    if assignment.part == Part.LEAD:
        if incoming.status == Status.ASSIGNED:
            incoming.move_to(Status.IN_WORK, at)
        incoming.move_to(Status.DONE, at)
        incoming.closing_words = words.strip()[:1000]
        incoming.answer_reference = answer_reference.strip()[:60]
        incoming.save(update_fields=["status", "closed_at", "closing_words", "answer_reference"])
        shares = Assignment.objects.open().filter(incoming=incoming).exclude(part=Part.INFORM)
        shares.update(ended_at=at, ended_by=actor, ending=Ending.ENDED)
    _record(incoming, "document.finished", assignment, actor, right, words=words.strip()[:500])
    return assignment


@transaction.atomic
def mark_read(assignment_ids: Iterable[int], *, actor: User) -> int:
    """Several documents that were given for information have been read; how many. What somebody
    ended meanwhile is left out."""
    at, count = timezone.now(), 0
    named = Assignment.objects.open().filter(pk__in=list(assignment_ids), part=Part.INFORM)
    for pk in named.order_by("incoming", "pk").values_list("pk", flat=True):
        with suppress(AlreadyDone):
            assignment, incoming = lock_open(pk)
            right = _require_own(assignment, actor)
            _end(assignment, Ending.DONE, "", actor, at)
            _record(incoming, "document.finished", assignment, actor, right, words="")
            count += 1
    return count


@transaction.atomic
def give_back(assignment_id: int, *, actor: User, reason: str) -> Assignment:
    """It is not theirs: it goes back, with the reason, to who gave it."""
    at = timezone.now()
    assignment, incoming = lock_open(assignment_id)
    right = _require_own(assignment, actor)
    if assignment.part in (Part.OPINION, Part.INFORM):
        raise DomainError(_("Only work can be given back."))
    if not reason.strip():
        raise DomainError(_("Say why it is given back."))
    _end(assignment, Ending.RETURNED, reason, actor, at)
    if assignment.part == Part.LEAD:
        incoming.move_to(Status.REGISTERED, at)
        incoming.save(update_fields=["status", "closed_at"])
        _ask_again(incoming, assignment, actor, right, at)
    _record(incoming, "document.given_back", assignment, actor, right, reason=reason.strip()[:500])
    return assignment


def _ask_again(
    incoming: Incoming, assignment: Assignment, actor: User, right: Right, at: dt.datetime
) -> None:
    """The leader who gave it has to say anew who leads."""
    wish = {"part": Part.OPINION, "person": assignment.given_by}
    if not Assignment.objects.open().filter(incoming=incoming, **wish).exists():
        make_room(incoming, incoming.registry.unit, assignment.given_by, actor, at)
        Assignment.objects.create(
            incoming=incoming, unit_id=incoming.registry.unit_id, urgency=incoming.urgency,
            given_at=at, given_by=actor, on_behalf_of=right.on_behalf_of, **wish,
        )  # fmt: skip


def _require_own(assignment: Assignment, actor: User) -> Right:
    """Who was named, or anybody of the unit when nobody was; else who directs it."""
    unit_id, needed = assignment.unit_id, working_with(assignment.part)
    if assignment.person_id in (None, actor.pk) and access.may(actor, needed, unit_id):
        return access.require(actor, needed, unit_id)
    return access.require(actor, "direct_documents", unit_id)


def _end(assignment: Assignment, how: Ending, words: str, actor: User, at: dt.datetime) -> None:
    assignment.ended_at, assignment.ended_by, assignment.ending = at, actor, how
    assignment.words = words.strip()[:1000]
    assignment.save(update_fields=["ended_at", "ended_by", "ending", "words"])


def _record(
    incoming: Incoming, action: str, assignment: Assignment, actor: User, right: Right,
    **more: Any,
) -> None:  # fmt: skip
    record(
        incoming, action, actor=actor, unit=assignment.unit, on_behalf_of=right.on_behalf_of,
        data=facts(incoming, assignment=assignment.pk, part=assignment.part, **more),
    )  # fmt: skip
