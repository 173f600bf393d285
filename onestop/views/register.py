"""`/so-theo-doi/`: the register of a counter on the screen, as a spreadsheet and on paper."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.counting import capped_counts, in_words
from common.htmx import Request
from common.pages import paginate_keyset
from common.spreadsheets import spreadsheet_response
from onestop.exports import register_sheet
from onestop.forms.register import RegisterForm
from onestop.queries import register as register_rows
from onestop.queries.register import MOST, VOLUME, register_of
from onestop.services.registers import register_paper
from onestop.views.traces import note_exported, note_found
from organizations import access
from papers.services import TEMPLATE
from papers.views_orders import paper_or_order


@require_safe
def register(request: Request) -> HttpResponse:
    """What one office received in a period, with the volumes to print."""
    form = _form(request)
    context: dict[str, Any] = {"form": form, "page": None}
    if form.units and form.is_valid():
        found = register_of(form.unit, *form.period, request.user)
        count = capped_counts({"all": found}, MOST)["all"]
        context |= {
            "page": paginate_keyset(found, request, order=("accepted_at", "id"), size=50),
            "count": in_words(count, MOST),
            "volumes": [number + 1 for number in range(-(-min(count, MOST) // VOLUME))],
        }
        note_found(request, context["page"].rows)
    return render(request, "onestop/register.html", context)


@require_safe
def register_export(request: Request) -> HttpResponse:
    """`/so-theo-doi/xuat.xlsx`: at most 5,000 rows, written as they are read."""
    form = _asked(request)
    found = register_of(form.unit, *form.period, request.user)
    content, count = register_sheet(found, most=MOST)
    note_exported(request, count, "register")
    return spreadsheet_response(content, "so-theo-doi.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def register_print(request: Request) -> HttpResponse:
    """`/so-theo-doi/in.pdf?quyen=2`: one volume of 100 rows; many of them are ordered (POST)."""
    form, asked = _asked(request), request.GET.get("quyen", "1")
    volume = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    if not 1 <= volume <= MOST // VOLUME:
        raise Http404
    found = register_of(form.unit, *form.period, request.user)
    rows = list(found[(volume - 1) * VOLUME : volume * VOLUME])
    is_long = len(rows) > register_rows.AT_ONCE
    if request.method == "POST" or not is_long:
        note_exported(request, len(rows), "register")
    paper = register_paper(form.unit, form.period, rows, volume)
    name = f"mau-07-quyen-{volume}.pdf"
    return paper_or_order(request, TEMPLATE, paper, name, is_long=is_long)


def _form(request: Request) -> RegisterForm:
    if not access.may(request.user, "export_dossiers"):
        raise PermissionDenied(_("Your positions do not include exporting."))
    return RegisterForm(request.GET, request.user)


def _asked(request: Request) -> RegisterForm:
    """The form of an existing register; a wrong period has no file."""
    form = _form(request)
    if not form.is_valid():
        raise Http404
    return form
