"""Settings that the law or the province changes from a day on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantModel


class RuleSet(TenantModel):
    """The values of one kind of rules from a day on; its fields are in organizations.rulesets."""

    kind = models.CharField(_("Kind"), max_length=30)
    valid_from = models.DateField(_("Valid from"))
    values = models.JSONField(_("Values"), default=dict)
    source = models.CharField(_("Source"), max_length=255, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("kind", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["province", "kind", "valid_from"], name="rule_set_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from:%d/%m/%Y}"
