"""The decided ranking of a year: a frozen snapshot from which it can be computed again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ranking.models.cycles import Cycle
from ranking.models.frameworks import POINTS
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL


class PublicationState(models.TextChoices):
    PREPARED = "prepared", _("Waiting for the second person")
    PUBLISHED = "published", _("Results published")
    DROPPED = "dropped", _("Not approved")


class Publication(TenantModel):
    """Công bố: prepared by one person, approved by another; a correction is a new version beside
    the old one, which stays public."""

    cycle = TenantForeignKey(Cycle, related_name="publications")
    # version, counted by what was public: one that was dropped leaves its number to the next
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=PublicationState)
    snapshot = models.JSONField()  # framework, terms, inputs and points of every unit, totals
    digest = models.CharField(max_length=64)  # SHA-256 of the snapshot
    reason = models.CharField(_("Reason of the correction"), max_length=1000, blank=True)
    prepared_at = models.DateTimeField()
    prepared_by = TenantForeignKey(PERSON, related_name="+")
    decision_number = models.CharField(_("Decision number"), max_length=60, blank=True)
    decided_on = models.DateField(_("Decision date"), null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cycle", "number"],
                condition=~Q(state="dropped"),
                name="publication_version_once",
            ),
            models.UniqueConstraint(
                fields=["province", "cycle"],
                condition=Q(state="prepared"),
                name="publication_one_prepared",
            ),
            models.CheckConstraint(
                name="publication_two_persons",
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="publication_published_is_complete",
                condition=~Q(state="published")
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False)
                    & Q(decided_on__isnull=False)
                    & ~Q(decision_number="")
                ),
            ),
            models.CheckConstraint(
                name="publication_correction_has_reason", condition=Q(number=1) | ~Q(reason="")
            ),
        ]
        ordering: ClassVar = ["cycle", "number", "pk"]

    def __str__(self) -> str:
        return f"{self.cycle_id} ({self.number})"


class Standing(TenantModel):
    """A unit's line in a publication: what the public table shows without reading the snapshot."""

    publication = TenantForeignKey(Publication, on_delete=models.CASCADE, related_name="standings")
    unit = TenantForeignKey("organizations.Unit", related_name="+")
    unit_name = models.CharField(max_length=300)
    group = models.CharField(max_length=20, blank=True)
    total = models.DecimalField(null=True, **POINTS)
    percent = models.DecimalField(null=True, max_digits=18, decimal_places=6)  # as printed
    deduction = models.DecimalField(default=0, **POINTS)
    label = models.CharField(max_length=60, blank=True)  # class
    is_forced = models.BooleanField(default=False)  # class by lateness
    rank = models.PositiveIntegerField(null=True)  # None: not ranked
    parts = models.JSONField(default=list)  # of each area: code, title, points, maximum

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "publication", "unit"], name="standing_unit_once"
            ),
        ]
        indexes = [models.Index(fields=["province", "unit"], name="standing_of_unit")]
        ordering: ClassVar = ["group", "rank", "unit_name"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.unit_name}"
