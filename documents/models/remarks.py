"""Words that are written to an incoming document."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from documents.models.incoming import PERSON, Incoming
from tenancy.models import TenantForeignKey, TenantModel


class RemarkKind(models.TextChoices):
    """Whose words they are; the slip prints them in this order (NĐ 30 Phụ lục IV)."""

    PROPOSAL = "proposal", gettext_lazy("Proposal")
    LEADER = "leader", gettext_lazy("Opinion of the leader")
    UNIT = "unit", gettext_lazy("Opinion of the head of the unit")


class Remark(TenantModel):
    """Words that somebody wrote to a document: a proposal, the leader's opinion, a report."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    incoming = TenantForeignKey(Incoming, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=8, choices=RemarkKind)
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    title = models.CharField(max_length=150, blank=True)  # of the position that allowed it
    on_behalf_of = models.CharField(max_length=150, blank=True)

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.text[:60]
