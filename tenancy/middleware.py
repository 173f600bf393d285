"""Host to province, and one transaction around view and rendering.

Order (docs/architecture.md): ProvinceMiddleware above SessionMiddleware, which saves the session
after the view's transaction; TransactionMiddleware directly below it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.messages.storage import default_storage
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import Busy, DomainError
from common.locks import is_lock_wait
from tenancy.models import Province
from tenancy.provinces import province_for_host
from tenancy.scope import current_scope, set_host_province, tenant_scope

log = logging.getLogger("govit.tenancy")
GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 page; touches neither database nor session."""
    page: Callable[[HttpRequest], HttpResponse] = import_string("common.pages.service_unavailable")
    return page(request)


def _province_of(host: str) -> Province | None:
    """Asks once more when the kept connection had died while idle."""
    kept = connection.connection
    try:
        return province_for_host(host)
    except (OperationalError, InterfaceError):
        if kept is None or not kept.closed:
            raise
        connection.close()
        return province_for_host(host)


class ProvinceMiddleware:
    """Finds the province by host name; an unknown host is a plain 404.

    Only then a request without TLS is sent on, to the province's own host and never to what the
    request calls itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            province = _province_of(request.get_host().rsplit(":", 1)[0])
        except DisallowedHost:
            province = None
        except (OperationalError, InterfaceError):
            connection.close()
            return unavailable(request)
        if province is None:
            return HttpResponse("Unknown host.\n", status=404, content_type="text/plain")
        if settings.SITE_HTTPS and not request.is_secure():
            where = f"https://{province.host}{request.get_full_path()}"
            return HttpResponsePermanentRedirect(where)
        request.province = province  # type: ignore[attr-defined]
        set_host_province(province.pk)
        try:
            return self.get_response(request)
        finally:
            set_host_province(None)


class TransactionMiddleware:
    """Opens the province's scope; makes it READ ONLY for safe methods once the view is known."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if current_scope() is not None:
            raise RuntimeError("a request must not start inside a province scope")
        try:
            with tenant_scope(request.province) as scope:  # type: ignore[attr-defined]
                request.tenant_scope = scope  # type: ignore[attr-defined]
                response = self.get_response(request)
                if response.status_code >= 500:
                    scope.roll_back()
                elif not scope.read_only:
                    response = self._settle(request, response)
        except (OperationalError, InterfaceError):
            log.exception("database away")
            connection.close()
            return unavailable(request)
        return response

    def _settle(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Check deferred keys now, while an answer is still possible. That takes locks too."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except OperationalError as error:
            if not is_lock_wait(error):
                raise
            answer = self.process_exception(request, error)
            return answer or response
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if request.method in SAFE_METHODS and not writes_on_get(view):
            request.tenant_scope.make_read_only()  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Undo what the view wrote, and open a fresh READ ONLY transaction for the error page."""
        if isinstance(error, DatabaseError | InterfaceError) and is_disconnected():
            log.error("database away: %s", error)
            return unavailable(request)
        request.tenant_scope.restart(read_only=True)  # type: ignore[attr-defined]
        forget_person(request)
        if is_lock_wait(error):
            error = Busy(_("Someone else is working on this right now. Try again in a moment."))
        if isinstance(error, DomainError):
            fresh = getattr(request, "conflict_page", None)  # a view's own page, read anew
            response: HttpResponse = (fresh or import_string("common.pages.conflict"))(
                request, error
            )
            return response
        return None


def is_disconnected() -> bool:
    """Whether the connection is gone. Asks no server: a failed transaction refuses every question,
    and is not the same as a database that went away."""
    return connection.connection is None or bool(connection.connection.closed)


def forget_person(request: HttpRequest) -> None:
    """Session, person and messages as they were before the view that failed."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = type(request.session)(key)  # type: ignore[assignment]
    if hasattr(request, "user"):
        request.__dict__.pop("_cached_user", None)
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
    if hasattr(request, "_messages"):
        request._messages = default_storage(request)


def writes_on_get(view: Any) -> bool:
    """allauth writes on GET in a few views; none of ours may without saying `writes_on_get`."""
    module = getattr(view, "__module__", "") or ""
    return module.startswith("allauth.") or getattr(view, "writes_on_get", False)
