"""Of what people were reminded, each once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from directives.models.tasks import Task
from tenancy.models import TenantForeignKey, TenantModel


class Occasion(models.TextChoices):
    """Of what people are reminded."""

    SOON = "soon", gettext_lazy("Due soon")
    LATE = "late", gettext_lazy("Overdue, not finished")
    ESCALATED = "escalated", gettext_lazy("Overdue, told to those above")


class Reminder(TenantModel):
    """That people were reminded of a task for one of its due dates; a date that is moved begins
    anew. `step` tells reminders of one occasion apart: working days before, or the day itself."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=9, choices=Occasion)
    due_on = models.DateField()
    step = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "task", "occasion", "due_on", "step"],
                name="task_reminder_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.occasion}"
