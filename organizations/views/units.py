"""The tree of units, and its changes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import render_page
from organizations import access, queries
from organizations.forms.units import (
    CloseUnitForm,
    MergeForm,
    NewUnitForm,
    UnitForm,
    UnitSearchForm,
)
from organizations.models import Position, Unit
from organizations.open_work import open_work_in
from organizations.services import mergers
from organizations.services import units as services
from organizations.views.people import form_view, render_form

LIST = "organizations:unit_list"


def _managed(request: Request, code: str) -> Unit:
    visible = access.units_visible_to(request.user, "view_people")
    unit: Unit = get_object_or_404(visible, code=code)
    access.require(request.user, "manage_units", unit.pk)
    return unit


@require_safe
def unit_list(request: Request) -> HttpResponse:
    access.require_anywhere(request.user, "view_people")
    form = UnitSearchForm(request.GET)
    rows = form.narrow(queries.unit_tree(request.user))
    context = {"rows": rows, "form": form, "may_manage": access.may(request.user, "manage_units")}
    return render_page(
        request, "organizations/unit_list.html", "organizations/_unit_rows.html", context
    )


@require_safe
def unit_detail(request: Request, code: str) -> HttpResponse:
    visible = access.units_visible_to(request.user, "view_people").select_related("parent")
    unit: Unit = get_object_or_404(visible, code=code)
    return render(
        request,
        "organizations/unit_detail.html",
        {
            "unit": unit,
            "people": Position.objects.filter(unit=unit).select_related("user").order_by(
                "valid_to", "user__sort_key", "pk"
            )[:200],
            "successions": unit.successions.select_related("successor"),
            "predecessions": unit.predecessions.select_related("predecessor"),
            "events": queries.history_of(unit),
            "may_manage": access.may(request.user, "manage_units", unit.pk),
        },
    )  # fmt: skip


@form_view
def unit_create(request: Request, code: str) -> HttpResponse:
    """Add a unit below the one with this code."""
    parent = _managed(request, code)
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        unit = services.create_unit(parent.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Unit made."))
        return redirect("organizations:unit_detail", code=unit.code)
    return render_form(request, form, _("Add a unit below %(unit)s") % {"unit": parent.name}, LIST)


@form_view
def unit_change(request: Request, code: str) -> HttpResponse:
    unit = _managed(request, code)
    initial = {name: getattr(unit, name) for name in services.CHANGEABLE}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_unit(unit.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organizations:unit_detail", code=unit.code)
    return render_form(request, form, _("Change %(unit)s") % {"unit": unit.name}, LIST)


@form_view
def unit_close(request: Request, code: str) -> HttpResponse:
    unit = _managed(request, code)
    form = CloseUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.close_unit(unit.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Unit closed. Its code and its history stay."))
        return redirect("organizations:unit_detail", code=unit.code)
    return render_form(
        request, form, _("Close %(unit)s") % {"unit": unit.name}, LIST, work=open_work_in(unit),
        template="organizations/unit_close.html",
    )  # fmt: skip


@form_view
def unit_merge(request: Request, code: str) -> HttpResponse:
    """One act: the unit closes, and people, units below and open work go to the successor."""
    unit = _managed(request, code)
    form = MergeForm(request.POST or None, user=request.user, unit=unit)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        successor = facts.pop("successor")
        mergers.merge_unit(unit.pk, successor.pk, actor=request.user, **facts)
        messages.success(request, _("Unit merged. Its code still finds its rows."))
        return redirect("organizations:unit_detail", code=successor.code)
    return render_form(
        request, form, _("Merge %(unit)s into another unit") % {"unit": unit.name}, LIST,
        preview=mergers.preview(unit), template="organizations/unit_close.html",
    )  # fmt: skip
