"""Of what people were reminded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from documents.models.incoming import Assignment, Incoming
from tenancy.models import TenantForeignKey, TenantModel


class Occasion(models.TextChoices):
    """Of what people are reminded."""

    UNREGISTERED = "unregistered", gettext_lazy("Not registered yet")
    UNSUBMITTED = "unsubmitted", gettext_lazy("Not passed on yet")
    DUE_SOON = "due_soon", gettext_lazy("Due soon")
    LATE = "late", gettext_lazy("Late")
    TARGET_NEAR = "target_near", gettext_lazy("Hours of its urgency nearly over")
    TARGET_OVER = "target_over", gettext_lazy("Hours of its urgency over")
    DOSSIER_SOON = "dossier_soon", gettext_lazy("Dossier laid before, due soon")
    DOSSIER_LATE = "dossier_late", gettext_lazy("Dossier laid before, late")


class Reminder(TenantModel):
    """That people were reminded of a document, or of one's part in it: once for each day of it. A
    day that is moved begins anew."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    incoming = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="+")
    assignment = TenantForeignKey(Assignment, null=True, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=12, choices=Occasion)
    day = models.DateField()  # of the arrival, or on which the part is due
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "incoming", "occasion", "assignment", "day"],
                name="document_reminder_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.incoming_id} {self.occasion}"
