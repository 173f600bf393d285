"""The filters of the queue under a name of their own."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations import access
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """One's own, and those shared with a unit in which, or below which, one may do this."""
        return self.filter(Q(owner=user) | Q(unit__in=access.units_above(user, permission)))


class SavedView(TenantModel):
    """Khung nhìn đã lưu: words of the queue's address, never a number of a person."""

    owner = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    unit = TenantForeignKey("organizations.Unit", null=True, related_name="+")  # shared with
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)  # {name of the filter: its value as it was typed}

    objects: ClassVar[Any] = access.manager_of(SavedViewQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "owner", "name"], name="saved_view_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
