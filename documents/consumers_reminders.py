"""Who is reminded of a document, looked up when the news is delivered: whoever is done by then
hears nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.consumers import clerks_of, people_of, tell_people
from documents.models import Assignment, Incoming, Occasion
from documents.services.reminders import TARGETS, waiting_dossiers
from documents.states import Part, Status
from documents.submissions import State
from notifications.models import Kind
from notifications.services import notify
from organizations import absences

WORDS: dict[str, Any] = {  # lazy sentences
    Occasion.UNREGISTERED: _("Arrived and not registered yet: {}"),
    Occasion.UNSUBMITTED: _("Registered and not passed on yet: {}"),
    Occasion.DUE_SOON: _("Due on {1:%d/%m/%Y}: {0}"),
    Occasion.LATE: _("Late, it was due on {1:%d/%m/%Y}: {0}"),
    Occasion.TARGET_NEAR: _("Urgent, its hours are nearly over: {}"),
    Occasion.TARGET_OVER: _("Urgent, its hours are over: {}"),
    Occasion.DOSSIER_SOON: _("Dossier of a submission, due on {1:%d/%m/%Y}: {0}"),
    Occasion.DOSSIER_LATE: _("Dossier of a submission, it was due on {1:%d/%m/%Y}: {0}"),
}


DOSSIERS = (Occasion.DOSSIER_SOON, Occasion.DOSSIER_LATE)
PASSED = (Occasion.LATE, Occasion.TARGET_OVER)  # the follower hears of it, too


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
    if occasion in DOSSIERS:
        _tell_of_dossier(event, incoming, occasion)
        return
    assignment = _assignment(event, occasion)
    if assignment is not None:
        people, day = people_of(assignment), assignment.due_on
        if occasion in PASSED and incoming.follower is not None:
            people.append(incoming.follower)
    elif event.data["assignment"] is None and _lies_at_registry(incoming, occasion):
        people, day = clerks_of(incoming.registry.unit), None
    else:
        return
    text = format_lazy(WORDS[occasion], incoming.subject[:200], day)
    tell_people(event, incoming, people, Kind.TO_DO, text)


def _tell_of_dossier(event: OutboxEvent, incoming: Incoming, occasion: Occasion) -> None:
    """The drafter of the agency while it is to be supplemented; else who leads the work on it at
    the committee, or its clerks."""
    found = waiting_dossiers().filter(incoming=incoming, due_on=event.data["day"])
    submission = found.select_related("outgoing__drafter").first()
    if submission is None:
        return
    outgoing = submission.outgoing
    text = format_lazy(WORDS[occasion], outgoing.subject[:200], submission.due_on)
    if submission.state == State.INCOMPLETE:
        people = absences.with_substitutes([outgoing.drafter])
        url = reverse("documents:outgoing_detail", args=[outgoing.pk])
        notify(event, people, kind=Kind.TO_DO, text=text, subject=outgoing, url=url)
        return
    leads = Assignment.objects.open().filter(incoming=incoming).exclude(part=Part.INFORM)
    lying = [person for each in leads.select_related("unit", "person").order_by("pk")
             for person in people_of(each)]  # fmt: skip
    people = lying or clerks_of(incoming.registry.unit)
    tell_people(event, incoming, people, Kind.TO_DO, text)


def _assignment(event: OutboxEvent, occasion: Occasion) -> Assignment | None:
    """The part that is still open, and due on the day of which it was said."""
    if not event.data["assignment"]:
        return None
    still = Assignment.objects.open().filter(pk=event.data["assignment"])
    if occasion not in TARGETS:
        still = still.filter(due_on=event.data["day"])
    found: Assignment | None = still.select_related("unit", "person").first()
    return found


def _lies_at_registry(incoming: Incoming, occasion: Occasion) -> bool:
    if occasion == Occasion.UNREGISTERED:
        return incoming.status == Status.ARRIVED
    lies = Assignment.objects.open().filter(incoming=incoming)
    if occasion in TARGETS:
        return incoming.status in (Status.ARRIVED, Status.REGISTERED) and not lies.exists()
    return incoming.status == Status.REGISTERED and not lies.exists()
