"""/healthz and /readyz, answered before any host or province is looked up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tenancy.readiness import why_not_ready


class HealthMiddleware:
    """`/healthz`: the process answers. `/readyz`: the database answers, to the right role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            fault = why_not_ready()
            return HttpResponse(
                f"{fault or 'ready'}\n", status=503 if fault else 200, content_type="text/plain"
            )
        return self.get_response(request)
