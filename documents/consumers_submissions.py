"""What is told of a dossier laid before a committee: to the agency, and to who works on it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.consumers import clerks_of, people_of, tell_people
from documents.models import Assignment, Submission
from documents.states import Part
from documents.submissions import Outcome, State
from notifications.models import Kind
from notifications.services import notify
from organizations import absences

TO_AGENCY: dict[str, tuple[str, Any]] = {  # event → the state that it is told in, and its words
    "submission.incomplete": (State.INCOMPLETE, _("Supplement your dossier: {}")),
    "submission.complete": (State.COMPLETE, _("Your dossier is complete: {}")),
    "submission.decided": (State.DECIDED, _("Your submission was decided ({1}): {0}")),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in TO_AGENCY:
        subscribe(action, tell_agency)
    subscribe("submission.supplemented", tell_committee)
    subscribe("submission.decided", tell_committee)


def tell_agency(event: OutboxEvent) -> None:
    """Who drafted it; what is to be supplemented is for him to do. The decision its clerks too."""
    submission = _submission(event)
    state, words = TO_AGENCY[event.action]
    if submission is None or submission.state != state:
        return
    outgoing = submission.outgoing
    people = absences.with_substitutes([outgoing.drafter])
    if state == State.DECIDED:
        people += clerks_of(outgoing.registry.unit)
    kind = Kind.TO_DO if state == State.INCOMPLETE else Kind.INFORMATION
    outcome = Outcome(submission.outcome).label if submission.outcome else ""
    text = format_lazy(words, outgoing.subject[:200], outcome)
    url = reverse("documents:outgoing_detail", args=[outgoing.pk])
    notify(event, people, kind=kind, text=text, subject=outgoing, url=url)


def tell_committee(event: OutboxEvent) -> None:
    """Who leads the work on it: a supplement is to be checked, a decision to be carried out."""
    submission = _submission(event)
    if submission is None or submission.incoming is None:
        return
    if submission.state != event.data["state"]:
        return
    incoming = submission.incoming
    words = _("Supplemented, check the dossier: {}")
    if submission.state == State.DECIDED:
        words = _("Decided by the leader: {}")
    text = format_lazy(words, incoming.subject[:200])
    open_leads = Assignment.objects.open().filter(incoming=incoming, part=Part.LEAD)
    for lead in open_leads.select_related("unit", "person"):
        tell_people(event, incoming, people_of(lead), Kind.TO_DO, text)


def _submission(event: OutboxEvent) -> Submission | None:
    related = ("outgoing__drafter", "outgoing__registry__unit", "incoming")
    found: Submission | None = (
        Submission.objects.select_related(*related).filter(pk=event.subject_id).first()
    )
    return found
