"""`/dieu-hanh/`: what a head should know of his agency, and the same one level down."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import PaperResponse
from organizations import access
from reports import chosen as periods
from reports.dashboard.briefing import briefing_paper, last_week
from reports.dashboard.kept import figures
from reports.dashboard.page import Dashboard
from reports.queries.dashboard.scope import PERMISSION, Scope, scope_of


def scope_for(request: Request, code: str = "", procedure: str = "") -> Scope:
    """What the person asks for: 403 without the right anywhere, 404 beyond its reach."""
    if not access.may(request.user, PERMISSION):
        raise PermissionDenied(_("Your positions do not include reports."))
    scope = scope_of(request.user, code, procedure)
    if scope is None:
        raise Http404
    return scope


def chosen_for(request: Request) -> periods.Chosen:
    return periods.chosen(request.GET.get("ky", ""), timezone.localdate())


@require_safe
def dashboard(request: Request) -> HttpResponse:
    """All units of the person's reach."""
    return _page(request, scope_for(request))


@require_safe
def dashboard_unit(request: Request, code: str) -> HttpResponse:
    return _page(request, scope_for(request, code))


@require_safe
def dashboard_procedure(request: Request, code: str) -> HttpResponse:
    """One procedure in the person's reach, or in `?don_vi=`."""
    return _page(request, scope_for(request, request.GET.get("don_vi", ""), code))


def _page(request: Request, scope: Scope) -> HttpResponse:
    chosen = chosen_for(request)
    board = Dashboard(scope, chosen, timezone.now())
    context = {
        "board": board, **figures(board), "chosen": chosen, "options": periods.options(chosen),
        "is_home": request.path == reverse("reports:dashboard"),
    }  # fmt: skip
    return render(request, "reports/dashboard/page.html", context)


@require_safe
def dashboard_briefing(request: Request) -> HttpResponse:
    """Monday's paper of the person's reach, or of `?don_vi=`."""
    scope, at = scope_for(request, request.GET.get("don_vi", "")), timezone.now()
    week = last_week(timezone.localdate(at))
    paper = briefing_paper(scope, request.user, at)
    return PaperResponse("reports/dashboard/briefing.html", paper, f"giao-ban-{week.key}.pdf")
