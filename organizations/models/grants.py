"""The compiled form of positions and delegations: who may do what, on which unit, from when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from tenancy.models import TenantForeignKey, TenantModel


class UnitUserPermission(TenantModel, UserObjectPermissionBase):
    """A permission of a person on a unit and below. Rewritten by `access.recompile` only."""

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE)
    content_object = TenantForeignKey("organizations.Unit", on_delete=models.CASCADE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    delegation = TenantForeignKey(
        "organizations.Delegation", on_delete=models.CASCADE, null=True, blank=True
    )
    position = TenantForeignKey(
        "organizations.Position", on_delete=models.CASCADE, null=True, blank=True
    )

    class Meta(TenantModel.Meta):
        unique_together: ClassVar[list[Any]] = []
        indexes = [
            models.Index(fields=["province", "user", "permission"], name="grant_by_user"),
            models.Index(fields=["province", "content_object", "permission"], name="grant_by_unit"),
        ]


class UnitGroupPermission(TenantModel, GroupObjectPermissionBase):
    """Unused by the portal: guardian asks for it beside the direct user table."""

    group = TenantForeignKey("auth.Group", on_delete=models.CASCADE)
    content_object = TenantForeignKey("organizations.Unit", on_delete=models.CASCADE)

    class Meta(TenantModel.Meta):
        unique_together: ClassVar[list[Any]] = []
