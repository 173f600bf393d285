"""`/ban-giao/`: originals on paper go from unit to unit by slip."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.counting import capped_counts, in_words
from common.htmx import Request
from common.pages import paginate_keyset
from common.pdf import PaperResponse
from onestop.forms.originals import HandOverForm, RefuseForm, missing_in
from onestop.forms.picks import picks_of
from onestop.forms.queue import SinceForm
from onestop.models import OriginalsSlip, SlipState
from onestop.queries import originals as queries
from onestop.services import originals as services
from onestop.services.slips import slip_paper
from onestop.views.bulk import most_at_once
from organizations import access
from papers.services import TEMPLATE

VIEWS = ("can-nhan", "da-giao", "da-nhan")


def _require(request: Request) -> None:
    if not any(access.may(request.user, permission) for permission in queries.HANDING):
        raise PermissionDenied(_("Your positions do not include work on dossiers."))


def _slip(request: Request, pk: int) -> OriginalsSlip:
    slips = OriginalsSlip.objects.visible_to(request.user, "view_dossiers")
    related = ("from_unit", "to_unit", "sent_by", "ended_by", "form__words")
    slip: OriginalsSlip = get_object_or_404(slips.select_related(*related), pk=pk)
    return slip


@require_safe
def slip_list(request: Request) -> HttpResponse:
    """What waits here to be confirmed, oldest first; what went out from here, and came."""
    _require(request)
    view = request.GET.get("xem", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    order = ("sent_at", "id") if view == "can-nhan" else ("-sent_at", "-id")
    form = SinceForm(request.GET)
    found = queries.slips_of(request.user, view, form.since)
    page = paginate_keyset(found, request, order=order, size=25)
    for row in page.rows:
        row["state_words"] = SlipState(row["state"]).label
    context = {
        "page": page, "view": view, "tabs": _tabs(request, view), "form": form,
        "hidden": {"xem": view},
    }  # fmt: skip
    return render(request, "onestop/originals/list.html", context)


def _tabs(request: Request, current: str) -> list[dict[str, Any]]:
    words = {
        "can-nhan": _("To confirm"), "da-giao": _("Handed over"), "da-nhan": _("Taken over"),
    }  # fmt: skip
    counts = capped_counts({VIEWS[0]: queries.slips_of(request.user, VIEWS[0])})
    return [
        {
            "words": words[name], "url": f"?xem={name}", "current": name == current,
            "count": in_words(counts[name]) if name in counts else None, "tone": "",
        }
        for name in VIEWS
    ]  # fmt: skip


@require_POST
def slip_new(request: Request) -> HttpResponse:
    """`/ban-giao/moi/`: which papers of the ticked dossiers, and to whom; then the slip."""
    _require(request)
    picks = picks_of(request.POST.getlist("picks"), most_at_once())
    handing = queries.handing_of(picks, request.user)
    if handing is None:
        messages.error(request, _("None of these dossiers has an original that lies with you."))
        return redirect("onestop:dossier_list")
    form = HandOverForm(request.POST if "confirmed" in request.POST else None, units=handing.units)
    if form.is_bound and form.is_valid():
        return _handed_over(request, form, handing.giving.unit_id or 0)
    chosen = _numbers(request.POST.getlist("paper")) if form.is_bound else None
    context = {"form": form, "handing": handing, "picks": picks, "chosen": chosen}
    status = 422 if form.is_bound else 200
    return render(request, "onestop/originals/new.html", context, status=status)


def _handed_over(request: Request, form: HandOverForm, from_unit_id: int) -> HttpResponse:
    slip = services.hand_over(
        _numbers(request.POST.getlist("paper")), actor=request.user, from_unit_id=from_unit_id,
        to_unit_id=form.cleaned_data["to_unit"], note=form.cleaned_data["note"],
    )  # fmt: skip
    messages.success(request, _("The slip is made. Print it and send it with the papers."))
    return redirect("onestop:slip_detail", pk=slip.pk)


def _numbers(values: list[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < 16}


@require_safe
def slip_detail(request: Request, pk: int) -> HttpResponse:
    """The slip, and the act of whoever stands on one of its sides."""
    return _shown(request, _slip(request, pk), RefuseForm())


def _shown(request: Request, slip: OriginalsSlip, refuse: RefuseForm) -> HttpResponse:
    is_open = slip.state == SlipState.SENT
    context = {
        "slip": slip, "refuse": refuse,
        "items": list(slip.items.select_related("dossier", "paper").order_by("pk")),
        "may_confirm": is_open and queries.may_hand(request.user, slip.to_unit_id),
        "may_take_back": is_open and queries.may_hand(request.user, slip.from_unit_id),
    }  # fmt: skip
    return render(
        request, "onestop/originals/detail.html", context, status=422 if refuse.is_bound else 200
    )


@require_POST
def slip_confirm(request: Request, pk: int) -> HttpResponse:
    """All is here, but for what was ticked as missing."""
    slip = _slip(request, pk)
    missing = missing_in(request.POST, list(slip.items.all()))
    services.confirm(pk, actor=request.user, missing=missing)
    messages.success(request, _("Confirmed. The papers lie with you now."))
    return redirect("onestop:slip_detail", pk=pk)


@require_POST
def slip_refuse(request: Request, pk: int) -> HttpResponse:
    slip = _slip(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _shown(request, slip, form)
    services.refuse(pk, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Not taken over. The papers stay where they were."))
    return redirect("onestop:slip_detail", pk=pk)


@require_POST
def slip_take_back(request: Request, pk: int) -> HttpResponse:
    _slip(request, pk)
    services.take_back(pk, actor=request.user)
    messages.success(request, _("Taken back. The papers stay where they were."))
    return redirect("onestop:slip_detail", pk=pk)


@require_safe
def slip_print(request: Request, pk: int) -> HttpResponse:
    """`/ban-giao/<số>/in.pdf`: two copies are signed by hand."""
    return PaperResponse(TEMPLATE, slip_paper(_slip(request, pk)), f"phieu-ban-giao-{pk}.pdf")
