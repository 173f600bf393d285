"""What other apps may quote of documents, as a person sees them (`organizations.subjects`)."""

from __future__ import annotations

from django.urls import reverse

from audit.notes import note_access
from documents.issuing import Stage
from documents.models import Incoming, Outgoing
from documents.states import GONE
from files.passages import passages_of
from organizations.models import User
from organizations.subjects import Facts

INCOMING, OUTGOING = "documents.incoming", "documents.outgoing"
SEES = "view_documents"
ORIGINS = {"cong-dien": "telegram"}  # by type; everything else is a document
FILES = 5  # of a document that are read


def incoming_facts(user: User, pk: int) -> Facts | None:
    """Of what stands: neither refused nor taken back, nor replaced."""
    found = Incoming.objects.visible_to(user, SEES).exclude(status__in=GONE)
    incoming = found.filter(pk=pk).first()
    if incoming is None or any(each.exists() for each in Incoming.objects.replacing(incoming)):
        return None

    def passages() -> list[str]:
        note_access("document.opened", incoming, user=user)
        rows = incoming.files.select_related("stored").order_by("order")[:FILES]
        return passages_of(row.stored for row in rows)

    url = reverse("documents:incoming_detail", args=[pk])
    return Facts(
        ORIGINS.get(incoming.type, "document"), incoming.reference, incoming.subject,
        incoming.issued_on, url, passages,
    )  # fmt: skip


def outgoing_facts(user: User, pk: int) -> Facts | None:
    """Of what was issued and was not recalled; its paper is the newest edition."""
    found = Outgoing.objects.visible_to(user, SEES).filter(pk=pk, stage=Stage.ISSUED)
    outgoing = found.first()
    if outgoing is None:
        return None

    def passages() -> list[str]:
        note_access("document.opened", outgoing, user=user)
        rows = outgoing.editions.select_related("stored").order_by("-order")[:1]
        return passages_of(row.stored for row in rows)

    url = reverse("documents:outgoing_detail", args=[pk])
    return Facts(
        ORIGINS.get(outgoing.type, "document"), outgoing.reference, outgoing.subject,
        outgoing.issued_on, url, passages,
    )  # fmt: skip
