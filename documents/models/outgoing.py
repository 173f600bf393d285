"""Văn bản đi: what a body drafts, signs, numbers, seals and issues (NĐ 30/2020/NĐ-CP Điều 7–19)."""

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
from documents.issuing import (
    BEFORE_SIGNING,
    NEXT_STAGE,
    STAGE_CLOSED,
    UNDER_NUMBER,
    Authority,
    Manner,
    Stage,
)
from documents.letters import VIETNAMESE
from documents.models.incoming import SEARCHED, Incoming
from documents.models.registries import UNIT, Registry
from documents.rules.references import reference_key
from documents.states import Relation
from organizations.access import VisibleQuerySet, manager_of, units_where
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL
STORED = "files.StoredFile"
PDF = "application/pdf"


class OutgoingQuerySet(VisibleQuerySet["Outgoing"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """What one drafted, signs or was asked about, what one's unit drafted if one directs it,
        and for readers of the register whatever has left the drafting unit. Who signs beside the
        signer, who may be of another body, sees what was made ready for him.

        `permission` is that for what lies in units ("view_documents").
        """
        beside = Q(second=user) & ~Q(stage__in=BEFORE_SIGNING)
        return self.filter(_within(user, permission) | beside)

    def seen_within(self, user: User, permission: str) -> Self:
        """The same without what one only signs beside the signer."""
        return self.filter(_within(user, permission))

    def registered(self) -> Self:
        """With a number: what stands in the register, a cancelled one too."""
        return self.filter(number__isnull=False)

    def lock(self, pk: int) -> Outgoing:
        """The row for a change; waits at most two seconds (setting of the connection)."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _within(user: User, permission: str) -> Q:
    """What one sees for one's work in the body."""
    registers = units_where(user, "view_registers")
    left = ~Q(stage__in=[Stage.DRAFT, Stage.CONTENT, Stage.DROPPED])
    own = Q(drafter=user) | Q(signer=user)
    if registers.everywhere:
        return left | own
    units, directed = (units_where(user, each) for each in (permission, "direct_documents"))
    asked = Consultation.objects.filter(
        Q(person=user) | Q(person=None, unit__in=units.unit_ids), outgoing=OuterRef("pk")
    )
    return (
        (left & Q(registry__unit__in=registers.unit_ids))
        | own
        | Q(unit__in=directed.unit_ids)
        | Q(Exists(asked))
    )


class Outgoing(TenantModel):
    """One document of one body, from its first draft on. Its fields are those of NĐ 30/2020/NĐ-CP
    Phụ lục VI (văn bản đi); the number has no gaps in its series of the year."""

    search_column: ClassVar[str] = "search_text"

    registry = TenantForeignKey(Registry, related_name="outgoing", db_index=False)
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)  # that drafts it
    drafter = TenantForeignKey(PERSON, related_name="+", db_index=False)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.DRAFT)
    since = models.DateTimeField()  # in this stage
    version = models.PositiveSmallIntegerField(default=0)  # the newest draft's

    type = models.CharField(max_length=40)  # key of documents.document_types
    subject = models.CharField(max_length=500)  # trích yếu
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    authority = models.CharField(max_length=3, choices=Authority, blank=True)  # KT., TL. …
    signer = TenantForeignKey(PERSON, related_name="+", db_index=False)
    signer_position = models.CharField(max_length=100)
    second = TenantForeignKey(PERSON, null=True, related_name="+", db_index=False)  # beside him
    second_position = models.CharField(max_length=100, blank=True)
    second_signed_at = models.DateTimeField(null=True)  # before the signer does
    manner = models.CharField(max_length=10, choices=Manner, default=Manner.ELECTRONIC)
    paper_reason = models.CharField(max_length=500, blank=True)  # where the type goes without
    copies = models.PositiveSmallIntegerField(null=True)  # on paper: số lượng bản phát hành
    answer_by = models.DateField(null=True)  # the receivers are asked for an answer until then
    language = models.CharField(max_length=30, default=VIETNAMESE)
    note = models.CharField(max_length=500, blank=True)  # the receivers read it too
    pages = models.PositiveSmallIntegerField(null=True)  # of the sealed paper
    answers = TenantForeignKey(Incoming, null=True, related_name="answered_by")
    replaces = TenantForeignKey("self", null=True, related_name="replaced_by")
    relation = models.CharField(max_length=8, choices=Relation, blank=True)
    refers_to = TenantForeignKey("self", null=True, related_name="referred_by")

    year = models.PositiveSmallIntegerField(null=True)  # of the number
    series = models.CharField(max_length=60, blank=True)  # of the number, as the body has decided
    number = models.PositiveIntegerField(null=True)  # số
    reference = models.CharField(max_length=60, blank=True)  # số, ký hiệu: "2947/QĐ-UBND"
    reference_key = models.CharField(max_length=60, blank=True, editable=False)
    issued_on = models.DateField(null=True)  # the day that stands on it
    document_id = models.CharField(max_length=120, blank=True)  # QCVN 102
    signed_at = models.DateTimeField(null=True)  # by the person
    issued_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_words = models.CharField(max_length=1000, blank=True)  # why cancelled, recalled
    search_text = models.CharField(max_length=SEARCHED, editable=False)
    form_token = models.CharField(max_length=40, null=True)  # of the page that was submitted
    check_token = models.CharField(max_length=32, null=True)  # of the QR code on its paper
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(OutgoingQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "registry", "year", "series", "number"],
                name="outgoing_number_once",
            ),
            models.UniqueConstraint(
                fields=["province", "registry", "year", "reference"],
                name="outgoing_reference_once",
                condition=~Q(reference=""),
            ),
            models.UniqueConstraint(
                fields=["province", "form_token"], name="outgoing_submitted_once"
            ),
            models.UniqueConstraint(fields=["province", "check_token"], name="outgoing_check_once"),
            models.CheckConstraint(
                name="outgoing_number_complete",
                condition=Q(number=None, year=None, series="", reference="", issued_on=None)
                | (
                    Q(number__gte=1, year__gte=2000, issued_on__isnull=False)
                    & ~Q(series="")
                    & ~Q(reference="")
                ),
            ),
            models.CheckConstraint(
                name="outgoing_numbered_by_stage",
                condition=Q(stage__in=UNDER_NUMBER, number__isnull=False, signed_at__isnull=False)
                | (~Q(stage__in=UNDER_NUMBER) & Q(number=None)),
            ),
            models.CheckConstraint(
                name="outgoing_relation_complete",
                condition=Q(relation="", refers_to=None)
                | (~Q(relation="") & Q(refers_to__isnull=False)),
            ),
            models.CheckConstraint(
                name="outgoing_second_complete",
                condition=Q(second=None, second_position="", second_signed_at=None)
                | (Q(second__isnull=False) & ~Q(second_position="")),
            ),
            models.CheckConstraint(
                name="outgoing_closed_at_iff_closed",
                condition=Q(stage__in=STAGE_CLOSED, closed_at__isnull=False)
                | (~Q(stage__in=STAGE_CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="outgoing_end_has_reason",
                condition=~Q(stage__in=["cancelled", "recalled"]) | ~Q(closing_words=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "registry", "stage", "-urgency", "since", "id"],
                name="outgoing_at_registry",
                condition=Q(stage__in=["form", "signed", "numbered", "sealed"]),
            ),
            models.Index(
                fields=["province", "signer", "-urgency", "since", "id"],
                name="outgoing_to_sign",
                condition=Q(stage="signing"),
            ),
            models.Index(
                fields=["province", "unit", "-urgency", "since", "id"],
                name="outgoing_to_approve",
                condition=Q(stage="content"),
            ),
            models.Index(
                fields=["province", "drafter", "-urgency", "since", "id"],
                name="outgoing_to_draft",
                condition=Q(stage="draft"),
            ),
            models.Index(
                fields=["province", "unit", "-id"],
                name="outgoing_in_work",
                condition=Q(stage__in=["draft", "content", "form", "signing"]),
            ),
            models.Index(fields=["province", "drafter", "-id"], name="outgoing_by_drafter"),
            models.Index(fields=["province", "unit", "-id"], name="outgoing_by_unit"),
            models.Index(fields=["province", "signer", "-id"], name="outgoing_by_signer"),
            models.Index(
                fields=["province", "second", "-id"],
                name="outgoing_by_second",
                condition=Q(second__isnull=False),
            ),
            models.Index(
                fields=["province", "registry", "-year", "-issued_on", "-id"],
                name="outgoing_register",
                condition=Q(number__isnull=False),
            ),
            models.Index(
                fields=["province", "registry", "issued_at"],
                name="outgoing_by_issue",  # shares of a period
                condition=Q(issued_at__isnull=False),
            ),
            models.Index(
                fields=["province", "document_id"],
                name="outgoing_by_document_id",
                condition=~Q(document_id=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference or self.subject[:60]

    @property
    def type_name(self) -> str:
        return type_name(self.type)

    @property
    def is_in_another_language(self) -> bool:
        return self.language != VIETNAMESE

    @property
    def unit_symbol(self) -> str:
        """Of the drafting unit, behind that of the body in numbers of letters; what the body's
        own unit drafts has none. Reads `self.unit` and `self.registry`."""
        return "" if self.unit_id == self.registry.unit_id else self.unit.symbol

    @property
    def awaits_second(self) -> bool:
        """Who signs beside the signer does so before him: his signature makes the document."""
        return self.second_id is not None and self.second_signed_at is None

    @property
    def next_signer_id(self) -> int:
        second: int | None = self.second_id
        return second if second is not None and self.awaits_second else self.signer_id

    def index_words(self) -> None:
        """Write the columns that are found by, from the fields; the caller saves."""
        self.reference_key = reference_key(self.reference)
        told = (self.reference, self.reference_key, self.subject, self.type_name)
        self.search_text = unaccented(" ".join(told))[:SEARCHED]

    def move_to(self, stage: Stage, at: dt.datetime) -> None:
        """Change the stage in memory, or raise TransitionError; the caller saves."""
        if stage not in NEXT_STAGE[self.stage]:
            raise TransitionError(
                _("The document is “%(status)s”: this is no longer possible.")
                % {"status": self.get_stage_display()}
            )
        self.stage, self.since = stage, at
        self.closed_at = at if stage in STAGE_CLOSED else None


class Draft(TenantModel):
    """One version of a draft: what the paper says, or the file that was uploaded. Never changed;
    who works on goes on in a new one (Phụ lục VI: every draft is kept)."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="drafts")
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    content = models.JSONField()  # documents.drafting.Content
    uploaded = TenantForeignKey(STORED, null=True, related_name="+")  # DOCX or PDF instead

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing", "version"], name="draft_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} v{self.version}"

    @property
    def is_word(self) -> bool:
        """A file that is no paper yet. Reads `self.uploaded`: one query if not loaded."""
        return self.uploaded is not None and self.uploaded.content_type != PDF


class Edition(TenantModel):
    """The paper itself, as a PDF, each time somebody made it more: approved, signed, numbered,
    sealed. The newest is the document; the older ones say how it came to be."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="editions")
    order = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=9, choices=Stage)  # in which it put the document
    stored = TenantForeignKey(STORED, related_name="+")
    version = models.PositiveSmallIntegerField()  # of the draft that it was made of
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    signed_sha256 = models.CharField(max_length=64, blank=True)  # before it got its lists

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing", "order"], name="edition_order_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["province", "signed_sha256"],
                name="edition_by_signed",
                condition=~Q(signed_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.stage}"


class Consultation(TenantModel):
    """A unit, or a person, who is asked what he thinks of a draft (Điều 10.2)."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="consultations")
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    person = TenantForeignKey(PERSON, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(PERSON, null=True, related_name="+")
    agrees = models.BooleanField(null=True)
    words = models.CharField(max_length=2000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="consultation_answer_complete",
                condition=Q(answered_at=None, answered_by=None, agrees=None, words="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, agrees__isnull=False),
            ),
            models.CheckConstraint(
                name="consultation_objection_has_words",
                condition=~Q(agrees=False) | ~Q(words=""),
            ),
            models.UniqueConstraint(
                fields=["province", "outgoing", "unit", "person"],
                name="consultation_open_once",
                condition=Q(answered_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "unit", "asked_at", "id"],
                name="consultation_open_by_unit",
                condition=Q(answered_at=None),
            ),
            models.Index(
                fields=["province", "person", "asked_at", "id"],
                name="consultation_by_person",
                condition=Q(person__isnull=False),
            ),
            models.Index(fields=["province", "unit", "outgoing"], name="consultation_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.unit_id}"
