"""The people on a slip: who applies, who hands in, who may act for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from onestop.models.dossiers import Dossier
from onestop.states import PersonKind, PersonPart
from tenancy.models import TenantForeignKey, TenantModel


class DossierPerson(TenantModel):
    """Applicant, submitter or authorised person as written on the slip."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="persons")
    part = models.CharField(max_length=10, choices=PersonPart)
    kind = models.CharField(max_length=10, choices=PersonKind, default=PersonKind.CITIZEN)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True)  # identity (12 digits) or tax number
    born_on = models.DateField(null=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    authorisation = models.CharField(max_length=300, blank=True)  # văn bản ủy quyền

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier", "part"], name="dossier_person_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "number"], name="person_by_number", condition=~Q(number="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
