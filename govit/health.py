"""/healthz and /readyz, answered before any host or province is looked up."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

ROLE = """
    SELECT rolsuper OR rolbypassrls
           OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relname = 'tenancy_province')
    FROM pg_roles r WHERE rolname = current_user"""


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


def why_not_ready() -> str:
    """Empty when ready; else the reason. A role that row security does not bind is a reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE)
            row = cursor.fetchone()
            if row is None or row[0]:
                return "the database role is superuser, owner or bypasses row security"
            cursor.execute("SELECT 1 FROM tenancy_province LIMIT 1")
    except DatabaseError:
        connection.close()
        return "database away"
    return ""
