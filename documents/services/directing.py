"""Trình, cho ý kiến, phân công: who is to do what with a document (NĐ 30/2020/NĐ-CP Điều 23)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from documents.models import Assignment, Incoming, Remark, RemarkKind
from documents.services.receiving import facts
from documents.states import IN_THE_REGISTER, Ending, Part, Status
from organizations import access
from organizations.access import Right
from organizations.models import Unit, User


@dataclass(frozen=True)
class Receiver:
    """A unit, or a person of it, who gets a document to do something with it."""

    part: str
    unit_id: int
    person_id: int | None = None
    due_on: dt.date | None = None  # a day of his own; None: that of the whole document


@transaction.atomic
def submit(incoming_id: int, *, actor: User, leader_id: int, proposal: str = "") -> Incoming:
    """The registry submits a document to a leader of its body for an opinion; what was submitted
    before to somebody else is taken back."""
    at = timezone.now()
    incoming = lock_at(incoming_id, *IN_THE_REGISTER)
    unit = incoming.registry.unit
    right = access.require(actor, "register_documents", unit.pk)
    leader = User.objects.get(pk=leader_id)
    if _asked(incoming).filter(person=leader).exists():
        raise AlreadyDone(_("The document lies with %s already.") % leader.full_name)
    lay_before(incoming, leader, proposal, actor, right, at)
    return incoming


def lay_before(
    incoming: Incoming, leader: User, proposal: str, actor: User, right: Right, at: dt.datetime
) -> None:
    """A leader's opinion is asked, and nobody else's any more. A step of a service."""
    unit = incoming.registry.unit
    if not access.may(leader, "direct_documents", unit.pk):
        raise DomainError(
            _("%(person)s gives no opinions in %(unit)s today.")
            % {"person": leader.full_name, "unit": unit.name}
        )
    opinion_not_wanted(incoming, actor, at)
    make_room(incoming, unit, leader, actor, at)
    remark(incoming, RemarkKind.PROPOSAL, proposal, actor, right, at)
    wish = Receiver(Part.OPINION, unit.pk, leader.pk)
    _give(incoming, [wish], None, actor, right, at)
    record(
        incoming, "document.submitted", actor=actor, unit=unit, on_behalf_of=right.on_behalf_of,
        data=facts(incoming, person=leader.pk, person_name=leader.full_name),
    )  # fmt: skip


def opinion_not_wanted(incoming: Incoming, actor: User, at: dt.datetime) -> None:
    """Nobody's opinion is asked any more. A step of a service."""
    _end(_asked(incoming), Ending.WITHDRAWN, actor, at)


def opinion_given(
    incoming: Incoming, opinion: str, actor: User, right: Right, at: dt.datetime
) -> None:
    """The leader has said what he thinks: nobody is asked any more. A step of a service."""
    _end(_asked(incoming), Ending.DONE, actor, at)
    remark(incoming, RemarkKind.LEADER, opinion, actor, right, at)


@transaction.atomic
def direct(
    incoming_id: int, *, actor: User, opinion: str, receivers: Iterable[Receiver],
    due_on: dt.date | None = None, follower_id: int | None = None,
) -> Incoming:  # fmt: skip
    """A leader says who leads, co-operates and is informed, and until when: the whole on `due_on`,
    the day of the lead, a receiver on a day of his own.

    Given again, it replaces what he said before: who is no longer named loses it, who is named
    again keeps what he has begun. Without a lead there is nothing to solve: the document is done,
    and those who are to be informed read it. A document that was done is opened again by a lead,
    unless another has replaced it.
    """
    at = timezone.now()
    incoming = lock_at(incoming_id, *IN_THE_REGISTER, Status.DONE)
    unit = incoming.registry.unit
    right = access.require(actor, "direct_documents", unit.pk)
    _require_in_force(incoming)
    wanted = list(dict.fromkeys(receivers))
    lead = _require_receivers(wanted, unit)
    if due_on is not None and (lead is None or due_on < timezone.localdate(at)):
        raise DomainError(_("A time limit lies in the future and belongs to who leads."))
    _require_days(wanted, timezone.localdate(at))
    if not wanted and not opinion.strip():
        raise DomainError(_("Write an opinion, or say who gets the document."))
    _end(_asked(incoming), Ending.DONE, actor, at)
    goes_on, given, had = _replace(incoming, wanted, due_on, actor, right, at)
    remark(incoming, RemarkKind.LEADER, opinion, actor, right, at)
    status = Status.ASSIGNED if lead else Status.DONE
    if incoming.status != status and not (goes_on and incoming.status == Status.IN_WORK):
        incoming.move_to(status, at)
    due_on = lead.due_on or due_on if lead else None
    incoming.due_on, incoming.follower_id = due_on, follower_id
    incoming.save(update_fields=["status", "closed_at", "due_on", "follower"])
    record(
        incoming, "document.directed", actor=actor, unit=unit, on_behalf_of=right.on_behalf_of,
        data=facts(
            incoming, opinion=opinion.strip()[:500], given=given, before=had,
            due_on=due_on.isoformat() if due_on else "",
        ),
    )  # fmt: skip
    return incoming


@transaction.atomic
def give(
    incoming_id: int, *, actor: User, unit_id: int, opinion: str = "",
    due_on: dt.date | None = None,
) -> Incoming:  # fmt: skip
    """The short way for a document that nobody has yet: one unit leads. With others at work it
    would take the document from them, so it is refused."""
    require_free(lock_at(incoming_id, Status.REGISTERED))
    wish = [Receiver(Part.LEAD, unit_id)]
    return direct(incoming_id, actor=actor, opinion=opinion, receivers=wish, due_on=due_on)


def require_free(incoming: Incoming) -> None:
    """Nobody has the document yet. One query."""
    if Assignment.objects.at_work().filter(incoming=incoming).exists():
        raise AlreadyDone(_("Others have this document already: decide on its own page."))


@transaction.atomic
def pass_on(
    assignment_id: int, *, actor: User, person_id: int, opinion: str = "",
    due_on: dt.date | None = None,
) -> Assignment:  # fmt: skip
    """The head of a unit gives what the unit got to one of its people, or to another of them."""
    at = timezone.now()
    assignment, incoming = lock_open(assignment_id)
    right = access.require(actor, "direct_documents", assignment.unit_id)
    if assignment.part == Part.OPINION:
        raise TransitionError(_("An opinion is asked of the leader himself."))
    person = User.objects.get(pk=person_id)
    if assignment.person_id == person.pk:
        raise AlreadyDone(_("The document lies with %s already.") % person.full_name)
    require_reader(person, assignment.part, assignment.unit)
    make_room(incoming, assignment.unit, person, actor, at)
    had = as_it_was(assignment)
    if due_on and assignment.due_on and due_on > assignment.due_on:
        raise DomainError(
            _("The leader wants it by %s; give an earlier day.") % f"{assignment.due_on:%d/%m/%Y}"
        )
    assignment.person, assignment.taken_up_at = person, None
    assignment.due_on = due_on or assignment.due_on
    assignment.save(update_fields=["person", "taken_up_at", "due_on"])
    remark(incoming, RemarkKind.UNIT, opinion, actor, right, at)
    record(
        incoming, "document.passed_on", actor=actor, unit=assignment.unit,
        on_behalf_of=right.on_behalf_of,
        data=facts(
            incoming, assignment=assignment.pk, person=person.pk, person_name=person.full_name,
            before=had,
        ),
    )  # fmt: skip
    return assignment


def as_it_was(*assignments: Assignment) -> dict[str, list[Any]]:
    """In whose hands each is and until when, which an act is about to change: the log keeps it, so
    that a past day is told as it was."""
    return {
        str(each.pk): [each.person_id, each.due_on.isoformat() if each.due_on else None]
        for each in assignments
    }


def lock_open(assignment_id: int) -> tuple[Assignment, Incoming]:
    """An assignment that nobody has ended, under the lock of its document. A step of a service."""
    found: Assignment = Assignment.objects.get(pk=assignment_id)
    incoming = lock_at(found.incoming_id, *IN_THE_REGISTER, Status.DONE)
    assignment: Assignment = Assignment.objects.select_related("unit", "person").get(
        pk=assignment_id
    )
    if assignment.ended_at is not None:
        raise AlreadyDone
    return assignment, incoming


def make_room(incoming: Incoming, unit: Unit, person: User, actor: User, at: dt.datetime) -> None:
    """One has one part in a document: what the person had in that unit gives way to the part that
    he gets, the lead to none. A step of a service; call it before the part is given."""
    had = Assignment.objects.open().filter(incoming=incoming, unit=unit, person=person)
    if had.filter(part=Part.LEAD).exists():
        raise DomainError(_("%s leads the work on this document.") % person.full_name)
    _end(had, Ending.WITHDRAWN, actor, at)


def working_with(part: str) -> str:
    """What it takes to be given that part: to work on documents, or only to read them."""
    return "view_documents" if part == Part.INFORM else "handle_documents"


def require_reader(person: User, part: str, unit: Unit) -> None:
    if not access.may(person, working_with(part), unit.pk):
        raise DomainError(
            _("%(person)s does not work on documents in %(unit)s.")
            % {"person": person.full_name, "unit": unit.name}
        )


def lock_at(incoming_id: int, *allowed: Status) -> Incoming:
    incoming: Incoming = Incoming.objects.lock(incoming_id)
    if incoming.status not in allowed:
        raise TransitionError(
            _("The document is “%s”: this is no longer possible.") % incoming.get_status_display()
        )
    return incoming


def _require_in_force(incoming: Incoming) -> None:
    for found in Incoming.objects.replacing(incoming):
        for newer in found.order_by("-pk")[:1]:
            named = f"{newer.reference} ({newer.arrival_words})".strip()
            raise DomainError(_("It was replaced: give your opinion on %s.") % named)


def _require_receivers(wanted: Sequence[Receiver], root: Unit) -> Receiver | None:
    """At most one lead, each once, all of the body's own units. Two queries."""
    leads = [each for each in wanted if each.part == Part.LEAD]
    if len(leads) > 1:
        raise DomainError(_("One leads; the others co-operate."))
    if not leads and any(each.part == Part.COOPERATE for each in wanted):
        raise DomainError(_("Who co-operates does so with a lead: name one."))
    if len({(each.unit_id, each.person_id) for each in wanted}) != len(wanted):
        raise DomainError(_("Somebody is named twice. One has one part in a document."))
    units = Unit.objects.below(root).in_bulk([each.unit_id for each in wanted])
    people = User.objects.in_bulk([each.person_id for each in wanted if each.person_id])
    for each in wanted:
        unit = units.get(each.unit_id)
        if unit is None or not unit.is_open:
            raise DomainError(_("Choose units of %s that exist today.") % root.name)
        if each.person_id:
            require_reader(people[each.person_id], each.part, unit)
    if any(each.part not in (Part.LEAD, Part.COOPERATE, Part.INFORM) for each in wanted):
        raise ValueError("a receiver leads, co-operates or is informed")
    return leads[0] if leads else None


def _require_days(wanted: Iterable[Receiver], today: dt.date) -> None:
    for each in wanted:
        if each.due_on is not None and (each.part == Part.INFORM or each.due_on < today):
            raise DomainError(_("A time limit lies in the future and belongs to who works on it."))


def _replace(
    incoming: Incoming, wanted: Sequence[Receiver], due_on: dt.date | None, actor: User,
    right: Right, at: dt.datetime,
) -> tuple[bool, list[int], dict[str, list[Any]]]:  # fmt: skip
    """Take away what is no longer wanted, keep what stays, give what is new.

    What a unit has given to one of its people stays with him while the unit is wanted. Answers
    whether the lead stays, the ids of what is new, and how what stays was before.
    """
    now = list(Assignment.objects.at_work().filter(incoming=incoming))
    kept = [each for each in now if any(_is(each, receiver) for receiver in wanted)]
    gone = [each.pk for each in now if each not in kept]
    _end(incoming.assignments.filter(pk__in=gone), Ending.WITHDRAWN, actor, at)
    had = as_it_was(*kept)
    for each in kept:
        each.due_on = _day_of(next(one for one in wanted if _is(each, one)), due_on)
    Assignment.objects.bulk_update(kept, ["due_on"])
    new = [receiver for receiver in wanted if not any(_is(each, receiver) for each in kept)]
    held = {(each.unit_id, each.person_id) for each in kept}
    if any((each.unit_id, each.person_id) in held for each in new):
        raise DomainError(_("Somebody is named twice. One has one part in a document."))
    given = _give(incoming, new, due_on, actor, right, at)
    return any(each.part == Part.LEAD for each in kept), given, had


def _is(assignment: Assignment, receiver: Receiver) -> bool:
    return (
        assignment.part == receiver.part
        and assignment.unit_id == receiver.unit_id
        and receiver.person_id in (None, assignment.person_id)
    )


def _day_of(receiver: Receiver, due_on: dt.date | None) -> dt.date | None:
    """Until when he works on it; who is only informed has no day."""
    return None if receiver.part == Part.INFORM else receiver.due_on or due_on


def _asked(incoming: Incoming) -> Any:
    """Whose opinion is asked and not given yet."""
    return Assignment.objects.open().filter(incoming=incoming, part=Part.OPINION)


def _give(
    incoming: Incoming, receivers: Sequence[Receiver], due_on: dt.date | None, actor: User,
    right: Right, at: dt.datetime,
) -> list[int]:  # fmt: skip
    rows = [
        Assignment(
            incoming=incoming, part=each.part, unit_id=each.unit_id, person_id=each.person_id,
            due_on=_day_of(each, due_on), urgency=incoming.urgency, given_at=at,
            given_by=actor, on_behalf_of=right.on_behalf_of,
        )
        for each in receivers
    ]  # fmt: skip
    return [row.pk for row in Assignment.objects.bulk_create(rows)]


def _end(found: Any, ending: Ending, actor: User, at: dt.datetime) -> None:
    found.update(ended_at=at, ended_by=actor, ending=ending)


def remark(
    incoming: Incoming, kind: RemarkKind, text: str, actor: User, right: Right, at: dt.datetime
) -> None:
    """Keep somebody's words, if he wrote any. A step of a service."""
    if text.strip():
        Remark.objects.create(
            incoming=incoming, kind=kind, text=text.strip()[:2000], at=at, by=actor,
            title=right.title, on_behalf_of=right.on_behalf_of,
        )  # fmt: skip
