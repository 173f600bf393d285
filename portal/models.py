"""Wrong answers of the public look-up, and figures that are counted at night."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.rules import span_words
from tenancy.models import TenantForeignKey, TenantModel


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


class ProcedureTime(TenantModel):
    """How long the finished dossiers of a procedure really took: open hours without the waiting
    for the citizen. Only `services.times` writes it, once a night; no page counts dossiers."""

    procedure = TenantForeignKey("onestop.Procedure", on_delete=models.CASCADE, related_name="+")
    dossiers = models.PositiveIntegerField()
    half_minutes = models.PositiveIntegerField()  # half of them took no longer
    half_days = models.DecimalField(max_digits=7, decimal_places=2)  # the same in working days
    most_minutes = models.PositiveIntegerField()  # nine of ten took no longer
    most_days = models.DecimalField(max_digits=7, decimal_places=2)
    since = models.DateField()  # finished from this day
    until = models.DateField()  # to this day, both included

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "procedure"], name="procedure_time_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossiers}: {self.half_days}, {self.most_days}"

    @property
    def half_words(self) -> str:
        return span_words(self.half_minutes, self.half_days)

    @property
    def most_words(self) -> str:
        return span_words(self.most_minutes, self.most_days)
