"""The public look-up while a whole level is closed: answered before anything is asked.

A flood goes on long after its last guess was admitted. As long as this process knows that the
level is closed (`limits.known_closed`), the page of the view is answered from memory: no
transaction, no session, nothing drawn but what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_deny

from common.pages import LanguageMiddleware
from portal import limits
from portal.forms import LookupForm
from portal.models import GuessKind
from portal.views.public import minutes_until, public, retry_after, why_not
from tenancy.models import Province

FIELDS = ("csrfmiddlewaretoken", "code", "digits")
MARK = "\ue000"  # of private use: what stands between two of them is the name of a field


class ClosedLookupMiddleware:
    """Stands below ProvinceMiddleware and above whatever asks the database.

    Whoever has a session is left to the view. A token of the form is not looked at: nothing is
    changed and nothing shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answer = LanguageMiddleware(xframe_options_deny(public(_closed_page)))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        closed = _closed_for(request)
        if closed is None:
            return self.get_response(request)
        request.closed = closed  # type: ignore[attr-defined]
        return self.answer(request)


def _province(request: HttpRequest) -> Province:
    return cast(Province, request.province)  # type: ignore[attr-defined]


def _closed_for(request: HttpRequest) -> tuple[LookupForm, limits.Closed] | None:
    """The form that was sent and the level that it would ask; None: the view decides."""
    if request.method != "POST" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    kinds = {
        kind: limits.known_closed(_province(request).pk, kind)
        for kind in (GuessKind.ALL, GuessKind.NUMBERS)
    }
    if not any(kinds.values()) or request.path_info != reverse("portal:lookup"):
        return None
    form = LookupForm(request.POST)
    if not form.is_valid():
        return None
    closed = kinds[GuessKind.NUMBERS if form.is_number else GuessKind.ALL]
    return (form, closed) if closed else None


def _closed_page(request: HttpRequest) -> HttpResponse:
    form, closed = request.closed  # type: ignore[attr-defined]
    typed = {name: form.data.get(name, "") for name in FIELDS}
    key = (get_language(), form.is_number, minutes_until(closed.opens_at), bool(typed["digits"]))
    if key not in closed.pages:
        closed.pages[key] = _drawn(request, form, closed)
    parts = closed.pages[key].split(MARK)
    parts[1::2] = [conditional_escape(typed[name]) for name in parts[1::2]]
    response = HttpResponse("".join(parts), status=429)
    response.headers["Content-Length"] = str(len(response.content))
    return retry_after(response, closed.opens_at)


def _drawn(request: HttpRequest, form: LookupForm, closed: limits.Closed) -> str:
    """The page of the view with marks for what differs from one request to the next."""
    form.add_error(None, why_not(form, closed.opens_at))
    form.data = {name: f"{MARK}{name}{MARK}" if form.data.get(name) else "" for name in FIELDS[1:]}
    context = {"form": form, "csrf_token": f"{MARK}{FIELDS[0]}{MARK}"}
    return render_to_string("portal/public/lookup.html", context, request)
