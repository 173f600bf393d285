"""The days until which a task was due, each with its validity, and the wishes for more time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from directives.models.directives import PERSON
from directives.models.tasks import Task
from directives.rules import Due
from directives.states import Answer, DueKind
from tenancy.models import TenantForeignKey, TenantModel


class Extension(TenantModel):
    """A wish for more time: asked before the due date, decided by who gave the task."""

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="extensions")
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    reason = models.CharField(max_length=1000)
    due_on = models.DateField()  # when it was asked
    wanted_on = models.DateField()
    answer = models.CharField(max_length=7, choices=Answer, blank=True)
    granted_on = models.DateField(null=True)  # which may be another day than was wanted
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(PERSON, null=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "task"], name="task_extension_one_open", condition=Q(answer="")
            ),
            models.CheckConstraint(
                name="task_extension_decided_complete",
                condition=Q(answer="", granted_on=None, decided_at=None, decided_by=None)
                | Q(answer="lapsed", granted_on=None, decided_at__isnull=False)
                | Q(
                    answer="granted", granted_on__gt=F("due_on"), decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(
                    ~Q(words=""), answer="refused", granted_on=None, decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="task_extension_decided_by_another",
                condition=Q(decided_by=None) | ~Q(answer__in=["granted", "refused"])
                | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="task_extension_is_later", condition=Q(wanted_on__gt=F("due_on"))
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["province", "decided_at"], name="task_extension_granted",
                condition=Q(answer="granted"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task_id} {self.wanted_on}"


class DueDate(TenantModel):
    """That a task was due until a day, or until none, from `from_on` on. Only added to."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="due_dates")
    kind = models.CharField(max_length=8, choices=DueKind)
    due_on = models.DateField(null=True)
    from_on = models.DateField()  # of an extension the day on which it was asked for
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    extension = TenantForeignKey(Extension, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "extension"], name="task_due_date_once_for_extension",
                condition=Q(extension__isnull=False),
            ),
            models.CheckConstraint(
                name="task_due_date_extended_by_extension",
                condition=Q(kind="extended", extension__isnull=False)
                | (~Q(kind="extended") & Q(extension=None)),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["province", "task"], name="task_due_date_by_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"

    @property
    def due(self) -> Due:
        return Due(self.due_on, self.from_on, self.at)
