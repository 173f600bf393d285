"""`/kiosk/<unit>/`: the touch screen in the hall. No sign-in; works without JavaScript.

The same look-ups, limits and ratings as the public pages; what differs is that it forgets.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.pages import paginate_keyset
from onestop.models import Channel
from onestop.queries import public_catalogue as catalogue
from onestop.queries.hand_in import hand_in_now
from organizations.models import Unit
from organizations.rulesets import rules
from organizations.sign_in.lockout import client_address
from portal import kiosk, lookup
from portal.forms import KioskForm, RatingForm
from portal.queries import kiosk as queries
from portal.rules import KIOSK
from portal.services import ratings
from portal.views.public import View, look_up, public, retry_after, why_not


def at_kiosk(view: View) -> View:
    """A page of the kiosk of an open counter; 404 where there is none."""

    @public
    @wraps(view)
    def answer(request: HttpRequest, unit: str, **named: str) -> HttpResponse:
        today = timezone.localdate()
        counter = queries.counter(unit, today)
        if counter is None:
            raise Http404
        request.kiosk = kiosk.Kiosk(counter, rules(KIOSK, today))  # type: ignore[attr-defined]
        return kiosk.mark(view(request, counter, **named))

    return answer


@public
@require_safe
def kiosk_choose(request: HttpRequest) -> HttpResponse:
    """`/kiosk/`: for who sets one up; the address of its counter is all a kiosk needs to know."""
    context = {"counters": queries.counters(timezone.localdate())}
    return render(request, "portal/kiosk/choose.html", context)


@at_kiosk
@require_safe
def kiosk_start(request: HttpRequest, counter: Unit) -> HttpResponse:
    return kiosk.forget(render(request, "portal/kiosk/start.html", {"form": KioskForm()}))


@at_kiosk
@require_safe
def kiosk_end(request: HttpRequest, counter: Unit) -> HttpResponse:
    """`het/`: the next person finds nothing. Forms sent before are not accepted again, so that
    going back and sending one anew shows nothing either. An official who tries the page keeps
    his language, and what he has open elsewhere can still be sent."""
    response = redirect("portal:kiosk_start", counter.code)
    if not request.user.is_authenticated:
        rotate_token(request)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return kiosk.forget(response)


@at_kiosk
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_lookup(request: HttpRequest, counter: Unit) -> HttpResponse:
    """The QR of the slip, the look-up number, or a dossier code and then four digits."""
    if request.method != "POST":
        return kiosk.forget(_ask(request, KioskForm()))
    typed = request.POST.get("code", "")
    if token := kiosk.token_in(typed):
        return _scanned(request, counter, token, "portal:kiosk_result")
    form = KioskForm(request.POST)
    if form.asks_digits and "digits" not in request.POST:
        return _ask(request, KioskForm(initial={"code": typed}), asks_digits=True)
    if not form.is_valid():
        return _ask(request, form, asks_digits=form.asks_digits, status=422)
    answer = look_up(form, request)
    if answer.found:
        found = redirect("portal:kiosk_result", counter.code)
        return kiosk.remember_found(found, answer.found)
    form.add_error(None, why_not(form, answer.opens_at))
    status = 429 if answer.opens_at else 422
    page = _ask(request, form, asks_digits=form.asks_digits, status=status)
    return retry_after(page, answer.opens_at)


@at_kiosk
@require_safe
def kiosk_result(request: HttpRequest, counter: Unit) -> HttpResponse:
    """`kq/`: the dossier that was looked up last; the start when it was forgotten."""
    shown = kiosk.shown_on(request)
    if shown is None:
        return kiosk.forget(redirect("portal:kiosk_start", counter.code))
    may_rate = bool(shown.dossier_id) and ratings.is_open(shown.dossier_id)
    context = {"dossier": shown.page, "may_rate": may_rate}
    return render(request, "portal/kiosk/result.html", context)


@at_kiosk
@require_safe
def kiosk_procedures(request: HttpRequest, counter: Unit) -> HttpResponse:
    """`thu-tuc/`: the fields of what is received here, then the procedures of one of them."""
    units = queries.served(counter, timezone.localdate())
    field = request.GET.get("linh-vuc", "")
    context: dict[str, Any] = {"field": field, "fields": [], "page": None}
    if field:
        found = catalogue.at_counter(units).filter(current_version__field=field)
        context["page"] = paginate_keyset(found, request, order=("code",), size=10)
    else:
        context["fields"] = catalogue.fields_at_counter(units)
    return render(request, "portal/kiosk/procedures.html", context)


@at_kiosk
@require_safe
def kiosk_procedure(request: HttpRequest, counter: Unit, procedure: str) -> HttpResponse:
    """`thu-tuc/<code>/`: papers, fee, and when the result comes if it is handed in here now."""
    found = catalogue.public_page(procedure)
    units = queries.served(counter, timezone.localdate())
    places = [place for place in found["places"] if place["unit"] in units] if found else []
    if found is None or not places:
        raise Http404
    channels = [each for each in found["channels"] if each.channel == Channel.DIRECT]
    chosen = request.GET.get("don-vi", "")
    hand_in = hand_in_now(
        channels,
        [place["unit"] for place in places],
        int(chosen) if chosen.isascii() and chosen.isdigit() else None,
        timezone.now(),
    )
    shown = found | {"channels": channels, "places": places}
    return render(request, "portal/kiosk/procedure.html", {"procedure": shown, "hand_in": hand_in})


@at_kiosk
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_rating(request: HttpRequest, counter: Unit) -> HttpResponse:
    """`danh-gia/`: first the slip, then four questions; words are for phones."""
    if "code" in request.POST:
        typed = request.POST["code"]
        return _scanned(request, counter, kiosk.token_in(typed) or typed, "portal:kiosk_rating")
    slip = kiosk.shown_on(request)
    if slip is None or not slip.dossier_id:
        return render(request, "portal/kiosk/scan.html")
    form = RatingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        ratings.rate(slip.dossier_id, answers=form.answers, comment="")
        return kiosk.forget(redirect("portal:kiosk_rated", counter.code))
    context = {"form": form, "is_open": ratings.is_open(slip.dossier_id)}
    status = 422 if form.is_bound else 200
    return render(request, "portal/kiosk/rating.html", context, status=status)


@at_kiosk
@require_safe
def kiosk_rated(request: HttpRequest, counter: Unit) -> HttpResponse:
    return render(request, "portal/kiosk/rated.html")


def _scanned(request: HttpRequest, counter: Unit, token: str, then: str) -> HttpResponse:
    """A slip in force is remembered; a wrong one counts as anywhere else."""
    answer = lookup.by_token(token, client_address(request))
    if answer.page:
        return kiosk.remember_slip(redirect(then, counter.code), token)
    status = 429 if answer.opens_at else 404
    page = render(request, "portal/kiosk/unknown_qr.html", status=status)
    return retry_after(page, answer.opens_at)


def _ask(
    request: HttpRequest, form: KioskForm, *, asks_digits: bool = False, status: int = 200
) -> HttpResponse:
    context = {"form": form, "asks_digits": asks_digits}
    return render(request, "portal/kiosk/lookup.html", context, status=status)
