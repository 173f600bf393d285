"""A task that comes again: each week, month, quarter or year."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from common.urgency import Urgency
from directives.models.directives import PERSON, UNIT, Directive
from directives.states import Every
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class SeriesQuerySet(models.QuerySet["Series"]):
    def running(self) -> Self:
        """Neither stopped nor at their end."""
        return self.filter(stopped_at=None, next_on__isnull=False)


class Series(TenantModel):
    """What is given anew, to the same lead, for each of its days.

    Its days are counted from the first one (`rules.occurrence`), whatever the calendar says; a task
    is due on its day or on the next working day. `number` counts those that were made or passed
    over, and `next_on` is None after the last one.
    """

    directive = TenantForeignKey(Directive, related_name="series")
    unit = TenantForeignKey(UNIT, related_name="+")  # that gives
    giver = TenantForeignKey(PERSON, related_name="+")
    leader = TenantForeignKey(PERSON, null=True, related_name="+")
    follower = TenantForeignKey(PERSON, null=True, related_name="+")
    lead = TenantForeignKey(UNIT, related_name="+")
    content = models.CharField(max_length=2000)
    product = models.CharField(max_length=500, blank=True)
    field = models.CharField(max_length=100, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    every = models.CharField(max_length=7, choices=Every)
    first_on = models.DateField()
    ends_on = models.DateField(null=True)
    number = models.PositiveIntegerField(default=0)  # of the newest, from 0
    last_on = models.DateField()  # its day
    next_on = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = TenantForeignKey(PERSON, null=True, related_name="+")  # None: the portal
    stop_reason = models.CharField(max_length=1000, blank=True)
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = TenantManager.from_queryset(SeriesQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="task_series_stopped_complete",
                condition=Q(stopped_at=None, stopped_by=None, stop_reason="")
                | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
            ),
            models.CheckConstraint(
                name="task_series_goes_forward",
                condition=Q(last_on__gte=F("first_on"))
                & (Q(next_on=None) | Q(next_on__gt=F("last_on"))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "next_on"], name="task_series_running",
                condition=Q(stopped_at=None, next_on__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.content[:60]

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.next_on is not None


class SeriesHelper(TenantModel):
    """A unit that helps the lead with each of them."""

    series = TenantForeignKey(Series, on_delete=models.CASCADE, related_name="helpers")
    unit = TenantForeignKey(UNIT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "series", "unit"], name="series_helper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.unit_id}"
