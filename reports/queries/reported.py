"""Of which units a person may make a report."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from onestop.models.catalogue import ProcedureUnit
from organizations import access
from organizations.models import AGENCY_KINDS, Unit, UnitKind, User


def units_with_figures(user: User) -> QuerySet[Unit]:
    """The province, agencies, and divisions that are competent themselves for some procedure."""
    kinds = (UnitKind.PROVINCE, UnitKind.DIVISION, *AGENCY_KINDS)
    competent = Unit.objects.filter(
        path__startswith=OuterRef("path"), pk__in=ProcedureUnit.objects.values("unit")
    )
    units = access.units_visible_to(user, "view_reports").filter(kind__in=kinds)
    return units.filter(~Q(kind=UnitKind.DIVISION) | Exists(competent))
