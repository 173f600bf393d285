"""Draft results that were written here, from a template."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from onestop.models.dossiers import Dossier
from onestop.models.parts import DossierFile
from tenancy.models import TenantForeignKey, TenantModel


class ResultDraft(TenantModel):
    """The words of a draft, as the official left them; `file` is what the approver reads.

    Once numbered, the result is printed from these words with its number and date.
    """

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="written")
    file = TenantForeignKey(DossierFile, on_delete=models.CASCADE, related_name="+")
    template = TenantForeignKey("papers.FormWords", null=True, related_name="+", db_index=False)
    words = models.JSONField()  # papers.wording.Words, filled in
    head = models.JSONField()  # agency_above, agency, place, is_sample of that day
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "file"], name="result_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.made_at:%d/%m/%Y}"
