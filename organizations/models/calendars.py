"""When the offices of a province are open: dates that differ, and weekly sessions."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from common.working_time import WeekPattern
from organizations.models.people import Dated, DatedQuerySet
from organizations.models.units import Unit
from tenancy.models import TenantForeignKey, TenantManager, TenantModel

LIBRARY = "thư viện holidays"  # named in the source of each date that was read there


class DayKind(models.TextChoices):
    """What makes a date differ from its weekday (the kinds of `common.working_time`)."""

    HOLIDAY = "holiday", _("Public holiday")
    COMPENSATORY_OFF = "compensatory_off", _("Day off in lieu of a holiday")
    SWAPPED_OFF = "swapped_off", _("Swapped day off")
    MAKEUP_WORKDAY = "makeup_workday", _("Make-up working day")


class CalendarEntry(TenantModel):
    """A date of the province's calendar; unconfirmed ones are proposals ("dự kiến")."""

    date = models.DateField(_("Date"))
    kind = models.CharField(_("Kind"), max_length=20, choices=DayKind)
    linked_date = models.DateField(_("Swapped with"), null=True, blank=True)
    name = models.CharField(_("Name"), max_length=120)
    confirmed = models.BooleanField(_("Confirmed"), default=True)
    source = models.CharField(_("Source"), max_length=255, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("date",)
        constraints = [
            models.UniqueConstraint(fields=["province", "date"], name="calendar_date_once"),
            models.CheckConstraint(
                name="calendar_makeup_names_its_day",
                condition=~Q(kind="makeup_workday") | Q(linked_date__isnull=False),
            ),
            models.CheckConstraint(
                name="calendar_linked_day_is_another",
                condition=Q(linked_date=None) | ~Q(linked_date=F("date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"

    @property
    def basis(self) -> str:
        """The law or notice that says so."""
        return self._parts()[0]

    @property
    def origin(self) -> str:
        """Where the portal read the date; "" for what people entered."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        basis, _semicolon, origin = self.source.rpartition("; ")
        return (basis, origin) if basis and LIBRARY in origin else (self.source, "")


def check_sessions(value: Any) -> None:
    """Refuse what is not seven lists of "07:30-11:30"."""
    try:
        WeekPattern.from_data(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValidationError(
            _("Give the sessions of seven days as from-to, such as 07:30-11:30.")
        ) from error


class WorkPatternQuerySet(DatedQuerySet):
    def with_covered_units(self) -> Self:
        """Each pattern with its unit's path and the ids of all units that it holds for."""
        below = Unit.objects.filter(path__startswith=OuterRef("unit__path")).values("pk")
        return self.annotate(unit_path=F("unit__path"), covers=ArraySubquery(below))


class WorkPattern(Dated):
    """Weekly sessions of a unit and all below it; without a unit, of the whole province."""

    unit = TenantForeignKey(Unit, null=True, blank=True, related_name="work_patterns")
    sessions = models.JSONField(_("Sessions"), validators=[check_sessions])
    source = models.CharField(_("Source"), max_length=255, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(WorkPatternQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "valid_from"],
                name="work_pattern_once_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="work_pattern_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        """Names the unit by id only: no query."""
        return f"{self.unit_id or '*'} {self.valid_from:%d/%m/%Y}"

    def as_pattern(self) -> WeekPattern:
        return WeekPattern.from_data(self.sessions)

    def holds_for(self, unit_id: int | None) -> bool:
        """Needs `with_covered_units`: no query."""
        covers: list[int] = getattr(self, "covers", [])
        return self.unit_id is None or unit_id in covers

    @property
    def depth(self) -> int:
        """Needs `with_covered_units`: 0 for the province, more for a unit further down."""
        return str(getattr(self, "unit_path", None) or "").count("/")

    def is_closer_than(self, other: WorkPattern | None) -> bool:
        """Nearer to the unit, or as near and newer."""
        if other is None:
            return True
        return (self.depth, self.valid_from) > (other.depth, other.valid_from)
