"""Who is reminded of a document, looked up when the news is delivered: whoever is done by then
hears nothing."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.consumers import clerks_of, people_of, tell_people
from documents.models import Assignment, Incoming, Occasion
from documents.states import Status
from notifications.models import Kind

WORDS: dict[str, Any] = {  # lazy sentences
    Occasion.UNREGISTERED: _("Arrived and not registered yet: {}"),
    Occasion.UNSUBMITTED: _("Registered and not passed on yet: {}"),
    Occasion.DUE_SOON: _("Due on {1:%d/%m/%Y}: {0}"),
    Occasion.LATE: _("Late, it was due on {1:%d/%m/%Y}: {0}"),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("document.reminded", tell_reminded)


def tell_reminded(event: OutboxEvent) -> None:
    """The clerks of what lies with them; who works on it, and of what is late the follower too."""
    related = ("registry__unit", "follower")
    incoming = Incoming.objects.select_related(*related).filter(pk=event.subject_id).first()
    if incoming is None:
        return
    occasion = Occasion(event.data["occasion"])
    assignment = _assignment(event)
    if assignment is not None:
        people, day = people_of(assignment), assignment.due_on
        if occasion == Occasion.LATE and incoming.follower is not None:
            people.append(incoming.follower)
    elif event.data["assignment"] is None and _lies_at_registry(incoming, occasion):
        people, day = clerks_of(incoming.registry.unit), None
    else:
        return
    text = format_lazy(WORDS[occasion], incoming.subject[:200], day)
    tell_people(event, incoming, people, Kind.TO_DO, text)


def _assignment(event: OutboxEvent) -> Assignment | None:
    """The part that is still open, and due on the day of which it was said."""
    found: Assignment | None = (
        Assignment.objects.open()
        .filter(pk=event.data["assignment"], due_on=event.data["day"])
        .select_related("unit", "person")
        .first()
        if event.data["assignment"]
        else None
    )
    return found


def _lies_at_registry(incoming: Incoming, occasion: Occasion) -> bool:
    if occasion == Occasion.UNREGISTERED:
        return incoming.status == Status.ARRIVED
    lies = Assignment.objects.open().filter(incoming=incoming)
    return incoming.status == Status.REGISTERED and not lies.exists()
