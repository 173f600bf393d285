"""The root of the machine interface: what each app brings, its description, and a plain 404."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from govit import api_schema
from govit.api_page import operations

app_name = "api"


@login_not_required
@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """`/api/`: the same description for people who write programs."""
    groups = operations(api_schema.description())
    return render(request, "api/page.html", {"groups": groups, "host": request.get_host()})


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """`/api/v1/openapi.yaml`: for everybody, like the page; it names nobody."""
    text = api_schema.as_yaml(translation.get_language() or "vi")
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
@authentication_classes([])
@permission_classes([])
def nothing(request: Request, rest: str) -> Response:
    """Any other address below `/api/v1/`: the answer of machines, not a page."""
    raise Http404


urlpatterns = [
    path("openapi.yaml", schema, name="schema"),
    path("", include("onestop.api.urls")),
    path("<path:rest>", nothing, name="nothing"),
]
