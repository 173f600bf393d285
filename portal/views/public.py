"""Pages for citizens: home, look-up, help. No sign-in, no JavaScript, nothing kept by caches."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations import language
from organizations.sign_in.lockout import client_address
from portal import lookup
from portal.forms import LookupForm
from portal.limits import Attempt
from portal.services.ratings import is_open

View = Callable[..., HttpResponse]
SECURITY_CONTACT_HOLDS = dt.timedelta(days=90)


def public(view: View) -> View:
    """For everybody; kept by no cache and no search engine."""

    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.may_carry_a_token = True  # type: ignore[attr-defined]  # components/language.html
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the look-up; who is signed in goes to work."""
    if request.user.is_authenticated:
        return redirect("portal:my_work")
    return render(request, "portal/public/home.html", {"form": LookupForm()})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def lookup_form(request: HttpRequest) -> HttpResponse:
    """`/tra-cuu/`: asks by POST, so that codes and digits stay out of addresses and logs."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    answer = look_up(form, request)
    if answer.found:
        return redirect("portal:lookup_result", lookup.sign(answer.found))
    form.add_error(None, why_not(form, answer.opens_at))
    return _form(request, form, opens_at=answer.opens_at, status=422)


def look_up(form: LookupForm, request: HttpRequest) -> Attempt[lookup.Found]:
    """What a valid form asks for."""
    code, address = form.cleaned_data["code"], client_address(request)
    if form.is_number:
        return lookup.by_number(code, address)
    return lookup.by_code(code, form.cleaned_data["digits"], address)


@public
@require_safe
def lookup_result(request: HttpRequest, signed: str) -> HttpResponse:
    """`/tra-cuu/kq/<signed>/`: good for a quarter of an hour."""
    page = lookup.signed_page(signed)
    if page is None:
        return render(request, "portal/public/expired.html", {"form": LookupForm()}, status=410)
    return render(request, "portal/public/result.html", {"dossier": page})


@public
@require_safe
def lookup_qr(request: HttpRequest, token: str) -> HttpResponse:
    """`/t/<token>/`: where the QR of a slip leads."""
    answer = lookup.by_token(token, client_address(request))
    if answer.page is None:
        return unknown_qr(request, answer.opens_at)
    context = {"dossier": answer.page, "token": token, "may_rate": is_open(answer.dossier_id)}
    return render(request, "portal/public/result.html", context)


def unknown_qr(request: HttpRequest, opens_at: dt.datetime | None) -> HttpResponse:
    """What a wrong code leads to, whichever page was asked for."""
    status = 429 if opens_at else 404
    context = {"form": LookupForm()}
    response = render(request, "portal/public/unknown_qr.html", context, status=status)
    return retry_after(response, opens_at)


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/public/accessibility.html")


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/public/help.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def set_language(request: HttpRequest) -> HttpResponse:
    """`/ngon-ngu/`: a visitor chooses, and comes back to where he was.

    Pages that a cache may keep hold a link to the choice, not a form with a token. Who is signed
    in has his language in his account: it stays, whatever is sent here.
    """
    sent = request.POST if request.method == "POST" else request.GET
    back = _own_address(request, sent.get("next", ""))
    if request.user.is_authenticated:
        return language.remember(redirect("organizations:profile"), request.user.language)
    if request.method != "POST" or sent.get("language") not in dict(settings.LANGUAGES):
        context = {"back": back, "languages": settings.LANGUAGES}
        return render(request, "portal/public/language.html", context)
    return language.remember(redirect(back), sent["language"])


def _own_address(request: HttpRequest, address: str) -> str:
    """The address when it leads to this province's pages, else the start page."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if safe else "/"


@public
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); 404 where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = timezone.now() + SECURITY_CONTACT_HOLDS
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: vi, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _form(
    request: HttpRequest, form: LookupForm, opens_at: dt.datetime | None = None, status: int = 200
) -> HttpResponse:
    status = 429 if opens_at else status
    response = render(request, "portal/public/lookup.html", {"form": form}, status=status)
    return retry_after(response, opens_at)


def retry_after(response: HttpResponse, opens_at: dt.datetime | None) -> HttpResponse:
    """The same answer; of a closed limit it says when it opens."""
    if opens_at:
        seconds = math.ceil((opens_at - timezone.now()).total_seconds())
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def why_not(form: LookupForm, opens_at: dt.datetime | None) -> str:
    """Why nothing is shown, and what helps."""
    if opens_at is None:
        return _(
            "Dossier not found. Check the code on the slip and the last 4 of the identity or tax "
            "number. Need help? Call 1022 or ask at the guidance desk."
        )
    words = (
        _(
            "Too many wrong tries. Use the dossier code with the last 4 digits or the QR code on "
            "the slip, or try again in %(n)s minutes."
        )
        if form.is_number
        else _(
            "Too many wrong tries. Use the look-up number or the QR code on the slip, or try "
            "again in %(n)s minutes."
        )
    )
    return words % {"n": minutes_until(opens_at)}


def minutes_until(moment: dt.datetime) -> int:
    """Whole minutes, at least one."""
    return max(1, math.ceil((moment - timezone.now()).total_seconds() / 60))
