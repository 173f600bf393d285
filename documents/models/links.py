"""Documents that came to one body and belong together, as its people say."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from documents.models.incoming import PERSON, Incoming
from tenancy.models import TenantForeignKey, TenantModel


class IncomingLink(TenantModel):
    """Two documents of one register have to do with each other; `one` came into the portal before
    `other`."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT, DELETE"

    one = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "one", "other"], name="incoming_link_once"),
            models.CheckConstraint(name="incoming_link_in_order", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
