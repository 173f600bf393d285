"""From a view's data to an answer: page or fragment, paper, language, error pages."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from common.errors import DomainError
from common.htmx import wants_fragment
from common.keyset import Page, is_first_page, paginate_keyset
from common.pdf import PaperResponse, PdfUnavailable

__all__ = [
    "Page",
    "PaperResponse",
    "as_file",
    "is_first_page",
    "paginate_keyset",
    "render_page",
    "render_part",
]

log = logging.getLogger("govit.pages")
Context = Mapping[str, Any]
GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD")
CSV = "text/csv; charset=utf-8"


def as_file(content: bytes | str, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file under its name: kept by the browser, or shown when `inline`."""
    response = HttpResponse(content, content_type=kind)
    header = content_disposition_header(not inline, name)
    response.headers["Content-Disposition"] = header or "attachment"
    return response


def render_page(
    request: HttpRequest, page: str, fragment: str, context: Context, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx only the fragment that the page includes. Same URL, both answers.

    A form shown again with errors passes ``status=422``: htmx swaps it in, a browser shows it.
    """
    if wants_fragment(request):
        response = _fragment(request, fragment, context, status)
    else:
        response = render(request, page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_part(
    request: HttpRequest, fragment: str, context: Context, back: str, message: str = ""
) -> HttpResponse:
    """The changed fragment for htmx; without JavaScript a redirect to ``back`` with a message.

    ``back`` is a URL or a URL name without arguments; ``message`` says what happened.
    Htmx gets it, and whatever else waits in ``messages``, into #messages beside the fragment.
    """
    if message or not wants_fragment(request):
        messages.success(request, message or _("Done."))
    if wants_fragment(request):
        response = _fragment(request, fragment, context, 200)
    else:
        response = HttpResponseRedirect(resolve_url(back))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _fragment(request: HttpRequest, fragment: str, context: Context, status: int) -> HttpResponse:
    parts = [render_to_string(fragment, dict(context), request)]
    if len(messages.get_messages(request)):
        parts.append(render_to_string("components/_messages_oob.html", {}, request))
    return HttpResponse("\n".join(parts), status=status)


class PlainAddressMiddleware:
    """An address with a NUL names nothing: PostgreSQL knows no such text, so nobody asks it.

    Forms refuse the sign themselves; words of an address go straight into queries.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)


class PaperMiddleware:
    """Renders a PaperResponse when the tenant scope below is closed: 60 ms a page, no transaction.

    Stands above ProvinceMiddleware. Without Pango it answers 503 with the command that installs it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, PaperResponse):
            return response
        try:
            response.render_paper()
        except PdfUnavailable:
            return _bare(request, "errors/paper.html", 503)
        return response


class LanguageMiddleware:
    """Vietnamese unless a person chose English; the browser's Accept-Language is never asked.

    Offices and kiosks often run an English Windows (ux.md 3.6, trap 3).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ["Cookie"])
        return response


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what every layout needs and no view knows."""
    demo = bool(getattr(settings, "GOVIT_DEMO", False))
    # allauth's views put a `site` of their own
    return {"site": {"demo": demo}, "is_demo": demo, "home": home_of(request)}


def home_of(request: HttpRequest) -> str:
    """Where pages of errors lead: the start page; at a kiosk that of the kiosk."""
    _root, place, *rest = request.path.split("/")
    if place != "kiosk":
        return "/"
    return f"/kiosk/{quote(rest[0])}/" if rest and rest[0] else "/kiosk/"


def same_site_referer(request: HttpRequest) -> str:
    """Path of the page that the person came from, if it was ours, else "" (for a way back)."""
    referer = urlsplit(request.headers.get("Referer", ""))
    is_ours = referer.netloc == request.get_host() and not referer.path.startswith(("//", "/\\"))
    return referer.path if is_ours else ""  # "//elsewhere/" as a link leads elsewhere


def _bare(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    """A page without context processors: it can be shown when everything else is broken."""
    return HttpResponse(render_to_string(name, site(request) | context), status=status)


def _layout(request: HttpRequest) -> str:
    """With the menu for who is signed in, else the page that asks nothing of anybody."""
    user = getattr(request, "user", None)
    return "layouts/portal.html" if user and user.is_authenticated else "layouts/plain.html"


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form was cut off on the way."""
    return _bare(request, "errors/400.html", 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403. An exception whose first argument is a sentence explains why and whom to ask."""
    reason = str(exception.args[0]) if exception and exception.args else ""
    context = {
        "reason": reason, "back": same_site_referer(request), "layout": _layout(request),
        "typed": _typed_by(request),
    }  # fmt: skip
    return render(request, "errors/403.html", context, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same whether it never existed or belongs to somebody else."""
    context = {"layout": _layout(request), "typed": _typed_by(request)}
    return render(request, "errors/404.html", context, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the number under which the log has it. Asks no database and no context processor."""
    reference = secrets.token_hex(4)
    log.error("page 500, reference %s, %s %s", reference, request.method, request.path)
    return _bare(request, "errors/500.html", 500, reference=reference)


def conflict(request: HttpRequest, error: DomainError) -> HttpResponse:
    """409 of a person's mistake: a note for htmx (swapped into #messages), else a page."""
    context = {
        "message": str(error), "back": same_site_referer(request), "typed": typed_in(request)
    }  # fmt: skip
    name = "errors/_409.html" if wants_fragment(request) else "errors/409.html"
    response = _bare(request, name, 409, **context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def typed_in(request: HttpRequest) -> list[str]:
    """Sentences that were sent and are not kept: to be copied from the page. At a kiosk somebody
    else comes after."""
    if home_of(request) != "/":
        return []
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if " " in text.strip() and "password" not in name
    ]


def _typed_by(request: HttpRequest) -> list[str]:
    """The same for who is signed in, of a page that there is: another may have taken from him what
    he was writing about."""
    user = getattr(request, "user", None)
    is_his = user is not None and user.is_authenticated and request.resolver_match is not None
    return typed_in(request) if is_his else []


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """503 while the database is away. Asks nothing of anybody. What was sent can be sent again."""
    sent = _sent(request)
    typed = [] if sent else typed_in(request)
    back = "" if request.method in SAFE else same_site_referer(request)  # what is sent has no page
    response = _bare(
        request, "errors/503.html", 503, until="", sent=sent, typed=typed, back=back
    )  # fmt: skip
    response.headers["Retry-After"] = "30"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a plain form, which else would have to be typed again; never with a password
    or a code among them, nor beside files, which no page can hold."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return []
    if any("password" in name or name == "code" for name in request.POST):
        return []
    return [(name, text) for name, texts in request.POST.lists() for text in texts]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that was open too long, with words that say what to do."""
    response = _bare(request, "errors/csrf.html", 403)
    response.headers["X-Reason"] = "session"
    return response
