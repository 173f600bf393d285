"""/quan-tri/dong-bo/: what the national portal has, what it refused, and what is sent again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from exchange.forms import DaysForm
from exchange.models import SyncState
from exchange.queries import state
from exchange.queries.state import REFUSED, RIGHT, SENT, STEPS, WAITING, Standing
from exchange.services import resending
from organizations import access


@require_safe
def sync(request: Request) -> HttpResponse:
    return _page(request, DaysForm())


@require_POST
def sync_resend(request: Request, code: str) -> HttpResponse:
    _require(request)
    row = get_object_or_404(
        SyncState.objects.visible_to(request.user, RIGHT), dossier__code=code
    )  # fmt: skip
    resending.resend(row.dossier_id, actor=request.user)
    messages.success(request, _("Dossier %(code)s is sent again.") % {"code": code})
    return redirect("exchange:sync")


@require_POST
def sync_resend_refused(request: Request) -> HttpResponse:
    count = resending.resend_refused(actor=request.user)
    words = ngettext("%(n)s row is sent again.", "%(n)s rows are sent again.", count)
    messages.success(request, words % {"n": count})
    return redirect("exchange:sync")


@require_POST
def sync_resend_days(request: Request) -> HttpResponse:
    _require(request)
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    days = resending.resend_days(**form.cleaned_data, actor=request.user)
    words = ngettext(
        "What was received on %(n)s day is sent again.",
        "What was received on %(n)s days is sent again.", days,
    )  # fmt: skip
    messages.success(request, words % {"n": days})
    return redirect("exchange:sync")


def _require(request: Request) -> None:
    if not access.may(request.user, RIGHT):
        raise PermissionDenied(_("Only administrators see what the national portal is sent."))


def _page(request: Request, form: DaysForm, status: int = 200) -> HttpResponse:
    _require(request)
    found = state.standing(request.user)
    view = request.GET.get("xem", REFUSED)
    view = view if view in (REFUSED, WAITING, SENT, STEPS) else REFUSED
    rows, order = state.rows_of(view, request.user)
    page = paginate_keyset(rows, request, order=order)
    context: dict[str, Any] = {
        "found": found, "form": form, "page": page, "view": view, "tabs": _tabs(found, view),
        "linked": state.linked_codes(page, request.user),
    }  # fmt: skip
    return render_page(request, "exchange/sync.html", "exchange/_sync_rows.html", context, status)


def _tabs(found: Standing, view: str) -> list[dict[str, Any]]:
    known = {
        REFUSED: (_("Refused dossiers"), found.refused),
        WAITING: (_("Waiting to be sent"), found.waiting + found.trouble),
        SENT: (_("Sent"), None),
        STEPS: (_("Refused steps"), found.lines_refused),
    }
    return [
        {"words": words, "count": count, "url": f"?xem={key}", "current": key == view}
        for key, (words, count) in known.items()
    ]
