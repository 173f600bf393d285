"""Who is away, and who stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models.people import Dated, DatedQuerySet, User
from tenancy.models import TenantForeignKey, TenantManager


class AbsenceReason(models.TextChoices):
    LEAVE = "leave", _("On leave")
    MISSION = "mission", _("On mission")
    SICK = "sick", _("Ill")
    TRAINING = "training", _("In training")
    OTHER = "other", _("Other reason")


class AbsenceQuerySet(DatedQuerySet):
    def in_force_on(self, day: dt.date) -> Self:
        return self.valid_on(day).filter(ended_at=None)


class Absence(Dated):
    """An official is away from a day to a day, and a colleague of the agency stands in.

    It lends no right: the substitute takes work over with the rights of his own positions. What
    a head decides is not covered (QĐ 2947/QĐ-UBND Điều 9.1b: only a delegation does that).
    """

    user = TenantForeignKey(User, related_name="absences")
    substitute = TenantForeignKey(User, null=True, blank=True, related_name="stands_in")
    reason = models.CharField(max_length=10, choices=AbsenceReason)
    note = models.CharField(max_length=255, blank=True)
    recorded_by = TenantForeignKey(User, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # back earlier, or recorded in error

    is_told: bool  # set by whoever shows it: whether the reader may know why

    objects: ClassVar[Any] = TenantManager.from_queryset(AbsenceQuerySet)()

    class Meta(Dated.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="absence_has_an_end",
                condition=Q(valid_to__isnull=False) & Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="absence_substitute_is_another",
                condition=Q(substitute=None) | ~Q(substitute=F("user")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "valid_to"], name="absence_by_end", condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.valid_from:%d/%m/%Y}"
