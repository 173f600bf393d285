"""Cross-check by specialised departments; what the automatic measures would give month by month."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.access import manager_of
from organizations.models import User
from ranking import rights
from ranking.models.assessments import Assessment
from ranking.models.cycles import UNDER_WAY, Cycle
from ranking.models.frameworks import POINTS, Criterion
from tenancy.models import TenantForeignKey, TenantModel


class VerificationQuerySet(models.QuerySet["Verification"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Those given to the person's own units; nobody else's, and none by a province's right."""
        return self.filter(unit__in=rights.units_of(user, permission))

    def under_way(self) -> Self:
        """Of years in which figures are still compared."""
        return self.filter(cycle__state__in=UNDER_WAY)


class Verification(TenantModel):
    """Giao đối chiếu: a specialised department confirms or corrects the figures of a criterion.

    QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020) Điều 7 khoản 2 điểm b. What it finds is a `Figure` of each
    assessed unit; of the other answers of these units it sees nothing.
    """

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="verifications")
    criterion = TenantForeignKey(Criterion, related_name="verifications")
    unit = TenantForeignKey("organizations.Unit", related_name="+")
    due = models.DateField(_("To be checked before"))
    given_at = models.DateTimeField()
    given_by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")

    objects: ClassVar[Any] = manager_of(VerificationQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cycle", "criterion"], name="verification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} → {self.unit_id}"


class Preview(TenantModel):
    """What an automatic measure would have given at the beginning of a month: a table of its own,
    so that it is never taken for a figure of the cut-off."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="previews")
    criterion = TenantForeignKey(Criterion, related_name="+")
    month = models.DateField()  # its first day
    input = models.JSONField()
    points = models.DecimalField(null=True, **POINTS)
    not_applicable = models.BooleanField(default=False)
    cut_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion", "month"], name="preview_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.criterion_id} {self.month}"
