"""`/quan-tri/van-thu/`: which bodies keep registers, and in which unit."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.forms import refusals_in
from common.htmx import Request
from common.pages import paginate_keyset, render_page
from documents.forms.registries import BodyForm, OpenForm, RegistrySearchForm, group_lines
from documents.models import Registry
from documents.services.registries import BodyFacts, change_registry, open_registry
from organizations import access
from papers.views_certificates import page_of

FORM = "documents/registry_form.html"
LIST, ROWS = "documents/registry_list.html", "documents/_registry_rows.html"


@require_safe
def registry_list(request: Request) -> HttpResponse:
    """By code, as the units are numbered; all of them, or those that hold what was typed."""
    access.require_anywhere(request.user, "manage_units")
    form = RegistrySearchForm(request.GET)
    found = form.narrow(Registry.objects.visible_to(request.user, "manage_units"))
    page = paginate_keyset(found.select_related("unit"), request, order=("code", "id"), size=50)
    return render_page(request, LIST, ROWS, {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def registry_create(request: Request) -> HttpResponse:
    access.require_anywhere(request.user, "manage_units")
    form = OpenForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            open_registry(form.facts, actor=request.user, unit_id=form.cleaned_data["unit"].pk)
            messages.success(request, _("The registry is open."))
            return redirect("documents:registry_list")
    return _form_page(request, form, _("Open a registry"))


@require_http_methods(["GET", "HEAD", "POST"])
def registry_edit(request: Request, pk: int) -> HttpResponse:
    found = Registry.objects.visible_to(request.user, "manage_units")
    registry = get_object_or_404(found.select_related("unit"), pk=pk)
    now = asdict(BodyFacts(**{name: getattr(registry, name) for name in BodyFacts.__match_args__}))
    now["former_codes"] = ", ".join(registry.former_codes)
    now["number_groups"] = group_lines(registry.number_groups)
    form = BodyForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            change_registry(pk, form.facts, actor=request.user)
            messages.success(request, _("Saved."))
            return redirect("documents:registry_list")
    return _form_page(request, form, registry.name, registry)


@require_http_methods(["GET", "HEAD", "POST"])
def registry_certificates(request: Request, pk: int) -> HttpResponse:
    """With which certificates its seal is set."""
    found = Registry.objects.visible_to(request.user, "manage_units")
    registry = get_object_or_404(found, pk=pk)
    return page_of(
        request, body_code=registry.code,
        title=_("Certificates of the seal: %s") % registry.name,
        crumbs=(_("Registries"), reverse("documents:registry_list")),
    )  # fmt: skip


def _form_page(
    request: Request, form: BodyForm, title: str, registry: Registry | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "registry": registry}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
