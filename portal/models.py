"""Wrong answers of the public look-up, kept where Redis is not needed to count them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantModel


class GuessKind(models.TextChoices):
    """What wrong answers are counted by."""

    CODE = "code", _("Look-up of one dossier code")
    ADDRESS = "address", _("Look-up by code from one address")
    ALL = "all", _("Look-up by dossier code")
    NUMBER = "number", _("Look-up by number from one address")
    NUMBERS = "numbers", _("Look-up by number")
    QR = "qr", _("Look-up by QR code from one address")


class GuessCount(TenantModel):
    """The wrong answers of the last hour for one code, one address or all. Only `limits` writes it.

    `moments` are seconds since 1970 of the admitted wrong answers, oldest first: at most as many
    as the limit, so no sixty minutes ever hold more, wherever they begin.
    """

    kind = models.CharField(max_length=10, choices=GuessKind)
    key = models.CharField(max_length=60)  # a code, an address, or ""
    moments = models.JSONField(default=list)
    ends_at = models.DateTimeField()  # nothing in the row counts after that
    told_at = models.DateTimeField(null=True)  # administrators heard that it was closed

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "kind", "key"], name="guess_count_once"),
        ]
        indexes = [models.Index(fields=["province", "ends_at"], name="guess_count_by_end")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
