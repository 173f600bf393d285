"""Units: the tree of agencies, divisions and counters inside a province."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.roles import PERMISSIONS
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class UnitKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    AGENCY = "agency", _("Agency")
    DIVISION = "division", _("Division")
    COUNTER = "counter", _("One-stop counter")
    CENTRE = "centre", _("Public administration centre")
    COMMUNE = "commune", _("Commune")


class UnitQuerySet(models.QuerySet["Unit"]):
    def valid_on(self, day: dt.date) -> Self:
        """Units that exist on that day; a closed one keeps its rows and code."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
        )

    def below(self, unit: Unit) -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)

    def agencies(self) -> Self:
        return self.filter(kind__in=AGENCY_KINDS)

    def in_tree_order(self) -> Self:
        return self.order_by("path")

    def hold(self, ids: Iterable[int]) -> None:
        """For who gives them work: nobody merges one of them away before he is done; a merger that
        runs is waited for.

        FOR SHARE, which many hold at once, against the FOR NO KEY UPDATE of a merger. Before the
        work itself is locked, as there: else the two would wait for each other.
        """
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [sorted(set(ids))])


_HOLD = "SELECT FROM organizations_unit WHERE id = ANY(%s) ORDER BY id FOR SHARE"


AGENCY_KINDS = (UnitKind.AGENCY, UnitKind.CENTRE, UnitKind.COMMUNE)


class Unit(TenantModel):
    """A node of the organisation tree; access is granted on it and holds below it."""

    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=10, choices=UnitKind)
    code = models.CharField(max_length=35)  # mã định danh, QĐ 20/2020/QĐ-TTg: H32.05.01
    name = models.CharField(max_length=200)
    symbol = models.CharField(max_length=30, blank=True)  # in document numbers: SNNMT
    path = models.CharField(max_length=255, editable=False)  # ids from the root: "1/12/80/"
    address = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    place = models.CharField(max_length=60, blank=True)  # địa danh of its papers: "Nha Trang"
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # last day
    is_sample = models.BooleanField(default=False)  # stands in for data that are not public
    source = models.CharField(max_length=255, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(UnitQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="unit_code_once"),
            models.CheckConstraint(
                name="unit_dates_in_order",
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "path"],
                name="unit_by_path",
                opclasses=["int4_ops", "varchar_pattern_ops"],
            ),
        ]
        permissions = list(PERMISSIONS)

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to this unit itself."""
        return [int(part) for part in self.path.split("/") if part]

    def is_open_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    @property
    def is_open(self) -> bool:
        return self.is_open_on(timezone.localdate())


class UnitSuccession(TenantModel):
    """A merger, split or renaming: what the old unit had goes to the new one on that day."""

    predecessor = TenantForeignKey(Unit, related_name="successions")
    successor = TenantForeignKey(Unit, related_name="predecessions")
    on = models.DateField()
    reason = models.CharField(max_length=255)  # the resolution or decision

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "predecessor", "successor"], name="succession_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class UnitMove(TenantModel):
    """Where a unit stood until a merger moved it. What a unit was below on a past day is read
    from these, never from the present tree."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    unit = TenantForeignKey(Unit, related_name="moves")
    at = models.DateTimeField()
    from_path = models.CharField(max_length=255)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "at"], name="unit_move_by_moment")]

    def __str__(self) -> str:
        return f"{self.from_path} {self.at:%d/%m/%Y}"
