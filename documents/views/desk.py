"""`/van-ban/cho-toi/`: what waits for a leader, on one page that works on a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import AlreadyDone
from common.forms import refusals_in
from common.htmx import Request
from common.text import key_of
from documents.forms.desk import GiveForm
from documents.models import Incoming
from documents.queries.desk import desk_of, may_give, to_read, units_for
from documents.services import directing, handling
from documents.states import Status
from organizations import access


@require_safe
def desk_page(request: Request) -> HttpResponse:
    """To decide, to sign, to read."""
    if not access.may(request.user, "direct_documents"):
        raise PermissionDenied(_("Your positions do not include deciding on documents."))
    return _desk(request)


def _desk(
    request: Request, sent: GiveForm | None = None, pk: int = 0, status: int = 200
) -> HttpResponse:
    """The page; of its forms the one that was sent is shown as it was sent."""
    desk = desk_of(request.user)
    giving = [row for row in desk.decide.rows if may_give(row)]
    units = units_for(request.user, {row["root"] for row in giving})
    for row in giving:
        known = units.get(row["root"], [])
        row["form"] = sent if row["pk"] == pk else GiveForm(key=row["pk"], units=known)
    return render(request, "documents/desk.html", {"desk": desk}, status=status)


@require_POST
def desk_give(request: Request, pk: int) -> HttpResponse:
    """One unit leads. A document that somebody has already is directed on its own page."""
    found = Incoming.objects.visible_to(request.user, "view_documents")
    incoming: Incoming = get_object_or_404(found.select_related("registry__unit"), pk=pk)
    if incoming.status != Status.REGISTERED:
        raise AlreadyDone
    directing.require_free(incoming)
    access.require(request.user, "direct_documents", incoming.registry.unit_id)
    root = incoming.registry.unit.path
    units = units_for(request.user, {root}).get(root, [])
    form = GiveForm(request.POST, key=pk, units=units)
    if form.is_valid():
        with refusals_in(form):
            form.perform(incoming, request.user)
            messages.success(request, _given(form, units))
            return redirect("documents:desk_page")
    return _desk(request, form, pk, status=422)


def _given(form: GiveForm, units: list[Any]) -> str:
    unit = next(each for each in units if each.pk == form.cleaned_data["lead"])
    return _("%(unit)s leads.") % {"unit": unit.name}


@require_POST
def desk_read(request: Request) -> HttpResponse:
    """What was ticked has been read; what is not there to be read any more is left out."""
    sent = {key for each in request.POST.getlist("da-xem") if (key := key_of(each)) is not None}
    count = handling.mark_read(to_read(request.user, sent), actor=request.user)
    if count:
        messages.success(request, _("Marked as read: %(count)s.") % {"count": count})
    else:
        messages.info(request, _("Tick what you have read."))
    return redirect("documents:desk_page")
