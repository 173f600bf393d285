"""What is told of documents that arrive, are refused and recalled: to the receiver's clerks and
people, and to the sender's."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from common.urgency import Urgency
from documents.consumers import clerks_of, people_of, tell_people
from documents.models import Assignment, Incoming, Outgoing
from documents.states import Relation, Status, Wish, WishAnswer
from notifications.models import Kind
from notifications.services import notify
from organizations import absences
from organizations.models import User

OUTSIDE: dict[tuple[str, str], tuple[Kind, Any]] = {  # what is told of bodies outside; lazy
    (Status.REFUSED.value, ""): (Kind.TO_DO, _("{} refuses {}: {}")),
    (Status.REFUSED.value, Wish.RECALL.value): (Kind.TO_DO, _("{} refuses {}: {}")),
    (Status.REFUSED.value, Wish.UPDATE.value): (Kind.TO_DO, _("{} refuses {}: {}")),
    (WishAnswer.AGREED.value, Wish.RECALL.value): (
        Kind.INFORMATION, _("{} agrees to the recall of {}"),
    ),
    (WishAnswer.NOT_AGREED.value, Wish.RECALL.value): (
        Kind.TO_DO, _("{} does not give {} back: {}"),
    ),
    (WishAnswer.NOT_AGREED.value, Wish.UPDATE.value): (
        Kind.TO_DO, _("{} does not take the change of {} over: {}"),
    ),
}  # fmt: skip

MENDING = (Relation.AMENDS, Relation.CORRECTS)
PUT_IN_PLACE = _("The sender has put {} in the place of what you work on: {}")
MENDED_BY = _("The sender has amended or corrected by {} what you work on: {}")
WORK_ENDED = _("Recalled by the sender, your work on it has ended: {}")
WORK_REPLACED = _("Replaced by a newer document, your work on it has ended: {}")


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("document.arrived", tell_of_replacement)
    subscribe("document.arrived", tell_clerks_of_arrival)
    subscribe("document.refused", tell_sender)
    subscribe("document.recall_asked", tell_receiver)
    subscribe("document.recall_agreed", tell_who_had_it)
    subscribe("document.replaced", tell_who_had_it)
    subscribe("document.recall_agreed", tell_sender)
    subscribe("document.recall_refused", tell_sender)
    subscribe("document.updated", tell_of_update)
    subscribe("outgoing.status_told", tell_of_outside)
    subscribe("outgoing.undelivered", tell_undelivered)


def tell_clerks_of_arrival(event: OutboxEvent) -> None:
    """Who registers it; what is urgent waits for them with the same weight."""
    incoming = _incoming(event)
    if incoming is None or incoming.status != Status.ARRIVED:
        return
    if incoming.urgency == Urgency.NORMAL:
        kind, words = Kind.INFORMATION, _("Arrived, to be registered: {}")
    else:
        kind, words = Kind.TO_DO, _("Urgent, arrived and to be registered: {}")
    clerks = clerks_of(incoming.registry.unit)
    tell_people(event, incoming, clerks, kind, format_lazy(words, incoming.subject[:200]))


def tell_of_replacement(event: OutboxEvent) -> None:
    """Who works on the document in whose place it comes, and who follows that up: the notice leads
    to the old one, for nobody has given them the new one yet."""
    new = _incoming(event)
    if new is None or not (new.replaces_id or new.relation in MENDING):
        return
    old = Incoming.objects.select_related("follower").get(pk=new.replaces_id or new.refers_to_id)
    words = PUT_IN_PLACE if new.replaces_id else MENDED_BY
    people = _working_on(old)
    if old.follower is not None and old.closed_at is None:
        people.append(old.follower)
    text = format_lazy(words, str(new), old.subject[:200])
    tell_people(event, old, people, Kind.TO_DO, text)


def tell_receiver(event: OutboxEvent) -> None:
    """The clerks, who have to answer; and who works on it meanwhile."""
    incoming = _incoming(event)
    if incoming is None:
        return
    clerks = clerks_of(incoming.registry.unit)
    if not incoming.is_recall_open:
        text = format_lazy(_("Recalled by the sender before it was registered: {}"), incoming)
        tell_people(event, incoming, clerks, Kind.INFORMATION, text)
        return
    text = format_lazy(_("The sender recalls it, answer him: {}"), incoming.subject[:200])
    tell_people(event, incoming, clerks, Kind.TO_DO, text)
    text = format_lazy(_("The sender recalls what you work on: {}"), incoming.subject[:200])
    tell_people(event, incoming, _working_on(incoming), Kind.INFORMATION, text)


def tell_of_update(event: OutboxEvent) -> None:
    """Who registers it, who works on it, and who follows it up."""
    incoming = _incoming(event)
    if incoming is None:
        return
    text = format_lazy(_("The sender has changed: {}"), incoming.subject[:200])
    people = [*clerks_of(incoming.registry.unit), *_working_on(incoming)]
    if incoming.follower is not None:
        people.append(incoming.follower)
    tell_people(event, incoming, people, Kind.INFORMATION, text)


def tell_who_had_it(event: OutboxEvent) -> None:
    """Whose work has ended. What was recalled they open no more: the notice leads to what is left
    to do."""
    incoming = _incoming(event)
    if incoming is None:
        return
    had = Assignment.objects.filter(pk__in=event.data["had"]).select_related("unit", "person")
    people = [person for each in had.order_by("pk") for person in people_of(each)]
    if incoming.follower is not None:
        people.append(incoming.follower)
    words = WORK_ENDED if event.action == "document.recall_agreed" else WORK_REPLACED
    text = format_lazy(words, incoming.subject[:200])
    url = reverse("documents:incoming_list")
    if incoming.status != Status.RECALLED:
        url = reverse("documents:incoming_detail", args=[incoming.pk])
    notify(event, people, kind=Kind.INFORMATION, text=text, subject=incoming, url=url)


def tell_sender(event: OutboxEvent) -> None:
    """In the province: who drafted it, and the clerks who issued it, with the reason."""
    incoming = _incoming(event)
    if incoming is None:
        return
    found = Outgoing.objects.filter(dispatches__incoming=incoming)
    for outgoing in found.select_related("drafter", "registry__unit").order_by("pk"):
        kind = Kind.INFORMATION if event.action == "document.recall_agreed" else Kind.TO_DO
        _tell_issuers(event, outgoing, kind, _answer(event, incoming))


def tell_of_outside(event: OutboxEvent) -> None:
    """The same, when who got it outside the province does not want it, or answers."""
    said = OUTSIDE.get((event.data["status"], event.data.get("wish", "")))
    found = Outgoing.objects.filter(pk=event.subject_id).select_related("drafter", "registry__unit")
    outgoing = found.first()
    if said is None or outgoing is None:
        return
    kind, words = said
    told = (event.data["name"], outgoing.reference, event.data["words"][:200])
    _tell_issuers(event, outgoing, kind, format_lazy(words, *told))


def tell_undelivered(event: OutboxEvent) -> None:
    """The bus did not take it, however often it was tried."""
    found = Outgoing.objects.filter(pk=event.subject_id).select_related("drafter", "registry__unit")
    for outgoing in found:
        words = event.data["words"][:200]
        text = format_lazy(_("{} does not reach its receivers outside: {}"), outgoing, words)
        _tell_issuers(event, outgoing, Kind.TO_DO, text)


def _tell_issuers(event: OutboxEvent, outgoing: Outgoing, kind: Kind, text: Sentence) -> None:
    people = [*absences.with_substitutes([outgoing.drafter])]
    people += clerks_of(outgoing.registry.unit)
    url = reverse("documents:outgoing_detail", args=[outgoing.pk])
    notify(event, people, kind=kind, text=text, subject=outgoing, url=url)


def _working_on(incoming: Incoming) -> list[User]:
    lying = Assignment.objects.open().filter(incoming=incoming).select_related("unit", "person")
    return [person for each in lying.order_by("pk") for person in people_of(each)]


def _answer(event: OutboxEvent, incoming: Incoming) -> Sentence:
    """What the receiver says to the sender."""
    body, reason = incoming.registry.name, event.data.get("reason", "")
    told = (body, incoming.reference or incoming.subject[:80], reason[:200])
    if event.action == "document.refused":
        return format_lazy(_("{} refuses {}: {}"), *told)
    if event.action == "document.recall_refused":
        return format_lazy(_("{} does not give {} back: {}"), *told)
    return format_lazy(_("{} agrees to the recall of {}"), *told[:2])


def _incoming(event: OutboxEvent) -> Incoming | None:
    related = ("registry__unit", "follower")
    found: Incoming | None = (
        Incoming.objects.select_related(*related).filter(pk=event.subject_id).first()
    )
    return found
