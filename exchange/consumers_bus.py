"""What goes over the bus between agencies by itself: documents that were issued, changed or taken
back, and to senders outside how far their documents are."""

from __future__ import annotations

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.models import Incoming, Outgoing
from exchange.edxml.told import tell_recall, tell_state
from exchange.services import bus_noting

MOVED = (
    "document.registered", "document.refused", "document.directed", "document.taken_up",
    "document.finished", "document.given_back", "document.replaced",
)  # fmt: skip


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("outgoing.issued", note_issued)
    subscribe("outgoing.updated", note_updated)
    subscribe("outgoing.receivers_changed", note_receivers)
    subscribe("outgoing.recalled", note_recalled)
    for action in MOVED:
        subscribe(action, tell_sender)
    subscribe("document.recall_agreed", answer_recall)
    subscribe("document.recall_refused", answer_recall)


def note_issued(event: OutboxEvent) -> None:
    bus_noting.note_issued(Outgoing.objects.get(pk=event.subject_id))


def note_updated(event: OutboxEvent) -> None:
    outgoing = Outgoing.objects.get(pk=event.subject_id)
    bus_noting.note_updated(outgoing, event.data["reason"], event.created_at)


def note_receivers(event: OutboxEvent) -> None:
    outgoing, said = Outgoing.objects.get(pk=event.subject_id), event.data
    bus_noting.note_receivers(
        outgoing, said["reason"], event.created_at, said["added_outside"], said["removed_outside"]
    )  # fmt: skip


def note_recalled(event: OutboxEvent) -> None:
    bus_noting.note_recalled(Outgoing.objects.get(pk=event.subject_id))


def tell_sender(event: OutboxEvent) -> None:
    """The state as it is by now; one that he was told already is not told again."""
    incoming = _from_outside(event)
    if incoming is not None:
        tell_state(incoming, event.created_at)


def answer_recall(event: OutboxEvent) -> None:
    incoming = _from_outside(event)
    if incoming is not None:
        tell_recall(incoming, event.created_at)


def _from_outside(event: OutboxEvent) -> Incoming | None:
    """What came over the bus; the sender inside reads the register itself."""
    found = Incoming.objects.filter(pk=event.subject_id, dispatches=None).exclude(sender_code="")
    incoming: Incoming | None = found.select_related("registry").first()
    return incoming
