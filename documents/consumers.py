"""What documents tell people: that one lies with them now, or came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from documents.models import Assignment, Incoming
from documents.states import Part
from notifications.models import Kind
from notifications.services import notify
from organizations import absences, access
from organizations.models import Unit, User

ASKED: dict[str, Any] = {  # lazy sentences
    Part.OPINION: _("Your opinion is asked: {}"),
    Part.LEAD: _("You lead: {}"),
    Part.COOPERATE: _("You co-operate: {}"),
    Part.INFORM: _("For your information: {}"),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("document.submitted", tell_asked)
    subscribe("document.directed", tell_given)
    subscribe("document.passed_on", tell_person)
    subscribe("document.given_back", tell_asked)
    subscribe("document.finished", tell_follower)


def tell_asked(event: OutboxEvent) -> None:
    """The leader with whom it lies now."""
    _tell(event, _open(event).filter(part=Part.OPINION))


def tell_given(event: OutboxEvent) -> None:
    """Whoever was given something by that opinion and still has it."""
    _tell(event, _open(event).filter(pk__in=event.data["given"]))


def tell_person(event: OutboxEvent) -> None:
    """Of the unit's people the one who got it."""
    _tell(event, _open(event).filter(pk=event.data["assignment"], person=event.data["person"]))


def tell_follower(event: OutboxEvent) -> None:
    """Who follows the document up, when who leads has finished it."""
    incoming = Incoming.objects.select_related("follower").filter(pk=event.subject_id).first()
    if incoming is None or incoming.follower is None or event.data["part"] != Part.LEAD:
        return
    text = format_lazy(_("Finished: {}"), incoming.subject[:200])
    tell_people(event, incoming, [incoming.follower], Kind.INFORMATION, text)


def _open(event: OutboxEvent) -> Any:
    found = Assignment.objects.open().filter(incoming=event.subject_id)
    return found.select_related("incoming", "unit", "person").order_by("pk")


def _tell(event: OutboxEvent, assignments: Iterable[Assignment]) -> None:
    for each in assignments:
        text = format_lazy(ASKED[each.part], each.incoming.subject[:200])
        kind = Kind.INFORMATION if each.part == Part.INFORM else Kind.TO_DO
        tell_people(event, each.incoming, people_of(each), kind, text)


def people_of(assignment: Assignment) -> list[User]:
    """Who was named, and who stands in for him; else who directs the unit, else who works there."""
    if assignment.person is not None:
        return absences.with_substitutes([assignment.person])
    for permission in ("direct_documents", "handle_documents"):
        people = [person for person, _unit in access.people_with(permission, assignment.unit)]
        if people:
            return absences.with_substitutes(people)
    return []


def clerks_of(unit: Unit) -> list[User]:
    """Who registers and issues there today, and who stands in for them."""
    return absences.with_substitutes(access.people_over("register_documents", unit))


def tell_people(
    event: OutboxEvent, incoming: Incoming, people: Iterable[User], kind: Kind, text: Sentence
) -> None:
    url = reverse("documents:incoming_detail", args=[incoming.pk])
    notify(event, people, kind=kind, text=text, subject=incoming, url=url)
