"""The catalogue: administrative procedures, their dated versions, channels, papers and units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.working_time import TimeUnit
from onestop import words
from organizations import access
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class ProcedureState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


NEXT: dict[str, set[str]] = {  # the whole life of a procedure in one look
    ProcedureState.DRAFT: {ProcedureState.PUBLISHED},
    ProcedureState.PUBLISHED: {ProcedureState.PUBLISHED, ProcedureState.WITHDRAWN},
    ProcedureState.WITHDRAWN: {ProcedureState.PUBLISHED},  # announced again, with a new version
}


class Level(models.TextChoices):
    """Cấp thực hiện: where the procedure is resolved."""

    PROVINCE = "tinh", _("Province level")
    COMMUNE = "xa", _("Commune level")
    BOTH = "tinh+xa", _("Province and commune level")


class Channel(models.IntegerChoices):
    """Kênh thực hiện, with the codes of the national database (KENH 1, 2, 3)."""

    DIRECT = 1, _("At the counter")
    ONLINE = 2, _("Online")
    POST = 3, _("By post")


class LimitUnit(models.TextChoices):
    """The units of common.working_time.TimeUnit, with their words."""

    WORKING_DAYS = TimeUnit.WORKING_DAYS.value, _("working days")
    DAYS = TimeUnit.DAYS.value, _("days")
    MONTHS = TimeUnit.MONTHS.value, _("months")
    HOURS = TimeUnit.HOURS.value, _("hours")
    MINUTES = TimeUnit.MINUTES.value, _("minutes")
    SAME_DAY = TimeUnit.SAME_DAY.value, _("within the day")


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """The catalogue belongs to the province: who holds the right anywhere sees all of it."""
        return self.all() if access.may(user, permission) else self.none()

    def published(self) -> Self:
        return self.filter(state=ProcedureState.PUBLISHED, current_version__isnull=False)

    def lock(self, pk: int) -> Procedure:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Procedure(TenantModel):  # type: ignore[django-manager-missing]
    """An administrative procedure (thủ tục hành chính) under its national code."""

    search_column = "search_text"

    code = models.CharField(_("Procedure code"), max_length=8)  # d.dddddd
    state = models.CharField(max_length=10, choices=ProcedureState, default=ProcedureState.DRAFT)
    current_version = TenantForeignKey(
        "onestop.ProcedureVersion", null=True, blank=True, related_name="+"
    )
    search_text = models.TextField(default="", editable=False)  # unaccented code, name, field

    objects: ClassVar[Any] = TenantManager.from_queryset(ProcedureQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="procedure_code_once"),
            models.CheckConstraint(
                name="procedure_draft_iff_nothing_in_force",
                condition=Q(state="draft", current_version=None)
                | (~Q(state="draft") & Q(current_version__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProcedureVersionQuerySet(models.QuerySet["ProcedureVersion"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """As its procedure."""
        return self.all() if access.may(user, permission) else self.none()

    def in_force_on(self, day: dt.date) -> Self:
        """Published versions that hold on that day, both ends included."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            published_at__isnull=False,
            valid_from__lte=day,
        )

    def offered_on(self, day: dt.date) -> Self:
        """Those in force on that day of procedures that are published: what is received then."""
        return self.in_force_on(day).filter(procedure__state=ProcedureState.PUBLISHED)


class ProcedureVersion(TenantModel):
    """What a procedure says from a day on. A published version is never edited.

    Parts of a procedure: NĐ 63/2010/NĐ-CP Điều 8 khoản 2.
    """

    procedure = TenantForeignKey(Procedure, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField(_("In force from"), null=True, blank=True)
    valid_to = models.DateField(_("In force until"), null=True, blank=True)  # last day
    published_at = models.DateTimeField(null=True, blank=True)  # None: a draft
    name = models.TextField(_("Procedure"), max_length=1000)
    field = models.CharField(_("Field (of administration)"), max_length=300)
    level = models.CharField(_("Level"), max_length=10, choices=Level)
    agency_name = models.CharField(_("Competent agency"), max_length=200)
    result_name = models.TextField(_("Result"), max_length=1000, blank=True)
    result_code = models.CharField(_("Result code"), max_length=30, blank=True)
    legal_basis = models.TextField(_("Legal basis"), max_length=2000, blank=True)
    publishing_decision = models.CharField(_("Publishing decision"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=500, blank=True)
    note = models.TextField(_("Note"), max_length=2000, blank=True)
    is_sample = models.BooleanField(default=False)  # stands in for data that are not public

    objects: ClassVar[Any] = TenantManager.from_queryset(ProcedureVersionQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "procedure", "number"], name="procedure_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["province", "procedure"],
                condition=Q(published_at=None),
                name="procedure_one_draft_at_a_time",
            ),
            models.CheckConstraint(
                name="procedure_version_published_has_a_day",
                condition=Q(published_at=None) | Q(valid_from__isnull=False),
            ),
            models.CheckConstraint(
                name="procedure_version_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class ProcedureChannel(TenantModel):
    """Time limit and fee of one way to submit: they belong to the channel, not the procedure.

    Fee of a copy or dossier = `fee_vnd` × quantity; from unit `fee_second_from` on each costs
    `fee_second_vnd`; at most `fee_ceiling_vnd`. None means that no fee is declared.
    """

    version = TenantForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="channels")
    channel = models.PositiveSmallIntegerField(choices=Channel)
    limit_amount = models.DecimalField(
        _("Processing time limit"), max_digits=8, decimal_places=2, default=Decimal(0)
    )
    limit_unit = models.CharField(_("Counted in"), max_length=12, choices=LimitUnit)
    cutoff = models.TimeField(null=True, blank=True)  # received later: from the next working day
    fee_vnd = models.PositiveBigIntegerField(_("Fee"), null=True, blank=True)
    fee_per = models.CharField(_("Fee per"), max_length=100, blank=True)
    fee_second_from = models.PositiveIntegerField(null=True, blank=True)
    fee_second_vnd = models.PositiveBigIntegerField(null=True, blank=True)
    fee_ceiling_vnd = models.PositiveBigIntegerField(null=True, blank=True)
    fee_note = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "version", "channel"], name="procedure_channel_once"
            ),
            models.CheckConstraint(
                name="procedure_channel_same_day_is_zero",
                condition=Q(limit_unit="same_day", limit_amount=0)
                | (~Q(limit_unit="same_day") & Q(limit_amount__gt=0)),
            ),
            models.CheckConstraint(
                name="procedure_channel_second_tier_whole",
                condition=Q(fee_second_from=None, fee_second_vnd=None)
                | Q(fee_second_from__gte=2, fee_second_vnd__isnull=False),
            ),
        ]
        ordering: ClassVar = ["channel"]

    def __str__(self) -> str:
        return str(self.get_channel_display())

    @property
    def limit_words(self) -> str:
        return words.limit_words(self.limit_amount, self.limit_unit)

    @property
    def fee_words(self) -> str:
        return words.fee_words(self)


class ProcedureComponent(TenantModel):
    """One paper of the dossier (thành phần hồ sơ), with how many originals and copies."""

    version = TenantForeignKey(
        ProcedureVersion, on_delete=models.CASCADE, related_name="components"
    )
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("Paper"), max_length=500)
    originals = models.PositiveSmallIntegerField(_("Originals"), default=0)
    copies = models.PositiveSmallIntegerField(_("Copies"), default=0)
    is_required = models.BooleanField(_("Required"), default=True)
    template_name = models.CharField(_("Form"), max_length=200, blank=True)
    blank_form = TenantForeignKey(
        "files.StoredFile", null=True, blank=True, related_name="+"
    )  # mẫu đơn to download; public once the version is published
    note = models.CharField(_("Note"), max_length=500, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "version", "order"], name="procedure_component_order_once"
            ),
        ]
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.name


class ProcedureUnit(TenantModel):
    """A unit that is competent to resolve the procedure under this version."""

    version = TenantForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="units")
    unit = TenantForeignKey("organizations.Unit", related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "version", "unit"], name="procedure_unit_once"
            ),
        ]
        indexes = [models.Index(fields=["province", "unit"], name="procedure_by_unit")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.unit_id}"


class ImportKind(models.TextChoices):
    PROCEDURES = "procedures", _("Procedures")
    PROCESSES = "processes", _("Internal processes")


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """A person's own previews that wait; nobody else's."""
        if not access.may(user, permission):
            return self.none()
        return self.filter(owner=user, applied_at=None)


class ImportDraft(TenantModel):
    """A file that was read and shown, and waits for a person's confirmation.

    `rows` are the parsed rows; `plan_hash` is what the preview promised, so that the confirmation
    imports exactly that or nothing.
    """

    kind = models.CharField(max_length=12, choices=ImportKind)
    owner = TenantForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+"
    )  # None: the command line
    file_name = models.CharField(max_length=255)
    content_hash = models.CharField(max_length=64)  # sha256 of the file
    plan_hash = models.CharField(max_length=64)
    rows = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(ImportDraftQuerySet)()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "expires_at"], name="import_draft_by_expiry")]

    def __str__(self) -> str:
        return self.file_name
