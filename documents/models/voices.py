"""What those who read a draft have said of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from documents.issuing import Voice
from documents.models.outgoing import PERSON, Outgoing
from tenancy.models import TenantForeignKey, TenantModel


class Voiced(TenantModel):
    """Words that somebody said to a draft, in the order in which they were said."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="voices")
    voice = models.CharField(max_length=8, choices=Voice)
    version = models.PositiveSmallIntegerField()  # of the draft that was read
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    title = models.CharField(max_length=150, blank=True)  # of the position that allowed it
    on_behalf_of = models.CharField(max_length=150, blank=True)

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.text[:60]
