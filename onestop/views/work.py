"""`/phan-cong/`, search over all visible dossiers, and the export of a list."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from common.searches import (
    LOST,
    data_of,
    has_number,
    is_lost,
    keeps_numbers_private,
    numbers_joined,
    to_clean_address,
    words_of,
)
from common.spreadsheets import spreadsheet_response
from onestop.exports import dossier_sheet
from onestop.forms.queue import QueueForm, SinceForm
from onestop.models import Dossier
from onestop.queries import dossiers as queries
from onestop.queries import load
from onestop.views.scans import opens_scanned_slips
from onestop.views.traces import note_exported, note_found
from organizations import access

EXPORTED = 5_000


@require_safe
def load_list(request: Request) -> HttpResponse:
    """`/phan-cong/`: who has how much in hand, in the person's units or in one (`?don_vi=`)."""
    if not access.may(request.user, "assign_dossiers"):
        raise PermissionDenied(_("Your positions do not include assigning work."))
    queue = Dossier.objects.held_by_units_of(request.user, "assign_dossiers")
    unit, form = request.GET.get("don_vi", ""), SinceForm(request.GET)
    if unit.isdecimal():
        queue = queue.filter(holder_unit_id=int(unit))
    found = load.load_of(form.narrow(queue), timezone.localdate())
    page = Paginator(found.rows, load.ROWS).get_page(request.GET.get("trang"))
    load.noting_absences(list(page))
    context = {
        "load": found, "page": page, "is_one_unit": unit, "form": form,
        "may_pick": not found.is_by_unit and not form.since,  # assigned is all that is in hand
        "hidden": {"don_vi": unit} if unit else {},
    }  # fmt: skip
    return render(request, "onestop/load_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opens_scanned_slips
@keeps_numbers_private
def dossier_search(request: Request) -> HttpResponse:
    """`/tim/`: every visible dossier, open or closed, by code, name, number or phone."""
    words = words_of(request)
    visible = Dossier.objects.visible_to(request.user, "view_dossiers")
    page, is_cut, form = None, False, SinceForm(request.GET)
    if words == LOST:
        words = ""
    elif len(words) >= 2:
        needle = numbers_joined(words)
        if code := queries.code_of_number(visible, needle):  # scanned or typed from the slip
            return redirect("onestop:dossier_detail", code=code)
        found = form.narrow(queries.search(visible, needle))
        page = paginate_keyset(queries.rows(found), request, order=("-id",))
        queries.with_deadlines(page.rows)
        if len(page.rows) == 1 and page.rows[0]["code"].lower() == words.lower():
            return redirect("onestop:dossier_detail", code=page.rows[0]["code"])
        is_cut = not page.next_url and queries.search_is_cut(needle)
        if has_number(request):
            note_found(request, page.rows)
    context = {"page": page, "words": words, "is_cut": is_cut, "form": form}
    return render(request, "onestop/dossier_search.html", context)


@require_safe
def dossier_export(request: Request) -> HttpResponse:
    """`/ho-so/xuat.xlsx`: the list as it is filtered, at most 5,000 rows."""
    if not access.may(request.user, "export_dossiers"):
        raise PermissionDenied(_("Your positions do not include exporting."))
    if away := to_clean_address(request):
        return away
    if is_lost(request):  # the list says so
        return redirect(f"{reverse('onestop:dossier_list')}?{request.GET.urlencode()}")
    form = QueueForm(data_of(request))
    queue = Dossier.objects.held_by_units_of(request.user, "export_dossiers")
    found = form.narrow(queries.view_of(queue, form.view, timezone.localdate()), request.user)
    rows = list(queries.rows(found).order_by(*queries.order_of(form.view))[: EXPORTED + 1])
    is_cut = len(rows) > EXPORTED
    del rows[EXPORTED:]
    note_exported(request, len(rows), form.view)
    content = dossier_sheet(queries.with_deadlines(rows), is_cut=is_cut)
    return spreadsheet_response(content, f"ho-so-{timezone.localdate():%Y%m%d}.xlsx")
