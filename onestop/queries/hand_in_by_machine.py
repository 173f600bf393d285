"""From the codes that a machine sends to the rows that they name."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from onestop.models import ProcedureComponent, ProcedureUnit, ProcedureVersion
from organizations import access
from organizations.models import Unit, UnitKind, User

COUNTERS = (UnitKind.COUNTER, UnitKind.CENTRE)
IN_THE_CENTRE = Q(parent__kind=UnitKind.CENTRE, parent__parent__parent=None)


def version_of(procedure: str, day: dt.date) -> ProcedureVersion | None:
    """What is in force of a published procedure. One query."""
    rows = ProcedureVersion.objects.offered_on(day).filter(procedure__code=procedure)
    found: ProcedureVersion | None = rows.order_by("-number").first()
    return found


def competent_unit(version: ProcedureVersion, code: str, day: dt.date) -> Unit | None:
    """The unit with this code, when it resolves the procedure and is open. One query."""
    units = ProcedureUnit.objects.filter(version=version).values("unit")
    found: Unit | None = Unit.objects.valid_on(day).filter(pk__in=units, code=code).first()
    return found


def receiving_unit(competent: Unit, code: str, user: User, day: dt.date) -> Unit | None:
    """The unit with this code that the client sees. Without a code: the counter of the competent
    unit, for an agency without one the centre of the province, else the unit itself. One query,
    or two or three."""
    seen = access.units_visible_to(user, "view_dossiers").filter(
        pk__in=Unit.objects.valid_on(day).values("pk")
    )
    if code:
        return seen.filter(code=code).first()
    desks = seen.filter(kind__in=COUNTERS).order_by("path")
    own = desks.filter(path__startswith=competent.path).first()
    if own is None and competent.kind == UnitKind.AGENCY:
        own = desks.filter(IN_THE_CENTRE, kind=UnitKind.COUNTER).first()
    return own or seen.filter(pk=competent.pk).first()


def components_of(version: ProcedureVersion) -> dict[int, ProcedureComponent]:
    return {row.order: row for row in ProcedureComponent.objects.filter(version=version)}
