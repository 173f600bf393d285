"""What a dossier was on a past day: its statuses, due moments and pauses."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from onestop.models.dossiers import Dossier
from onestop.states import DueReason, PauseReason, Status
from tenancy.models import TenantForeignKey, TenantModel


class StatusChange(TenantModel):
    """The status on a past day is rebuilt from these, never from current columns."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="status_changes")
    from_status = models.PositiveSmallIntegerField(choices=Status, null=True)
    to_status = models.PositiveSmallIntegerField(choices=Status)
    at = models.DateTimeField()
    by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["province", "dossier", "at"], name="status_change_by_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class DueChange(TenantModel):
    """What was due on a past day is rebuilt from these, never from current columns.

    Append-only. Written by onestop/services/clock.py alone, at the moment of the act; after a
    dossier is finished no row is added.
    """

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="due_changes")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=DueReason)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "dossier", "at"], name="due_change_by_dossier")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y} → {self.due_at:%d/%m/%Y}"


class UnitChange(TenantModel):
    """Which unit was competent on a past day is rebuilt from these: the first change after it
    says whose the dossier was, and without one it is still the same unit's.

    Append-only. Written when another unit takes over what is open (onestop/services/successions).
    """

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="unit_changes")
    at = models.DateTimeField()
    from_unit = TenantForeignKey("organizations.Unit", related_name="+", db_index=False)
    to_unit = TenantForeignKey("organizations.Unit", related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["province", "dossier", "at"], name="unit_change_by_dossier"),
            models.Index(fields=["province", "from_unit"], name="unit_change_by_unit"),
            models.Index(fields=["province", "at"], name="unit_change_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit_id} → {self.to_unit_id}"


class Pause(TenantModel):
    """An interval in which the clock stood still; `ended_at` is null while it does."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=10, choices=PauseReason)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier"],
                name="pause_one_open",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="pause_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%d/%m/%Y %H:%M}"
