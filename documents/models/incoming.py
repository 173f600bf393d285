"""Văn bản đến: what came to a body, its line in the register, and who works on it."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from common.errors import TransitionError
from common.text import unaccented
from common.urgency import Urgency
from documents.document_types import type_name
from documents.letters import VIETNAMESE
from documents.models.registries import UNIT, Registry
from documents.rules.references import reference_key
from documents.states import CLOSED, GONE, NEXT, Channel, Ending, Part, Relation, Status, Steering
from organizations.access import VisibleQuerySet, manager_of, units_where
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL
SEARCHED = 1_200  # letters of the search column


class IncomingQuerySet(VisibleQuerySet["Incoming"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """What came to the bodies whose registers the person may read, and what was given to
        himself, to one of his units and to nobody there yet, or in a unit that he directs.

        `permission` is that for what lies in units ("view_documents"); whole registers ask for
        "view_registers". Who was asked by mistake, and had it taken away, sees it no more; what
        the sender has recalled is left to those who read the register.
        """
        registers = units_where(user, "view_registers")
        if registers.everywhere:
            return self.all()
        units, directed = (units_where(user, each) for each in (permission, "direct_documents"))
        given = Assignment.objects.filter(incoming=OuterRef("pk")).standing()
        mine = given.filter(
            Q(person=user) | Q(person=None, unit__in=units.unit_ids) | Q(unit__in=directed.unit_ids)
        )
        theirs = ~Q(status=Status.RECALLED) & Exists(mine)
        return self.filter(Q(registry__unit__in=registers.unit_ids) | theirs)

    def registered(self) -> Self:
        """With a number: what stands in the register, whatever became of it."""
        return self.filter(number__isnull=False)

    def replacing(self, old: Any) -> tuple[Self, Self]:
        """What stands in the register in the place of `old`: at once, and where what came between
        was taken away. Apart, so that each is found by an index."""
        newer = self.registered().exclude(status__in=GONE)
        between = newer.filter(replaces__replaces=old, replaces__status=Status.RECALLED)
        return newer.filter(replaces=old), between

    def recall_open(self) -> Self:
        """The sender wants it back and has had no answer."""
        asked = self.filter(recall_asked_at__isnull=False, recall_refused_at=None)
        return asked.exclude(status__in=[Status.RECALLED, Status.REFUSED])

    def lock(self, pk: int) -> Incoming:
        """The row for a change; waits at most two seconds (setting of the connection)."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Incoming(TenantModel):
    """One document in the register of one body. Its fields are those of NĐ 30/2020/NĐ-CP
    Phụ lục VI (văn bản đến); the number of arrival is without gaps in the year."""

    search_column: ClassVar[str] = "search_text"

    registry = TenantForeignKey(Registry, related_name="incoming", db_index=False)
    status = models.CharField(max_length=2, choices=Status)
    channel = models.CharField(max_length=8, choices=Channel)
    arrived_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField(null=True)  # of the number
    number = models.PositiveIntegerField(null=True)  # số đến
    registered_at = models.DateTimeField(null=True)
    registered_by = TenantForeignKey(PERSON, null=True, related_name="+")

    document_id = models.CharField(max_length=120, blank=True)  # QCVN 102: "H32.05,2026/03/02,…"
    sender_code = models.CharField(max_length=35, blank=True)  # of the agency that sent it so
    addressed_as = models.CharField(max_length=35, blank=True)  # the older code that it was sent to
    content_digest = models.CharField(max_length=64, blank=True)  # of what was delivered
    type = models.CharField(max_length=40, blank=True)  # key of documents.document_types
    reference = models.CharField(max_length=60, blank=True)  # số, ký hiệu: "2947/QĐ-UBND"
    reference_key = models.CharField(max_length=60, blank=True, editable=False)
    issued_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200)  # tác giả
    subject = models.CharField(max_length=500)  # trích yếu
    signer_position = models.CharField(max_length=100, blank=True)
    signer_name = models.CharField(max_length=100, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    pages = models.PositiveSmallIntegerField(null=True)
    answer_by = models.DateField(null=True)  # the sender asks for an answer until then
    note = models.CharField(max_length=500, blank=True)
    meets_at = models.DateTimeField(null=True)  # the meeting that an invitation invites to
    meets_until = models.DateTimeField(null=True)  # its end, or that of the day
    meeting_place = models.CharField(max_length=300, blank=True)
    meeting_chair = models.CharField(max_length=200, blank=True)
    steering = models.PositiveSmallIntegerField(choices=Steering, null=True)  # QCVN 102
    language = models.CharField(max_length=30, default=VIETNAMESE)
    search_text = models.CharField(max_length=SEARCHED, editable=False)

    due_on = models.DateField(null=True)  # of the lead, as the leader set it
    follower = TenantForeignKey(PERSON, null=True, related_name="+")  # watches and urges: Điều 24
    closed_at = models.DateTimeField(null=True)
    closing_words = models.CharField(max_length=1000, blank=True)  # the result, or why refused
    answer_reference = models.CharField(max_length=60, blank=True)  # số, ký hiệu of the answer
    recall_asked_at = models.DateTimeField(null=True)  # the sender wants it back: Điều 18.4
    recall_reason = models.CharField(max_length=1000, blank=True)
    recall_refused_at = models.DateTimeField(null=True)
    recall_answer = models.CharField(max_length=1000, blank=True)  # why it is not given back
    replaces = TenantForeignKey("self", null=True, related_name="replaced_by")
    relation = models.CharField(max_length=8, choices=Relation, blank=True)
    refers_to = TenantForeignKey("self", null=True, related_name="referred_by")
    answers_ours = TenantForeignKey(
        "documents.Outgoing", null=True, related_name="answers_received"
    )  # what the body had sent
    replaces_id_told = models.CharField(max_length=120, blank=True)  # what is not here yet
    updated_at = models.DateTimeField(null=True)  # by the sender, and by his clock
    form_token = models.CharField(max_length=40, null=True)  # of the page that was submitted
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(IncomingQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "registry", "year", "number"], name="incoming_number_once"
            ),
            models.UniqueConstraint(
                fields=["province", "form_token"], name="incoming_submitted_once"
            ),
            models.UniqueConstraint(
                fields=["province", "registry", "sender_code", "document_id"],
                name="incoming_delivered_once",
                condition=~Q(content_digest="") & ~Q(status__in=["02", "15"]),
            ),
            models.CheckConstraint(
                name="incoming_delivery_complete",
                condition=Q(content_digest="", sender_code="")
                | (
                    Q(channel="exchange")
                    & ~Q(content_digest="") & ~Q(sender_code="") & ~Q(document_id="")
                ),
            ),
            models.CheckConstraint(
                name="incoming_registered_complete",
                condition=Q(
                    status__in=["01", "02"], number=None, year=None, registered_at=None,
                    registered_by=None,
                )
                | Q(status="15", number=None, year=None, registered_at=None, registered_by=None)
                | Q(
                    status__in=["03", "04", "05", "06", "15"],
                    number__gte=1, year__gte=2000, registered_at__isnull=False,
                    registered_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="incoming_relation_complete",
                condition=Q(relation="", refers_to=None)
                | (~Q(relation="") & Q(refers_to__isnull=False)),
            ),
            models.CheckConstraint(
                name="incoming_closed_at_iff_closed",
                condition=Q(status__in=["02", "06", "15"], closed_at__isnull=False)
                | Q(status__in=["01", "03", "04", "05"], closed_at=None),
            ),
            models.CheckConstraint(
                name="incoming_recall_complete",
                condition=Q(recall_asked_at=None, recall_reason="", recall_refused_at=None)
                | (Q(recall_asked_at__isnull=False) & ~Q(recall_reason="")),
            ),
            models.CheckConstraint(
                name="incoming_meeting_complete",
                condition=Q(meets_at=None, meets_until=None, meeting_place="")
                | (Q(meets_until__gt=models.F("meets_at")) & ~Q(meeting_place="")),
            ),
            models.CheckConstraint(
                name="incoming_refusal_has_reason",
                condition=~Q(status="02") | ~Q(closing_words=""),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["province", "registry", "recall_asked_at", "id"],
                name="incoming_recall_open",
                condition=Q(recall_asked_at__isnull=False, recall_refused_at=None)
                & ~Q(status="15"),
            ),
            models.Index(
                fields=["province", "registry", "-urgency", "arrived_at", "id"],
                name="incoming_to_register",
                condition=Q(status="01"),
            ),
            models.Index(
                fields=["province", "registry", "-urgency", "arrived_at", "id"],
                name="incoming_to_pass_on",
                condition=Q(status="03"),
            ),
            models.Index(
                fields=["province", "registry", "due_on", "id"],
                name="incoming_open_by_due",
                condition=Q(closed_at=None, due_on__isnull=False),
            ),
            models.Index(
                fields=["province", "meets_until"],
                name="incoming_meetings",
                condition=Q(meets_until__isnull=False),
            ),
            models.Index(
                fields=["province", "registry", "arrived_at"], name="incoming_by_arrival"
            ),  # shares of a period
            models.Index(
                fields=["province", "reference_key"],
                name="incoming_by_reference",
                condition=~Q(reference_key=""),
            ),
            models.Index(
                fields=["province", "document_id"],
                name="incoming_by_document_id",
                condition=~Q(document_id=""),
            ),
            models.Index(
                fields=["province", "registry", "replaces_id_told"],
                name="incoming_replaces_unknown",
                condition=~Q(replaces_id_told=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.subject[:60]

    @property
    def type_name(self) -> str:
        return type_name(self.type)

    @property
    def is_in_another_language(self) -> bool:
        return self.language != VIETNAMESE

    @property
    def arrival_words(self) -> str:
        """Số đến as people say it: "125/2026"; "" before it has one."""
        return f"{self.number}/{self.year}" if self.number else ""

    @property
    def is_recall_open(self) -> bool:
        """The sender wants it back and has had no answer."""
        asked = self.recall_asked_at is not None and self.recall_refused_at is None
        return asked and self.status not in (Status.RECALLED, Status.REFUSED)

    def index_words(self) -> None:
        """Write the columns that are found by, from the fields; the caller saves."""
        self.reference_key = reference_key(self.reference)
        told = (
            self.arrival_words, self.reference, self.reference_key, self.issuer, self.subject,
            self.signer_name, self.type_name,
        )  # fmt: skip
        self.search_text = unaccented(" ".join(told))[:SEARCHED]

    def move_to(self, status: Status, at: dt.datetime) -> None:
        """Change the status in memory, or raise TransitionError; the caller saves."""
        if status not in NEXT[self.status]:
            raise TransitionError(
                _("The document is “%(status)s”: this is no longer possible.")
                % {"status": self.get_status_display()}
            )
        self.status = status
        self.closed_at = at if status in CLOSED else None


class IncomingFile(TenantModel):
    """A file of an incoming document, the document itself first. What one body sent to many is
    one stored file."""

    incoming = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="files")
    stored = TenantForeignKey("files.StoredFile", related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "incoming", "order"], name="incoming_file_order_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incoming_id} {self.order}"


class AssignmentQuerySet(VisibleQuerySet["Assignment"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def at_work(self) -> Self:
        """Open, and more than a question for an opinion."""
        return self.open().exclude(part=Part.OPINION)

    def standing(self) -> Self:
        """Open or done; not what was taken away again."""
        return self.exclude(ending=Ending.WITHDRAWN)

    def of(self, user: User, permission: str) -> Self:
        """What is the person's to do: given to himself, or to one of his units and to nobody
        there yet."""
        reach = units_where(user, permission)
        theirs = Q(person=None) if reach.everywhere else Q(person=None, unit__in=reach.unit_ids)
        return self.filter(Q(person=user) | theirs)


class Assignment(TenantModel):
    """What one unit, or one person of it, was asked to do with a document, until when."""

    incoming = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="assignments")
    part = models.CharField(max_length=9, choices=Part)
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    person = TenantForeignKey(PERSON, null=True, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)  # of the document, for the order
    given_at = models.DateTimeField()
    given_by = TenantForeignKey(PERSON, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    taken_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = TenantForeignKey(PERSON, null=True, related_name="+")
    ending = models.CharField(max_length=9, choices=Ending, blank=True)
    words = models.CharField(max_length=1000, blank=True)  # the result, or why it was given back

    objects: ClassVar[Any] = manager_of(AssignmentQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="assignment_ended_complete",
                condition=Q(ended_at=None, ended_by=None, ending="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="assignment_return_has_reason",
                condition=~Q(ending="returned") | ~Q(words=""),
            ),
            models.UniqueConstraint(
                fields=["province", "incoming"],
                name="assignment_one_lead",
                condition=Q(part="lead", ended_at=None),
            ),
            models.UniqueConstraint(
                fields=["province", "incoming", "unit", "person"],
                name="assignment_once_for_each",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "person", "-urgency", "given_at", "id"],
                name="assignment_open_by_person",
                condition=Q(ended_at=None),
            ),
            models.Index(
                fields=["province", "unit", "-urgency", "given_at", "id"],
                name="assignment_open_by_unit",
                condition=Q(ended_at=None),
            ),
            models.Index(fields=["province", "unit", "incoming"], name="assignment_by_unit"),
            models.Index(
                fields=["province", "given_by", "-id"],
                name="assignment_leads_given",
                condition=Q(part="lead"),
            ),  # the units to which somebody gives work lately
            models.Index(
                fields=["province", "person", "incoming"],
                name="assignment_by_person",
                condition=Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.unit_id} {self.person_id or ''}"
