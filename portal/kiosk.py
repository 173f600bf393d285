"""The kiosk in the hall of a counter: whose dossier it shows, and how it forgets.

The browser of a kiosk serves one person after the other, so nothing that names a dossier stands
in an address: the key lies in a cookie that scripts cannot read, and that the way back to the
start deletes. History and "back" then lead to pages without anybody's data (decision 0009).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.pages import home_of
from organizations.models import Unit
from organizations.sign_in.lockout import client_address
from portal import lookup
from portal.lookup import Found, QrAnswer
from portal.rules import KioskRules

COOKIE = "kiosk"
PATH = "/kiosk/"
SLIP, LOOKED_UP = "slip", "looked-up"
TOKEN = re.compile(r"/t/([\w-]+)/?\s*$")  # the QR of a slip, as a scanner types it
BACK_SECONDS = 20  # from a page of an error, which has no clock of its own


@dataclass(frozen=True)
class Kiosk:
    """What the layout needs: where it stands, and when it forgets."""

    unit: Unit
    rules: KioskRules

    @property
    def start(self) -> str:
        return f"{PATH}{self.unit.code}/"


def token_in(typed: str) -> str:
    """The token of a scanned slip, or ""."""
    found = TOKEN.search(typed)
    return found[1] if found else ""


def remember_slip(response: HttpResponse, token: str) -> HttpResponse:
    return _remember(response, SLIP, token)


def remember_found(response: HttpResponse, found: Found) -> HttpResponse:
    return _remember(response, LOOKED_UP, lookup.sign(found))


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


def shown_on(request: HttpRequest) -> QrAnswer | None:
    """The dossier that was looked up here; its number only with the slip in force, which alone
    opens the rating. None when it was forgotten."""
    kind, key = _remembered(request)
    if kind == SLIP:
        answer = lookup.by_token(key, client_address(request))
    else:
        answer = QrAnswer(page=lookup.signed_page(key))
    return answer if answer.page else None


def mark(response: HttpResponse) -> HttpResponse:
    """A page of the kiosk itself: its layout counts the seconds."""
    response.has_clock = True  # type: ignore[attr-defined]
    return response


def _remember(response: HttpResponse, kind: str, key: str) -> HttpResponse:
    """Until the browser is closed or the start page opened, a quarter of an hour at most."""
    response.set_signed_cookie(
        COOKIE, f"{kind} {key}", salt=COOKIE, path=PATH, httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _remembered(request: HttpRequest) -> tuple[str, str]:
    found = request.get_signed_cookie(
        COOKIE, default="", salt=COOKIE, max_age=lookup.RESULT_SECONDS
    )
    kind, _space, key = (found or "").partition(" ")
    return kind, key


class KioskMiddleware:
    """A page of an error goes back to the start by itself: nobody sits at a kiosk to reload it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        of_error = response.status_code >= 400 and not hasattr(response, "has_clock")
        if of_error and request.path.startswith(PATH):
            response.headers["Refresh"] = f"{BACK_SECONDS}; url={home_of(request)}"
        return response
