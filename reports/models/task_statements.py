"""Statements of the tasks of a period: reviewed and signed, a correction beside them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from organizations import access
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from reports.models.statements import PERSON, UNIT, ReportState
from reports.periods import PeriodKind
from tenancy.models import TenantForeignKey, TenantModel


class TaskReportQuerySet(VisibleQuerySet["TaskReport"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Those of the bodies whose tasks the person sees ("view_tasks")."""
        reach = access.units_where(user, permission)
        return self.all() if reach.everywhere else self.filter(unit__in=reach.unit_ids)

    def lock(self, pk: int) -> TaskReport:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class TaskReport(TenantModel):
    """How the tasks that a body gave stood at the end of a period, as it was known at `cut_at`.

    The figures never change again: `rows` holds of each lead the tasks in every column and its
    rating. What follows is who read it, said something and signed.
    """

    number = models.PositiveSmallIntegerField(default=1)  # version
    kind = models.CharField(max_length=10, choices=PeriodKind)
    first_day = models.DateField()
    last_day = models.DateField()
    unit = TenantForeignKey(UNIT, related_name="+")  # that gave the tasks
    definition = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    cut_at = models.DateTimeField()
    rules = models.JSONField(default=dict)  # by which it was rated
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
    capacity = models.CharField(max_length=250, blank=True)  # "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH"

    objects: ClassVar[Any] = manager_of(TaskReportQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "first_day", "last_day", "number"],
                name="task_report_version_once",
            ),
            models.CheckConstraint(
                name="task_report_days_in_order", condition=Q(last_day__gte=models.F("first_day"))
            ),
            models.CheckConstraint(
                name="task_report_signed_by_somebody",
                condition=Q(state="signed", signed_at__isnull=False, signed_by__isnull=False)
                | (~Q(state="signed") & Q(signed_at=None, signed_by=None)),
            ),
            models.CheckConstraint(
                name="task_report_reviewed_by_somebody",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "-last_day", "-id"], name="task_report_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d/%m/%Y}–{self.last_day:%d/%m/%Y} ({self.number})"

    @property
    def tone(self) -> str:
        """Look of the state's pill."""
        return {"draft": "neutral", "reviewed": "waiting", "signed": "done"}[self.state]
