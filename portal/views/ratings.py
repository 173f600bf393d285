"""Ratings by citizens: with the QR of the slip, and the sums that everybody may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from organizations import access
from organizations.sign_in.lockout import client_address
from portal import lookup
from portal.forms import RatingForm
from portal.months import month_of, months
from portal.queries import ratings as queries
from portal.services import ratings
from portal.views.public import public, unknown_qr


@public
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, token: str) -> HttpResponse:
    """`/t/<token>/danh-gia/`: who holds the slip answers four questions, once."""
    answer = lookup.by_token(token, client_address(request))
    if answer.page is None:
        return unknown_qr(request, answer.opens_at)
    form = RatingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        comment = form.cleaned_data["comment"]
        ratings.rate(answer.dossier_id, answers=form.answers, comment=comment)
        return redirect("portal:rated")
    context = {"form": form, "is_open": ratings.is_open(answer.dossier_id), "token": token}
    status = 422 if form.is_bound else 200
    return render(request, "portal/public/rating.html", context, status=status)


@public
@require_safe
def rated(request: HttpRequest) -> HttpResponse:
    """`/danh-gia/cam-on/`: an address that names no dossier."""
    return render(request, "portal/public/rated.html")


@public
@require_safe
def rating_list(request: HttpRequest) -> HttpResponse:
    """`/danh-gia/?thang=2026-10`: sums of a month that is over."""
    month = month_of(request.GET.get("thang", ""))
    context = {"table": queries.table(month), "months": months()}
    return render(request, "portal/public/rating_list.html", context)


@require_safe
def rating_comments(request: Request) -> HttpResponse:
    """`/danh-gia/y-kien/`: what citizens added in words, for the heads of the unit."""
    access.require_anywhere(request.user, "approve_dossiers")
    page = paginate_keyset(queries.comments(request.user), request, order=("-month", "id"), size=50)
    return render(request, "portal/rating_comments.html", {"page": page})
