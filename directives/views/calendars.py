"""`/nhiem-vu/lich/`: the address at which a person's own calendar reads his deadlines."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.notes import afterwards
from common.addresses import network_of
from common.htmx import Request
from directives.feeds import calendar_of
from directives.queries.lists import calendar_since
from directives.services import calendars
from directives.views.tasks import require_sight
from organizations import rates
from organizations.sign_in.links import absolute
from organizations.sign_in.lockout import client_address

CALENDAR = "text/calendar; charset=utf-8"
HOUR = 3600  # seconds
READ, WRONG = 60, 20  # times an hour: one calendar, and wrong addresses from one network


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: Request) -> HttpResponse:
    """Whether there is one; a new one is shown in the answer to the form, and never again."""
    require_sight(request)
    address = ""
    if request.method == "POST":
        token = calendars.make_address(actor=request.user)
        path = reverse("directives:calendar_feed", args=[token])
        address = absolute(request.province, path)  # type: ignore[attr-defined]
    context = {"address": address, "since": calendar_since(request.user)}
    return render(request, "directives/calendar.html", context)


@require_POST
def calendar_withdraw(request: Request) -> HttpResponse:
    require_sight(request)
    calendars.withdraw_address(actor=request.user)
    messages.success(request, _("Withdrawn. Calendars that had the address get nothing any more."))
    return redirect("directives:calendar_page")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """`/lich/<token>.ics`: for programs, without signing in. Wrong is 404, too often 429; both are
    counted after the page, which only reads."""
    owner = calendars.owner_of(token)
    key, most = f"calendar {network_of(client_address(request))}", WRONG
    if owner is not None:
        key, most = f"calendar of {owner.pk}", READ
    if wait := rates.full(key, most, HOUR):
        answer = HttpResponse(status=429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    afterwards(lambda: rates.take(key, most, HOUR))
    if owner is None:
        raise Http404
    province = request.province  # type: ignore[attr-defined]
    answer = HttpResponse(calendar_of(owner, province), content_type=CALENDAR)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
