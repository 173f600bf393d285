"""The rows behind the figures of a dashboard: they count the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from onestop.queries import dossiers as dossier_queries
from organizations.rulesets import rules
from reports.dashboard.panels import PARTS, part_words
from reports.queries.dashboard import rows, steps, usage
from reports.queries.dashboard.scope import Scope
from reports.rulesets import DASHBOARD
from reports.views.dashboard import chosen_for, scope_for

DIGITS = 18  # of a number that the database can hold


def _scope(request: Request) -> Scope:
    return scope_for(request, request.GET.get("don_vi", ""), request.GET.get("thu_tuc", ""))


@require_safe
def dashboard_dossiers(request: Request) -> HttpResponse:
    """`?so=` which figure; `don_vi`, `hang`, `linh_vuc`, `thu_tuc`, `ky`: of what."""
    scope, chosen = _scope(request), chosen_for(request)
    figure = rows.FIGURES.get(request.GET.get("so", ""))
    if figure is None:
        raise Http404
    found = rows.dossiers_behind(
        figure, scope, request.user, chosen.period, chosen.today,
        row=request.GET.get("hang", ""), field=request.GET.get("linh_vuc", ""),
    )  # fmt: skip
    page = paginate_keyset(dossier_queries.rows(found), request, order=figure.order)
    dossier_queries.with_deadlines(page.rows)
    context = {
        "page": page, "with_places": True, "figure": figure, "chosen": chosen, "scope": scope,
        "count": rows.how_many(found), "most": rows.COUNTED,
        "now": timezone.now() if figure.of_day else None,
        "row": rows.unit_of(scope, request.GET.get("hang", "")),
        "field": request.GET.get("linh_vuc", ""),
    }  # fmt: skip
    return render_page(
        request, "reports/dashboard/dossiers.html", "reports/_dossier_rows.html", context
    )


@require_safe
def dashboard_steps(request: Request) -> HttpResponse:
    """`?so=` buoc: closed steps; cham: those past the plan; ky: signed results (`ai`: by whom)."""
    scope, asked = _scope(request), request.GET.get("so", "")
    if asked == "ky":
        title, found = _signed(request, scope)
    elif asked == "phut":
        title, found = _clicked(request, scope)
    elif asked in ("buoc", "cham"):
        title, found = _closed(request, scope, is_late=asked == "cham")
    else:
        raise Http404
    page = paginate_keyset(steps.step_rows(found), request, order=("-closed_at", "-id"))
    context = {
        "page": page, "title": title, "chosen": chosen_for(request), "scope": scope,
        "count": rows.how_many(found), "most": rows.COUNTED, "step": request.GET.get("buoc", ""),
        "row": rows.unit_of(scope, request.GET.get("hang", "")),
    }  # fmt: skip
    return render_page(
        request, "reports/dashboard/steps.html", "reports/dashboard/_step_rows.html", context
    )


def _closed(request: Request, scope: Scope, *, is_late: bool) -> tuple[str, Any]:
    """A line of the slowest steps."""
    chosen, name = chosen_for(request), request.GET.get("buoc", "")
    unit = rows.unit_of(scope, request.GET.get("hang", ""))
    if unit is None:
        raise Http404
    ruled = rules(DASHBOARD, chosen.today)
    found = steps.runs_behind(
        scope, request.user, chosen.period, ruled, unit.pk, name, late=is_late
    )  # fmt: skip
    return _("Steps past the plan") if is_late else _("Steps closed"), found


def _clicked(request: Request, scope: Scope) -> tuple[str, Any]:
    """What one person closed within one minute."""
    person, minute = request.GET.get("nguoi", ""), _minute(request.GET.get("phut", ""))
    if not person.isdecimal() or len(person) > DIGITS or minute is None:
        raise Http404
    found = usage.clicked_steps(scope, request.user, int(person), minute)
    return _("Closed within one minute"), found


def _minute(text: str) -> dt.datetime | None:
    """A local moment of a day that has come; None for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or found.tzinfo is not None:
        return None
    return timezone.make_aware(found) if found.date() <= timezone.localdate() else None


def _signed(request: Request, scope: Scope) -> tuple[str, Any]:
    """What was signed in one quality, in all of the scope or in one agency."""
    part, row = request.GET.get("ai", ""), request.GET.get("hang", "")
    if part not in PARTS:
        raise Http404
    period = chosen_for(request).period
    signers = [
        each for each in steps.signing(scope, period).people
        if each.part == part and (not row or scope.places.agency_of(each.unit_id).code == row)
    ]  # fmt: skip
    found = steps.approvals_behind(scope, request.user, period, signers)
    return str(part_words()[part]), found
