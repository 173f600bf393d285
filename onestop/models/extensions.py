"""A later date for the result, with an apology: proposed by one person and signed by another."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onestop.models.dossiers import Dossier
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL


class ExtensionState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the signature")
    GRANTED = "granted", _("Signed")
    REFUSED = "refused", _("Not signed")


class Extension(TenantModel):
    """A proposal to return the result later (NĐ 61/2018/NĐ-CP Điều 19, Mẫu 04).

    Only a granted one moves the clock. `old_due_at` is the date that it replaces: of the moment of
    the proposal, and of the signature once signed.
    """

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="extensions")
    state = models.CharField(
        max_length=10, choices=ExtensionState, default=ExtensionState.WAITING
    )  # fmt: skip
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    reason = models.CharField(max_length=1000)  # the citizen reads it
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(PERSON, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    answer = models.CharField(max_length=1000, blank=True)  # why it was refused
    form = TenantForeignKey("papers.PrintedForm", null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier"],
                name="extension_one_waiting",
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="extension_is_later", condition=Q(new_due_at__gt=F("old_due_at"))
            ),
            models.CheckConstraint(
                name="extension_decision_is_complete",
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | (
                    Q(state__in=["granted", "refused"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="extension_refusal_has_reason",
                condition=~Q(state="refused") | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="extension_signer_is_not_author",
                condition=~Q(state="granted") | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.new_due_at:%d/%m/%Y}"
