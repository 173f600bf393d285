"""Summaries: what a unit received and finished on a day, and had open when a month ended."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"


class Span(models.TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class Cell(TenantModel):
    """How many dossiers a unit received and finished on a day (or in a month: their sum)."""

    span = models.CharField(max_length=5, choices=Span)
    starts_on = models.DateField()  # the day, or the first of the month
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)  # the competent one
    level = models.CharField(max_length=10)
    field = models.CharField(max_length=300)
    online = models.PositiveIntegerField(default=0)
    direct = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "span", "starts_on", "unit", "level", "field"],
                name="report_cell_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on} {self.unit_id} {self.field}"


class DirtyDay(TenantModel):
    """A unit's day whose cells no longer say what the dossiers say."""

    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "unit", "day"], name="report_dirty_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"


class Stock(TenantModel):
    """How many dossiers a unit had open at the end of a month, and how many of them overdue."""

    day = models.DateField()  # the last of the month
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)  # the competent one
    level = models.CharField(max_length=10)
    field = models.CharField(max_length=300)
    open = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()  # as column 13 of the statement says it

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "day", "unit", "level", "field"], name="report_stock_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.unit_id} {self.field}"


class Stocktaking(TenantModel):
    """The stocks of a month's last day are counted: a unit without a row had nothing open."""

    day = models.DateField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "day"], name="report_stocktaking_once"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class SummaryCheck(TenantModel):
    """A night's comparison of the summaries with the dossiers."""

    at = models.DateTimeField()
    differing = models.PositiveIntegerField()  # figures that were not the same
    units = models.JSONField(default=list)  # codes of the units whose days are counted anew

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "-at"], name="summary_check_by_moment")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}: {self.differing}"
