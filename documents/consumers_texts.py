"""The words of documents are read by a worker once they are kept, so that the search finds them."""

from __future__ import annotations

from audit.bus import subscribe
from audit.models import OutboxEvent
from documents.models import IncomingFile, Outgoing
from documents.services.issuing import files_of
from files import texts


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("document.arrived", read_incoming)
    subscribe("document.registered", read_incoming)
    subscribe("outgoing.issued", read_outgoing)


def read_incoming(event: OutboxEvent) -> None:
    """A file that many receive is read once; so is one of a repeated event."""
    files = IncomingFile.objects.filter(incoming=event.subject_id).select_related("stored")
    texts.keep(each.stored for each in files.order_by("order"))


def read_outgoing(event: OutboxEvent) -> None:
    outgoing = Outgoing.objects.filter(pk=event.subject_id).first()
    if outgoing is not None:
        texts.keep(files_of(outgoing))
