"""/quan-tri/truc-lien-thong/: what goes over the bus between agencies, what came, what failed."""

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
from common.pages import is_first_page, paginate_keyset, render_page
from exchange.forms import BusFilterForm
from exchange.models import BusMessage
from exchange.queries import bus as queries
from exchange.queries.bus import DONE, FAILED, LISTS, RIGHT, UNDER_WAY, WAITING, Standing
from exchange.services import bus_resending

PAGE, ROWS = "exchange/bus.html", "exchange/_bus_rows.html"


@require_safe
def bus(request: Request) -> HttpResponse:
    """One of four lists, of both directions or of one."""
    _require(request)
    found = queries.standing(request.user)
    view = request.GET.get("xem", FAILED)
    view = view if view in LISTS else FAILED
    form = BusFilterForm(request.GET)
    wish = form.cleaned_data if form.is_valid() else {}
    rows, is_cut = queries.rows_of(
        view, request.user, way=wish.get("chieu", ""), words=wish.get("q", "").strip(),
        is_first=is_first_page(request),
    )  # fmt: skip
    page = paginate_keyset(rows, request, order=("-id",))
    queries.tell(page.rows, request.user)
    context: dict[str, Any] = {
        "found": found, "page": page, "view": view, "tabs": _tabs(found, view), "form": form,
        "is_cut": is_cut,
    }  # fmt: skip
    return render_page(request, PAGE, ROWS, context)


@require_POST
def bus_resend(request: Request, pk: int) -> HttpResponse:
    _require(request)
    row = get_object_or_404(BusMessage.objects.visible_to(request.user, RIGHT), pk=pk)
    bus_resending.resend(row.pk, actor=request.user)
    messages.success(request, _("The message goes once more with the next run."))
    return redirect("exchange:bus")


@require_POST
def bus_resend_failed(request: Request) -> HttpResponse:
    count = bus_resending.resend_failed(actor=request.user)
    words = ngettext(
        "%(n)s message goes once more with the next run.",
        "%(n)s messages go once more with the next run.", count,
    )  # fmt: skip
    messages.success(request, words % {"n": count})
    return redirect("exchange:bus")


def _require(request: Request) -> None:
    if not queries.may_see(request.user):
        raise PermissionDenied(_("Only the registry and administrators see the bus."))


def _tabs(found: Standing, view: str) -> list[dict[str, Any]]:
    known = {
        FAILED: _("Failed on the bus"), WAITING: _("Waiting for the bus"),
        UNDER_WAY: _("On their way"), DONE: _("Delivered and taken in"),
    }  # fmt: skip
    return [
        {
            "words": words, "url": f"?xem={name}", "current": name == view,
            "count": found.counts.get(name),
        }
        for name, words in known.items()
    ]  # fmt: skip
