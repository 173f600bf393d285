"""Reports that a person sees, and of which units he may make one."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from onestop.models.catalogue import ProcedureUnit
from organizations import access
from organizations.models import AGENCY_KINDS, Unit, UnitKind, User
from reports.models import Report


def units_with_figures(user: User) -> QuerySet[Unit]:
    """The province, agencies, and divisions that are competent themselves for some procedure."""
    kinds = (UnitKind.PROVINCE, UnitKind.DIVISION, *AGENCY_KINDS)
    competent = Unit.objects.filter(
        path__startswith=OuterRef("path"), pk__in=ProcedureUnit.objects.values("unit")
    )
    units = access.units_visible_to(user, "view_reports").filter(kind__in=kinds)
    return units.filter(~Q(kind=UnitKind.DIVISION) | Exists(competent))


def reports_for(user: User, kind: str = "", by: str = "", state: str = "") -> QuerySet[Report]:
    """Reports without their figures; an empty wish is none. Ordered by the page."""
    found: QuerySet[Report] = Report.objects.visible_to(user, "view_reports")
    found = found.select_related("unit", "signed_by").defer("rows").annotate(place=F("unit__path"))
    wanted = {"kind": kind, "by": by, "state": state}
    return found.filter(**{key: value for key, value in wanted.items() if value})
