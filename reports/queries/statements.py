"""From figures of units and fields to the rows of the statement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.utils import timezone

from onestop.models import Level
from organizations.models import AGENCY_KINDS, Unit, UnitKind, UnitMove, UnitSuccession
from reports.queries import live
from reports.rules import By, Figures, Period

LEVELS = (Level.PROVINCE, Level.COMMUNE)


@dataclass(frozen=True)
class Row:
    """One row: `code` names it in files and addresses (a unit's code, or level and field)."""

    code: str
    name: str
    group: str  # the level, for rows by field
    figures: Figures

    def as_data(self) -> dict[str, object]:
        return {
            "code": self.code, "name": self.name, "group": self.group,
            "figures": self.figures.as_row(),
        }  # fmt: skip


@dataclass(frozen=True)
class Statement:
    period: Period
    by: By
    rows: list[Row]

    @property
    def total(self) -> Figures:
        return sum((row.figures for row in self.rows), Figures())


class Places:
    """The units of the province, and to which row of a statement a competent unit belongs: as
    the tree is now, or was at a moment. Two queries."""

    def __init__(self, at: dt.datetime | None = None) -> None:
        rows = Unit.objects.only("id", "code", "name", "kind", "path", "valid_from", "valid_to")
        self.units: dict[int, Unit] = {unit.pk: unit for unit in rows}
        self.merged: set[int] = set()
        moves = UnitMove.objects.filter(at__gt=at or timezone.now()).order_by("-at", "-pk")
        for unit_id, path in moves.values_list("unit", "from_path"):
            self.units[unit_id].path = path  # the earliest move after the moment comes last

    @classmethod
    def then(cls, period: Period, known_at: dt.datetime | None = None) -> Places:
        """As the tree was at the end of the period, or when it was known."""
        return cls(live.until(period, known_at or timezone.now()))

    def with_merged(self, period: Period) -> Self:
        """What was merged away in the period stands below its successor, with all that stood below
        it, though the merger was recorded after the period: its people and their work are the
        successor's. One query."""
        rows = UnitSuccession.objects.filter(on__gt=period.first, on__lte=period.last)
        last_first = rows.order_by("-on", "-pk").values_list("predecessor", "successor")
        for old, new in last_first:
            before, after = self.units[old].path, f"{self.units[new].path}{old}/"
            for unit in self.units.values():
                if unit.path.startswith(before):
                    unit.path = after + unit.path.removeprefix(before)
            self.merged.add(old)
        return self

    def lasting(self, unit_id: int) -> Unit:
        """The unit, or into which it was merged away: what is closed has no head below it."""
        above = reversed(self.units[unit_id].ancestor_ids)
        return next(self.units[pk] for pk in above if pk not in self.merged)

    def agency_of(self, unit_id: int) -> Unit:
        """The nearest agency, centre or commune at or above the unit; else the unit itself."""
        for pk in reversed(self.units[unit_id].ancestor_ids):
            if self.units[pk].kind in AGENCY_KINDS and pk not in self.merged:
                return self.units[pk]
        return self.units[unit_id]

    def level_of(self, unit_id: int, level: str) -> str:
        """Where it was resolved: a procedure of both levels counts where the unit stands."""
        if level != Level.BOTH:
            return level
        above = (self.units[pk].kind for pk in self.units[unit_id].ancestor_ids)
        return Level.COMMUNE if UnitKind.COMMUNE in above else Level.PROVINCE

    def below(self, unit: Unit | None) -> list[int] | None:
        """The unit and all under it; None stands for the whole province."""
        if unit is None or unit.parent_id is None:
            return None
        return [each.pk for each in self.units.values() if each.path.startswith(unit.path)]

    def was_open(self, unit: Unit, period: Period) -> bool:
        """Whether the unit existed on some day of the period."""
        return (unit.valid_from is None or unit.valid_from <= period.last) and (
            unit.valid_to is None or period.first <= unit.valid_to
        )

    @cached_property
    def agencies(self) -> list[Unit]:
        found = [unit for unit in self.units.values() if unit.kind in AGENCY_KINDS]
        return sorted(found, key=lambda unit: unit.code)


def statement(
    period: Period, by: By, found: Mapping[live.Key, Figures], places: Places,
    units: list[int] | None = None,
) -> Statement:  # fmt: skip
    """The rows: every agency that was open in the period, or every field with a figure."""
    if by == By.AGENCY:
        return Statement(period, by, _by_agency(period, found, places, units))
    return Statement(period, by, _by_field(found, places))


def _by_agency(
    period: Period, found: Mapping[live.Key, Figures], places: Places, units: list[int] | None
) -> list[Row]:
    sums = {
        unit.pk: Figures()
        for unit in places.agencies
        if (units is None or unit.pk in units) and places.was_open(unit, period)
    }
    for (unit_id, _level, _field), figures in found.items():
        if not figures.is_empty:
            agency = places.agency_of(unit_id)
            sums[agency.pk] = sums.get(agency.pk, Figures()) + figures
    rows = [
        Row(places.units[pk].code, places.units[pk].name, "", figures)
        for pk, figures in sums.items()
    ]
    return sorted(rows, key=lambda row: row.code)


def _by_field(found: Mapping[live.Key, Figures], places: Places) -> list[Row]:
    sums: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for (unit_id, level, field), figures in found.items():
        sums[places.level_of(unit_id, level), field] += figures
    rows = [Row(f"{level}:{field}", field, level, found) for (level, field), found in sums.items()]
    return sorted(
        (row for row in rows if not row.figures.is_empty), key=lambda row: (_rank(row), row.name)
    )


def _rank(row: Row) -> int:
    return LEVELS.index(Level(row.group))
