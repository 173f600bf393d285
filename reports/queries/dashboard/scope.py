"""Whose dossiers a dashboard tells of: the person's reach, a unit with all below, a procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from onestop.models import Procedure
from organizations import access
from organizations.models import AGENCY_KINDS, Unit, UnitKind, User
from reports.queries.statements import Places
from tenancy.scope import required_province_id

PERMISSION = "view_reports"
INNER = (UnitKind.DIVISION, UnitKind.COUNTER)


@dataclass(frozen=True)
class Scope:
    """An agency answers for what it is competent for, a division for what it handles."""

    places: Places
    unit: Unit | None  # None: several units, or the whole province
    unit_ids: tuple[int, ...] | None  # None: the whole province
    procedure: Procedure | None = None

    @cached_property
    def tops(self) -> list[Unit]:
        """The highest units of several; none for the whole province."""
        return _tops(self.places, self.unit_ids or ())

    @property
    def title(self) -> str:
        """Of whom it tells."""
        if self.unit is not None:
            return self.unit.name
        if self.unit_ids is None:
            return _("Whole province")
        return ", ".join(unit.name for unit in self.tops)

    @cached_property
    def inner_ids(self) -> list[int]:
        """Units that lie here without their agency: they answer for what they handle."""
        held = set(self.unit_ids or ())
        tops = {unit.pk for unit in self.tops if unit.kind in INNER}
        return sorted(pk for pk in held if tops & set(self.places.units[pk].ancestor_ids))

    @property
    def is_mixed(self) -> bool:
        """Agencies and divisions of others, held by two positions."""
        return 0 < len(self.inner_ids) < len(self.all_ids)

    @cached_property
    def column(self) -> str:
        """Of the dossier: by which unit it belongs here."""
        is_inner = bool(self.inner_ids) and not self.is_mixed
        return "handling_unit_id" if is_inner else "competent_unit_id"

    @property
    def row_column(self) -> str:
        """By which unit its rows are told apart: agencies from above, divisions within one."""
        return "handling_unit_id" if self.is_agency else self.column

    def reaches(self, pk: int) -> bool:
        """Whether the person may open the dashboard of that unit."""
        return self.unit_ids is None or pk in self.all_ids

    @property
    def is_agency(self) -> bool:
        return self.unit is not None and self.unit.kind in AGENCY_KINDS

    @property
    def is_summed(self) -> bool:
        """Whether the summaries know its flows: they are kept by competent unit and field."""
        is_competent = self.column == "competent_unit_id" and not self.is_mixed
        return self.procedure is None and is_competent

    @cached_property
    def all_ids(self) -> list[int]:
        return list(self.places.units if self.unit_ids is None else self.unit_ids)

    @property
    def code(self) -> str:
        """Names the unit in addresses; "" for all that the person sees."""
        return self.unit.code if self.unit else ""

    def row_unit(self, pk: int) -> Unit:
        """The row in which a unit's dossiers stand."""
        is_inner = self.row_column == "handling_unit_id"
        return self.places.units[pk] if is_inner else self.places.agency_of(pk)

    def row_ids(self, code: str) -> list[int]:
        """The units whose dossiers stand in the row of that code; of none for an unknown one."""
        return [pk for pk in self.places.units if self.row_unit(pk).code == code]

    def sql(self, alias: str = "d") -> str:
        """The condition on a dossier, for `params`. Parts of linked dossiers are in no figure."""
        words = [f"{alias}.province_id = %(province)s AND {alias}.parent_id IS NULL"]
        if self.is_mixed:
            words.append(
                f"({alias}.competent_unit_id = ANY(%(units)s::bigint[])"
                f" OR {alias}.handling_unit_id = ANY(%(inner)s::bigint[]))"
            )
        elif self.unit_ids is not None:
            words.append(f"{alias}.{self.column} = ANY(%(units)s::bigint[])")
        if self.procedure is not None:
            words.append(f"{alias}.procedure_id = %(procedure)s")
        return " AND ".join(words)

    @property
    def params(self) -> dict[str, Any]:
        return {
            "province": required_province_id(), "units": self.all_ids,
            "inner": self.inner_ids,
            "procedure": self.procedure.pk if self.procedure else None,
        }  # fmt: skip

    @property
    def where(self) -> Q:
        """The same condition for the ORM."""
        found = Q(parent=None)
        if self.is_mixed:
            found &= Q(competent_unit__in=self.unit_ids) | Q(handling_unit__in=self.inner_ids)
        elif self.unit_ids is not None:
            found &= Q(**{f"{self.column}__in": self.unit_ids})
        return found & Q(procedure=self.procedure) if self.procedure else found

    def row_where(self, code: str) -> Q:
        return Q(**{f"{self.row_column}__in": self.row_ids(code)})


def scope_of(user: User, code: str = "", procedure: str = "") -> Scope | None:
    """None: no such unit or procedure within the person's reach. One query, two for a procedure."""
    reach, places = access.units_where(user, PERMISSION), Places()
    found = Procedure.objects.filter(code=procedure).first() if procedure else None
    if procedure and found is None:
        return None
    mine = None if reach.everywhere else tuple(sorted(reach.unit_ids & places.units.keys()))
    if not code:
        top = _top(places, mine)
        return Scope(places, top, mine, found)
    unit = next((each for each in places.units.values() if each.code == code), None)
    if unit is None or unit.pk not in reach:
        return None
    below = places.below(unit)
    return Scope(places, unit, None if below is None else tuple(below), found)


def _top(places: Places, mine: tuple[int, ...] | None) -> Unit | None:
    """The one unit below which all of the person's units lie, if he holds it."""
    if mine is None:
        return None
    tops = _tops(places, mine)
    return tops[0] if len(tops) == 1 else None


def _tops(places: Places, ids: Sequence[int]) -> list[Unit]:
    """Those of the units above which none of the others lies."""
    held = set(ids)
    return [
        places.units[pk] for pk in ids if not held & set(places.units[pk].ancestor_ids[:-1])
    ]  # fmt: skip
