"""Wrong answers of the public look-up, figures that are counted at night, and ratings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.access import VisibleQuerySet, manager_of
from portal.rules import Question, span_words
from tenancy.models import TenantForeignKey, TenantModel


class GuessKind(models.TextChoices):
    """What wrong answers are counted by."""

    CODE = "code", _("Look-up of one dossier code")
    ADDRESS = "address", _("Look-up by code from one address")
    ALL = "all", _("Look-up by dossier code")
    PHONE = "phone", _("Look-up by code from one phone")
    NUMBER = "number", _("Look-up by number from one address")
    NUMBERS = "numbers", _("Look-up by number")
    QR = "qr", _("Look-up by QR code from one address")
    SUBMIT = "submit", _("Own online form from one address")
    SUBMITS = "submits", _("Own online form")
    CHECK = "check", _("Check of a document from one address")
    CHECKS = "checks", _("Check of documents")


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


class RatingMark(TenantModel):
    """Says that a dossier was rated, and nothing else (decision 0005).

    A keyed digest names no dossier without the key of the installation; the row has no moment, and
    its number is random: none counts up.
    """

    id = models.BigIntegerField(primary_key=True)  # random
    digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "digest"], name="rating_mark_once"),
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class RatingSum(TenantModel):
    """How often one answer was given to one question in a month: all that is kept of ratings."""

    unit = TenantForeignKey("organizations.Unit", related_name="+")  # the competent one
    procedure = TenantForeignKey("onestop.Procedure", related_name="+")
    month = models.DateField()  # its first day
    question = models.CharField(max_length=10, choices=Question)
    points = models.PositiveSmallIntegerField()  # 2, 1, 0
    count = models.PositiveIntegerField()

    objects: ClassVar[Any] = manager_of(VisibleQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "procedure", "month", "question", "points"],
                name="rating_sum_once",
            ),
            models.CheckConstraint(
                name="rating_sum_of_a_month", condition=Q(month__day=1, points__lte=2)
            ),
        ]
        indexes = [models.Index(fields=["province", "month"], name="rating_sum_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} {self.question} {self.points}: {self.count}"


class RatingComment(TenantModel):
    """What somebody added in words: apart from his answers, without procedure and day."""

    id = models.BigIntegerField(primary_key=True)  # random
    unit = TenantForeignKey("organizations.Unit", related_name="+")
    month = models.DateField()
    text = models.CharField(max_length=500)

    objects: ClassVar[Any] = manager_of(VisibleQuerySet)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "unit", "month"], name="comment_by_month")]

    def __str__(self) -> str:
        return self.text[:40]
