"""What an official confirms on his phone, for a key that a signing service keeps."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models import User
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Confirming(models.TextChoices):
    """How far a confirmation is."""

    ASKING = "asking", _("The service is being asked")
    PHONE = "phone", _("To be confirmed on the phone")
    CODE = "code", _("One-time code to be entered")
    GIVEN = "given", _("Confirmed, being signed")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Not signed")


ENDED = ("done", "failed")
ASKED = ("asking", "phone", "code")


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, user: User) -> Self:
        """One's own only."""
        return self.filter(asked_by=user)

    def open(self) -> Self:
        return self.filter(ended_at=None)


class Confirmation(TenantModel):
    """One confirmation for one or several signatures with the same certificate."""

    certificate = TenantForeignKey("papers.SigningCertificate", related_name="+")
    state = models.CharField(max_length=8, choices=Confirming, default=Confirming.ASKING)
    handle = models.TextField(blank=True)  # of the service; encrypted
    mechanisms = models.JSONField(default=list)  # algorithms of the key
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    given_at = models.DateTimeField(null=True)  # confirmed, and signed by the service
    busy_until = models.DateTimeField(null=True)  # somebody speaks with the service, or it rests
    faults = models.PositiveSmallIntegerField(default=0)  # in a row
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)  # why it failed, or what went wrong last
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(ConfirmationQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="confirmation_ended_at_iff_ended",
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="confirmation_failed_has_words",
                condition=~Q(state="failed") | ~Q(words=""),
            ),
            models.CheckConstraint(
                name="confirmation_given_at_when_given",
                condition=Q(given_at=None) | ~Q(state__in=ASKED),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "asked_at"],
                name="confirmation_open",
                condition=Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_asked(self) -> bool:
        """Nothing was confirmed yet: it may still fail, or be given up."""
        return self.state in ASKED
