"""`/api/v1/dossiers/`: read the list, hand one in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from onestop.api import reading
from onestop.api.reading import DossierQuery
from onestop.api.shapes import DossierList
from organizations.api import endpoint
from organizations.models import ApiScope


@extend_schema(
    methods=["GET"], tags=["dossiers"], summary=_("Dossiers of the client's units"),
    parameters=[DossierQuery],
    responses=DossierList,
    description=_(
        "Oldest first, page by page. No personal data here; to follow what changes, ask for the "
        "events."
    ),
    operation_id="dossiers_list",
)  # fmt: skip
@endpoint(GET=ApiScope.DOSSIERS)
def dossier_list(request: Request) -> Response:
    return reading.dossier_list(request)
