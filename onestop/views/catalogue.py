"""`/quan-tri/thu-tuc/`: the catalogue for its keepers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from onestop.forms.catalogue import (
    CatalogueSearchForm,
    ProcedureForms,
    PublishForm,
    WithdrawForm,
)
from onestop.models import Procedure
from onestop.queries import catalogue as queries
from onestop.services import catalogue as services
from onestop.services.catalogue import Content
from organizations import access

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _found(request: Request, code: str, permission: str = "view_catalogue") -> Procedure:
    """The procedure: 404 for who may not see the catalogue, 403 for who may only see it."""
    visible = Procedure.objects.visible_to(request.user, "view_catalogue")
    procedure: Procedure = get_object_or_404(visible.select_related("current_version"), code=code)
    access.require_anywhere(request.user, permission)
    return procedure


def _back(procedure: Procedure) -> HttpResponseRedirect:
    return redirect("onestop:procedure_detail", code=procedure.code)


@require_safe
def procedure_list(request: Request) -> HttpResponse:
    """Every procedure, drafts and withdrawn ones too."""
    access.require_anywhere(request.user, "view_catalogue")
    form = CatalogueSearchForm(request.GET or None)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.catalogue_list(request.user, filters.get("q", ""), filters.get("state", ""))
    page = paginate_keyset(rows, request, order=("code",), size=25)
    may_manage = access.may(request.user, "manage_catalogue")
    return render_page(
        request, "onestop/catalogue/list.html", "onestop/catalogue/_rows.html",
        {"page": page, "form": form, "may_manage": may_manage},
    )  # fmt: skip


@require_safe
def procedure_detail(request: Request, code: str) -> HttpResponse:
    """What is in force, what waits, every version, and the internal processes."""
    procedure = _found(request, code)
    versions = queries.versions_of(procedure)
    draft = next((each for each in versions if each.is_draft), None)
    shown = next((each for each in versions if each.pk == procedure.current_version_id), draft)
    context = {
        "procedure": procedure,
        "versions": versions,
        "draft": draft,
        "shown": shown,
        "processes": queries.processes_of(procedure),
        "may_manage": access.may(request.user, "manage_catalogue"),
        "publish_form": PublishForm(initial={"on": timezone.localdate()}),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "onestop/catalogue/detail.html", context)


@form_view
def procedure_create(request: Request) -> HttpResponse:
    """A new procedure, as a draft."""
    access.require_anywhere(request.user, "manage_catalogue")
    forms = _forms(request, None)
    if forms.is_bound and forms.is_valid():
        procedure = services.create_procedure(
            forms.form.cleaned_data["code"], forms.content(), actor=request.user
        )
        messages.success(request, _("Draft saved."))
        return _back(procedure)
    return _form_page(request, forms, {})


@form_view
def procedure_edit(request: Request, code: str) -> HttpResponse:
    """The draft; of a published procedure, the next version."""
    procedure = _found(request, code, "manage_catalogue")
    version = services.latest(procedure)
    content = services.content_of_version(version) if version else None
    forms = _forms(request, content)
    if forms.is_bound and forms.is_valid():
        services.save_draft(
            procedure.pk, forms.content(), actor=request.user, seen=request.POST.get("seen", "")
        )
        messages.success(request, _("Draft saved."))
        return _back(procedure)
    seen = request.POST.get("seen", "") or (content.fingerprint if content else "")
    return _form_page(request, forms, {"procedure": procedure, "seen": seen})


def _forms(request: Request, content: Content | None) -> ProcedureForms:
    today = timezone.localdate()
    return ProcedureForms(
        request.POST if request.method == "POST" else None,
        content=content,
        units=queries.unit_choices(today),
        communes=queries.commune_ids(today),
        user=request.user,
        files=request.FILES if request.method == "POST" else None,
        blanks=queries.blank_names(content.components) if content else {},
    )


def _form_page(request: Request, forms: ProcedureForms, context: dict[str, Any]) -> HttpResponse:
    context |= {"forms": forms, "form": forms.form}
    status = 422 if forms.is_bound else 200
    return render(request, "onestop/catalogue/form.html", context, status=status)


@require_POST
def procedure_publish(request: Request, code: str) -> HttpResponse:
    """The waiting draft comes into force on a day."""
    procedure = _found(request, code, "manage_catalogue")
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _act_page(request, procedure, form, _("Publish"))
    services.publish(procedure.pk, on=form.cleaned_data["on"], actor=request.user)
    messages.success(request, _("Published."))
    return _back(procedure)


@require_POST
def procedure_withdraw(request: Request, code: str) -> HttpResponse:
    """Out of force from today."""
    procedure = _found(request, code, "manage_catalogue")
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _act_page(request, procedure, form, _("Withdraw"))
    services.withdraw(procedure.pk, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Withdrawn. Running dossiers are finished as they began."))
    return _back(procedure)


def _act_page(request: Request, procedure: Procedure, form: Any, words: str) -> HttpResponse:
    context = {"procedure": procedure, "form": form, "words": words}
    return render(request, "onestop/catalogue/act.html", context, status=422)


@require_POST
def procedure_discard(request: Request, code: str) -> HttpResponse:
    """Throw the waiting draft away."""
    procedure = _found(request, code, "manage_catalogue")
    services.discard_draft(procedure.pk, actor=request.user)
    messages.success(request, _("Draft thrown away."))
    if procedure.current_version_id is None:
        return redirect("onestop:procedure_list")
    return _back(procedure)
