"""Nobody sees a page without signing in, unless the view says so; and nobody stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from common.api import is_for_machines
from common.locks import is_lock_wait
from common.pages import same_site_referer
from organizations.models import User
from organizations.services.tokens import Admission, admit
from organizations.sign_in import sessions
from organizations.sign_in.lockout import client_address
from tenancy.scope import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]
OPEN_WITHOUT_FACTOR = {
    "account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_reauthenticate",
}  # fmt: skip
OPEN_WITH_OLD_PASSWORD = {"account_logout", "account_change_password"}


class MachineMiddleware:
    """Looks at the token of a request for machines, before sessions and the page's transaction.

    In a short transaction of its own: the count stands whatever becomes of the request, holds no
    lock while it is answered, and leaves a page that only reads READ ONLY. Cookies are dropped.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_for_machines(request):
            request.COOKIES = {}  # type: ignore[misc]  # no session, no language, no CSRF token
            kind, _space, token = request.headers.get("Authorization", "").partition(" ")
            if kind.lower() == "bearer":
                request.admission = self._admit(request, token.strip())  # type: ignore[attr-defined]
        return self.get_response(request)

    def _admit(self, request: HttpRequest, token: str) -> Admission:
        try:
            with tenant_scope(request.province):  # type: ignore[attr-defined]
                return admit(token, client_address(request))
        except OperationalError as error:
            if is_lock_wait(error):  # hundreds at once by one client
                return Admission(retry_after=1)
            raise


class SessionLimitsMiddleware:
    """Ends a session that was idle too long, is older than a working day, or was revoked.

    No cache keeps what a signed-in person saw: after signing out, "back" shows nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY not in request.session or not request.user.is_authenticated:
            return self.get_response(request)
        response = self._end(request) or self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _end(self, request: HttpRequest) -> HttpResponse | None:
        """What is answered instead of the page when the session is over."""
        session, user = request.session, cast(User, request.user)
        if sessions.SEEN not in session:
            sessions.start(session, user)
        elif sessions.has_ended(session):
            return _ended(request)
        elif sessions.is_touch_due(session):
            if not sessions.touch(session, user):
                return _ended(request)
            note = partial(sessions.note_seen, user.pk, session.session_key or "")
            request.tenant_scope.afterwards.append(note)  # type: ignore[attr-defined]
        return None


class SignedInMiddleware(LoginRequiredMiddleware):
    """Django's own rule, and what must be done before anything else: second factor, password."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        is_public = not getattr(view_func, "login_required", True)
        comes_from_allauth = (getattr(view_func, "__module__", "") or "").startswith("allauth.")
        if request.user.is_authenticated:
            if is_public and not comes_from_allauth:
                return None
            return _first_things_first(request)
        if comes_from_allauth:  # they guard themselves
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if "HX-Request" in request.headers:
            return _tell_htmx()
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response


def _first_things_first(request: HttpRequest) -> HttpResponseBase | None:
    """Send a person to the one page that he may open, or let him through."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    session, user = request.session, request.user
    if session.get(sessions.FACTOR_DUE) and name not in OPEN_WITHOUT_FACTOR:
        if not sessions.has_second_factor(user):  # type: ignore[arg-type]
            return _go(request, "mfa_activate_totp")
        session[sessions.FACTOR_DUE] = False
    if getattr(user, "must_change_password", False) and name not in OPEN_WITH_OLD_PASSWORD:
        return _go(request, "account_change_password")
    return None


def _go(request: HttpRequest, name: str) -> HttpResponse:
    if "HX-Request" in request.headers:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = reverse(name)
        return response
    return HttpResponseRedirect(reverse(name))


def _ended(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back here; for htmx a sentence, and what was typed stays."""
    here = request.get_full_path() if request.method == "GET" else same_site_referer(request)
    logout(request)
    if "HX-Request" in request.headers:
        return _tell_htmx()
    query = urlencode({"next": here or "/"})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


def _tell_htmx() -> HttpResponse:
    text = _("Session ended: sign in in another tab, then try again here.")
    response = HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")
    response.headers["X-Reason"] = "session"
    return response
