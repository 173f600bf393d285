"""Procedures and dossiers for machines: what people see on pages, from the same door."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.notes import note_access
from common.api import MomentField, PageQuery, asked, page_by_id
from onestop.api.shapes import (
    DossierList,
    DossierPage,
    ProcedureList,
    ProcedurePage,
)
from onestop.models import Dossier
from onestop.queries import machines
from onestop.states import Status
from organizations.api import endpoint
from organizations.models import ApiScope

SEE = "view_dossiers"


class ProcedureQuery(PageQuery):
    q = serializers.CharField(
        required=False, max_length=100, help_text=_("Words of code, name or field")
    )


class DossierQuery(PageQuery):
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    procedure = serializers.RegexField(
        r"^[0-9]\.[0-9]{6}\Z", required=False, help_text=_("Code of the procedure")
    )
    changed_since = MomentField(
        required=False, help_text=_("Somebody acted on the dossier at this moment or later")
    )


@extend_schema(
    tags=["procedures"], summary=_("Published procedures"), parameters=[ProcedureQuery],
    responses=ProcedureList, operation_id="procedures_list",
    description=_("What is in force, by code and name; as on the public pages."),
)  # fmt: skip
@endpoint(GET=ApiScope.PROCEDURES)
def procedure_list(request: Request) -> Response:
    query = asked(ProcedureQuery, request)
    rows, following = page_by_id(machines.procedures(query.get("q", "")), query)
    return Response(ProcedureList({"results": rows, "next": following}).data)


@extend_schema(
    tags=["procedures"], summary=_("One published procedure"), responses=ProcedurePage,
    operation_id="procedures_read",
    description=_("Channels with time limit and fee, papers to hand in, units that resolve it."),
)  # fmt: skip
@endpoint(GET=ApiScope.PROCEDURES)
def procedure_detail(request: Request, code: str) -> Response:
    return Response(ProcedurePage(found(machines.procedure(code))).data)


def dossier_list(request: Request) -> Response:
    query = asked(DossierQuery, request)
    filters = {name: query[name] for name in query.keys() - {"cursor", "limit"}}
    seen = Dossier.objects.visible_to(request.user, SEE)
    rows, following = page_by_id(machines.dossiers(seen, **filters), query)
    return Response(DossierList({"results": rows, "next": following}).data)


@extend_schema(
    tags=["dossiers"], summary=_("One dossier"), responses=DossierPage,
    operation_id="dossiers_read",
    description=_(
        "How far it is, what is asked of the applicant, and the result. Of the applicant the name "
        "and the end of the number. Each look is noted."
    ),
)  # fmt: skip
@endpoint(GET=ApiScope.DOSSIERS)
def dossier_detail(request: Request, code: str) -> Response:
    """Notes who looked, as a page does for people."""
    row = found(machines.dossier(Dossier.objects.visible_to(request.user, SEE), code))
    note_access("dossier.opened", Dossier(pk=row["id"], code=row["code"]), user=request.user)
    return Response(DossierPage(row).data)


def found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise Http404
    return row
