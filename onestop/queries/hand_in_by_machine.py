"""From the codes that a machine sends to the rows that they name."""

from __future__ import annotations

import datetime as dt

from onestop.models import ProcedureComponent, ProcedureUnit, ProcedureVersion
from onestop.queries.desks import nearest_desk
from organizations import access
from organizations.models import Unit, User


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
    """The unit with this code that the client sees. Without a code the desk of the competent unit,
    as on the portal's own form; the client sees that desk or that unit. One query, or two to four.
    """
    seen = access.units_visible_to(user, "view_dossiers").filter(
        pk__in=Unit.objects.valid_on(day).values("pk")
    )
    if code:
        return seen.filter(code=code).first()
    desk = nearest_desk(competent, day)
    return desk if seen.filter(pk__in=[desk.pk, competent.pk]).exists() else None


def components_of(version: ProcedureVersion) -> dict[int, ProcedureComponent]:
    return {row.order: row for row in ProcedureComponent.objects.filter(version=version)}
