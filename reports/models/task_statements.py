"""Statements of the tasks of a period: reviewed and signed, a correction beside them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reports.models.statements import Statement
from tenancy.models import TenantModel


class TaskReport(Statement):
    """How the tasks that a body gave stood at the end of a period, as it was known at `cut_at`:
    `rows` holds of each lead the tasks in every column and its rating."""

    rules = models.JSONField(default=dict)  # by which it was rated

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
