"""`/api/v1/dossiers/`: read the list, hand one in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from onestop.api import reading
from onestop.api.examples import ANSWER_EXAMPLE, DOSSIER_EXAMPLE
from onestop.api.reading import DossierQuery
from onestop.api.sending import KEY_PARAMETER, hand_in
from onestop.api.shapes import DossierList, HandedIn
from onestop.api.submissions import DossierIn
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
@extend_schema(
    methods=["POST"],
    tags=["dossiers"],
    summary=_("Submit a dossier"),
    description=_(
        "What a citizen submitted elsewhere. It waits at the counter (status 1) and gets a code "
        "and a look-up number at once; no clock runs before it is accepted. Files are uploaded "
        "before; addresses of files are not taken."
    ),
    parameters=[KEY_PARAMETER],
    request=DossierIn,
    responses={201: HandedIn},
    examples=[DOSSIER_EXAMPLE, ANSWER_EXAMPLE],
    operation_id="dossiers_submit",
)
@endpoint(GET=ApiScope.DOSSIERS, POST=ApiScope.SUBMIT)
def dossiers(request: Request) -> Response:
    return hand_in(request) if request.method == "POST" else reading.dossier_list(request)
