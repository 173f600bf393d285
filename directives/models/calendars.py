"""Secret addresses at which people's own calendars read the deadlines of their tasks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from directives.models.directives import PERSON
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class CalendarAddress(TenantModel):
    """Of one person one at most. Who knows it reads his deadlines without signing in: only its
    hash is kept, and it is withdrawn by deleting the row."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT, DELETE"

    user = TenantForeignKey(PERSON, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of 256 random bits
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "user"], name="calendar_of_user_once"),
            models.UniqueConstraint(fields=["province", "digest"], name="calendar_by_digest"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)
