"""Statements of a period that keep their figures: reviewed and signed, a correction beside them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organizations import access
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from reports.periods import PeriodKind
from reports.rules import By
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    SIGNED = "signed", _("Signed")


NEXT: dict[str, set[str]] = {  # the whole life of a report in one look
    ReportState.DRAFT: {ReportState.REVIEWED, ReportState.SIGNED},
    ReportState.REVIEWED: {ReportState.REVIEWED, ReportState.SIGNED},  # read once more
    ReportState.SIGNED: set(),  # frozen: a correction is a new version beside it
}


class StatementQuerySet(VisibleQuerySet[Any]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Those of the person's units; those of the whole province to who sees all of it."""
        reach = access.units_where(user, permission)
        return self.all() if reach.everywhere else self.filter(unit__in=reach.unit_ids)

    def lock(self, pk: int) -> Any:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Statement(TenantModel):
    """What a unit's figures of a period were at one moment (`cut_at`); they never change again.

    What follows is who read it, said something and signed.
    """

    number = models.PositiveSmallIntegerField(default=1)  # version
    kind = models.CharField(max_length=10, choices=PeriodKind)
    first_day = models.DateField()
    last_day = models.DateField()
    unit = TenantForeignKey(UNIT, related_name="+")
    definition = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    cut_at = models.DateTimeField()
    rows = models.JSONField(default=list)
    digest = models.CharField(max_length=64)  # SHA-256 of all above but the title
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    comment = models.CharField(max_length=2000, blank=True)
    made_by = TenantForeignKey(PERSON, null=True, related_name="+")  # None: the portal itself
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = TenantForeignKey(PERSON, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = TenantForeignKey(PERSON, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=250, blank=True)  # "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"

    objects: ClassVar[Any] = manager_of(StatementQuerySet)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.first_day:%d/%m/%Y}–{self.last_day:%d/%m/%Y} ({self.number})"

    @property
    def tone(self) -> str:
        """Look of the state's pill."""
        return {"draft": "neutral", "reviewed": "waiting", "signed": "done"}[self.state]


class Report(Statement):
    """Biểu II.06a. Its unit means itself and all below; the root: everything."""

    by = models.CharField(max_length=10, choices=[(by.value, by.value) for by in By])
    form_number = models.CharField(max_length=300, blank=True)
    receiver = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "by", "first_day", "last_day", "number"],
                name="report_version_once",
            ),
            models.CheckConstraint(
                name="report_days_in_order", condition=Q(last_day__gte=models.F("first_day"))
            ),
            models.CheckConstraint(
                name="report_signed_by_somebody",
                condition=Q(state="signed", signed_at__isnull=False, signed_by__isnull=False)
                | (~Q(state="signed") & Q(signed_at=None, signed_by=None)),
            ),
            models.CheckConstraint(
                name="report_reviewed_by_somebody",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "-last_day", "-id"], name="report_by_day"),
        ]

    def __str__(self) -> str:
        return f"II.06a {super().__str__()}"

    @property
    def by_words(self) -> str | Promise:
        return _("By agency") if self.by == By.AGENCY else _("By field")
