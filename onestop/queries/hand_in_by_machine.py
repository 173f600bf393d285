"""From the codes that a machine sends to the rows that they name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from onestop.models import ProcedureComponent, ProcedureState, ProcedureUnit, ProcedureVersion
from organizations import access
from organizations.models import Unit, UnitKind, User

COUNTERS = (UnitKind.COUNTER, UnitKind.CENTRE)


@dataclass(frozen=True)
class Place:
    """What a submission is about, and where it comes in."""

    version: ProcedureVersion
    competent: Unit
    receiving: Unit
    components: dict[int, ProcedureComponent]  # by their numbers


def version_of(procedure: str, day: dt.date) -> ProcedureVersion | None:
    """What is in force of a published procedure. One query."""
    rows = ProcedureVersion.objects.in_force_on(day).filter(
        procedure__code=procedure, procedure__state=ProcedureState.PUBLISHED
    )
    found: ProcedureVersion | None = rows.order_by("-number").first()
    return found


def competent_unit(version: ProcedureVersion, code: str, day: dt.date) -> Unit | None:
    """The unit with this code, when it resolves the procedure and is open. One query."""
    units = ProcedureUnit.objects.filter(version=version).values("unit")
    found: Unit | None = Unit.objects.valid_on(day).filter(pk__in=units, code=code).first()
    return found


def receiving_unit(competent: Unit, code: str, user: User, day: dt.date) -> Unit | None:
    """The unit with this code that the client sees; without a code the counter of the competent
    unit, else that unit itself. One query, or two."""
    seen = access.units_visible_to(user, "view_dossiers").filter(
        pk__in=Unit.objects.valid_on(day).values("pk")
    )
    if code:
        return seen.filter(code=code).first()
    below = seen.filter(path__startswith=competent.path, kind__in=COUNTERS)
    return below.order_by("path").first() or seen.filter(pk=competent.pk).first()


def components_of(version: ProcedureVersion) -> dict[int, ProcedureComponent]:
    return {row.order: row for row in ProcedureComponent.objects.filter(version=version)}
