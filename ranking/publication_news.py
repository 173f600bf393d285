"""What is told of a publication: to the second person, to who prepared it, to every unit."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.models import Kind
from notifications.services import notify
from organizations.models import User
from ranking.consumers import tell_form
from ranking.models import PRESIDING, Publication, PublicationState, Seat


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action, handler in HEARD.items():
        subscribe(action, handler)


def tell_second(event: OutboxEvent) -> None:
    """Chair and vice chair, without who prepared it, while it waits for one of them."""
    if (found := _publication(event)) and found.state == PublicationState.PREPARED:
        seats = Seat.objects.filter(cycle=found.cycle_id, left_on=None, part__in=PRESIDING)
        seats = seats.exclude(person=found.prepared_by_id)
        people = User.objects.filter(pk__in=seats.values("person"), is_active=True)
        words = _("The results wait for your approval to be published: {}")
        _tell(event, list(people), Kind.TO_DO, found, format_lazy(words, found.cycle.name))


def tell_first(event: OutboxEvent) -> None:
    """Who prepared what was not approved, with the reason."""
    if found := _publication(event):
        words = _("The results were not approved for publishing: {}. Reason: {}")
        text = format_lazy(words, found.cycle.name, event.data["reason"])
        _tell(event, [found.prepared_by], Kind.TO_DO, found, text)


def tell_units(event: OutboxEvent) -> None:
    """Every unit of the year: the decision, and of a corrected version its reason."""
    if not (found := _publication(event)):
        return
    text = format_lazy(
        _("The ranking is published: {}, decision {}"), found.cycle.name, found.decision_number
    )
    if found.number > 1:
        words = _("A corrected ranking is published: {}, decision {}. Reason: {}")
        text = format_lazy(words, found.cycle.name, found.decision_number, found.reason)
    for form in found.cycle.assessments.select_related("unit"):
        tell_form(event, form, text, "assessment_result", Kind.INFORMATION)


HEARD = {
    "ranking.publication_prepared": tell_second, "ranking.publication_dropped": tell_first,
    "ranking.published": tell_units,
}  # fmt: skip


def _publication(event: OutboxEvent) -> Publication | None:
    """The one that the fact is of; a later one may have its number."""
    rows = Publication.objects.select_related("cycle", "prepared_by").defer("snapshot")
    found: Publication | None = rows.filter(pk=event.data.get("publication")).first()
    return found


def _tell(
    event: OutboxEvent, people: list[User], kind: Kind, found: Publication, text: Sentence
) -> None:
    url = reverse("ranking:cycle_results", args=[found.cycle_id])
    notify(event, people, kind=kind, text=text, subject=found.cycle, url=url)
