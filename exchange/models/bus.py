"""What goes over the bus between agencies, and what came: one row for each message."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import unaccented
from exchange.states import UNDELIVERED, Business, Fault, Passage, Way
from organizations import access
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantManager, TenantModel

PASSAGE_TONES = {
    Passage.WAITING: "new", Passage.TROUBLE: "waiting", Passage.SENT: "progress",
    Passage.DONE: "done", Passage.FAILED: "refused", Passage.LEFT_OUT: "neutral",
}  # fmt: skip
IN_WORDS = {
    Passage.WAITING: _("To be taken in again"), Passage.TROUBLE: _("Looked at again later"),
    Passage.DONE: _("Taken in"), Passage.FAILED: _("Not taken in"),
}  # fmt: skip
WORDS_MOST = 1000
SEARCHED = 430  # letters of the search column: of both that it is made of


def words_found_by(document_id: str, partner: str) -> str:
    """The search column of a message about that document, to or from that body."""
    return unaccented(f"{document_id} {partner}")[:SEARCHED]


class BusMessageQuerySet(models.QuerySet["BusMessage"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Of the bodies whose documents the person registers, and of those that he administers
        (`permission`). What names no body of ours is for who administers the whole province."""
        reach = access.units_where(user, permission)
        if reach.everywhere:
            return self.all()
        clerk = access.units_where(user, "register_documents")
        if clerk.everywhere:
            return self.filter(registry__isnull=False)
        return self.filter(registry__unit__in={*reach.unit_ids, *clerk.unit_ids})

    def undelivered(self) -> Self:
        return self.filter(state__in=UNDELIVERED)

    def due(self) -> Self:
        return self.undelivered().filter(due_at__lte=timezone.now())


class BusMessage(TenantModel):
    """One message: ours, from the wish to send it until its receivers have confirmed it, or one
    that came, until it is taken in. `due_at` is the lease while `claim` is set.

    The bytes of a document are written when it is sent; of a status `content` says it all.
    """

    search_column: ClassVar[str] = "search_text"

    way = models.CharField(max_length=3, choices=Way)
    kind = models.CharField(max_length=7, choices=Business)
    state = models.CharField(max_length=8, choices=Passage, default=Passage.WAITING)
    registry = TenantForeignKey("documents.Registry", null=True, related_name="+", db_index=False)
    outgoing = TenantForeignKey(
        "documents.Outgoing", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    incoming = TenantForeignKey(
        "documents.Incoming", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    document_id = models.CharField(max_length=120, blank=True)  # QCVN 102
    partner = models.CharField(max_length=300, blank=True)  # to whom it goes, from whom it came
    search_text = models.CharField(max_length=SEARCHED, editable=False)  # words_found_by
    content = models.JSONField(default=dict)  # of a status, of an update
    doc_id = models.CharField(max_length=100, blank=True)  # what the bus calls it
    attempts = models.PositiveSmallIntegerField(default=0)
    was_tried = models.BooleanField(default=False)  # it went out, whatever came of it
    fault = models.CharField(max_length=12, choices=Fault, blank=True)  # of the last try
    words = models.CharField(max_length=WORDS_MOST, blank=True)  # why not, in a sentence
    noted_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    url: str  # of its document, for who may open it (queries.bus.tell)
    answer: str
    tries: str

    objects: ClassVar[Any] = TenantManager.from_queryset(BusMessageQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "doc_id"],
                name="bus_message_came_once",
                condition=Q(way="in"),
            ),
            models.UniqueConstraint(
                fields=["province", "outgoing"],
                name="bus_message_brought_once",
                condition=Q(way="out", kind__in=["new", "replace"]),
            ),
            models.UniqueConstraint(
                fields=["province", "outgoing"],
                name="bus_message_recalled_once",
                condition=Q(way="out", kind="recall"),
            ),
            models.CheckConstraint(
                name="bus_message_failed_has_words",
                condition=~Q(state="failed") | ~Q(words="") | ~Q(fault=""),
            ),
            models.CheckConstraint(
                name="bus_message_of_what",
                condition=Q(way="in", outgoing=None)
                | Q(way="out", kind="status", outgoing=None)
                | Q(way="out", outgoing__isnull=False, incoming=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "way", "due_at", "id"],
                name="bus_message_due",
                condition=Q(state__in=["waiting", "trouble"]),
            ),
            models.Index(fields=["province", "state", "-id"], name="bus_message_by_state"),
            models.Index(
                fields=["province", "outgoing", "id"],
                name="bus_message_of_outgoing",
                condition=Q(outgoing__isnull=False),
            ),
            models.Index(
                fields=["province", "incoming", "id"],
                name="bus_message_of_incoming",
                condition=Q(incoming__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.kind} {self.document_id}"

    @property
    def state_words(self) -> str:
        """Of its pill: what came is taken in or not, what goes is delivered or not."""
        known = IN_WORDS if self.way == Way.IN else {}
        return str(known.get(Passage(self.state)) or self.get_state_display())

    @property
    def tone(self) -> str:
        """Of its pill."""
        return PASSAGE_TONES[Passage(self.state)]
