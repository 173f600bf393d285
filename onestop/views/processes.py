"""`/quan-tri/quy-trinh/`: internal processes and their versions."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.pages import paginate_keyset, render_page
from onestop.forms.processes import ProcessSearchForm, ProcessUnitForm, StepFormSet
from onestop.models import Procedure, Process
from onestop.queries import catalogue as queries
from onestop.queries.dossiers import running_on
from onestop.rules import processes as rules
from onestop.services import processes as services
from onestop.words import limit_words
from organizations import access

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _found(request: Request, pk: int, permission: str = "view_catalogue") -> Process:
    visible = Process.objects.visible_to(request.user, "view_catalogue")
    process: Process = get_object_or_404(
        visible.select_related("procedure__current_version", "unit"), pk=pk
    )
    access.require_anywhere(request.user, permission)
    return process


@require_safe
def process_list(request: Request) -> HttpResponse:
    """Versions of all processes, newest first."""
    access.require_anywhere(request.user, "view_catalogue")
    form = ProcessSearchForm(request.GET or None)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.process_list(request.user, filters.get("q", ""), filters.get("state", ""))
    page = paginate_keyset(rows, request, order=("-id",), size=25)
    page = replace(
        page,
        rows=[
            row | {"limit_words": limit_words(row["limit_amount"], row["limit_unit"])}
            for row in page.rows
        ],
    )
    context = {
        "page": page,
        "form": form,
        "may_manage": access.may(request.user, "manage_catalogue"),
    }
    return render_page(
        request, "onestop/processes/list.html", "onestop/processes/_rows.html", context
    )


@require_safe
def process_detail(request: Request, pk: int) -> HttpResponse:
    """The steps, whether they add up, and how many dossiers follow this version."""
    process = _found(request, pk)
    steps = list(process.steps.select_related("unit"))
    verdict = rules.check(process.as_data(), process.limit_amount, process.limit_unit)
    in_use = Process.objects.visible_to(request.user, "view_catalogue").filter(
        procedure=process.procedure_id, unit=process.unit_id, state="active", is_default=False
    )
    touched = process if process.state == "active" else in_use.first()
    context = {
        "process": process,
        "steps": steps,
        "verdict": verdict,
        "running": running_on(touched.pk) if touched else 0,
        "may_manage": access.may(request.user, "manage_catalogue"),
    }
    return render(request, "onestop/processes/detail.html", context)


@require_POST
def process_draft(request: Request, code: str) -> HttpResponse:
    """A new version of what the procedure, or one unit of it, follows now."""
    visible = Procedure.objects.visible_to(request.user, "view_catalogue")
    procedure = get_object_or_404(visible, code=code)
    form = ProcessUnitForm(request.POST, units=queries.unit_choices(timezone.localdate()))
    if not form.is_valid():
        raise DomainError(_("Choose a unit that exists today."))
    process = services.draft_process(
        procedure.pk, unit_id=form.cleaned_data["unit"], actor=request.user
    )
    return redirect("onestop:process_edit", pk=process.pk)


@form_view
def process_edit(request: Request, pk: int) -> HttpResponse:
    """The steps of a draft. What does not add up is kept, and said."""
    process = _found(request, pk, "manage_catalogue")
    if process.state != "draft":
        raise services.NotADraft
    steps = process.as_data()
    data = request.POST if request.method == "POST" else None
    forms = StepFormSet.of(data, steps, queries.step_unit_choices(timezone.localdate()))
    seen = request.POST.get("seen", "") or services.fingerprint(steps)
    if data is not None and forms.is_valid():
        services.save_steps(pk, forms.steps(), actor=request.user, seen=seen)  # type: ignore[attr-defined]
        messages.success(request, _("Steps saved."))
        return redirect("onestop:process_detail", pk=pk)
    context = {"process": process, "forms": forms, "seen": seen}
    status = 200 if data is None else 422
    return render(request, "onestop/processes/form.html", context, status=status)


@require_POST
def process_use(request: Request, pk: int) -> HttpResponse:
    """New dossiers follow this version from now on."""
    process = _found(request, pk, "manage_catalogue")
    services.put_in_use(process.pk, actor=request.user)
    messages.success(request, _("In use. Running dossiers stay on their own version."))
    return redirect("onestop:process_detail", pk=pk)


@require_POST
def process_discard(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    process = _found(request, pk, "manage_catalogue")
    services.discard_draft(process.pk, actor=request.user)
    messages.success(request, _("Draft thrown away."))
    return redirect("onestop:procedure_detail", code=process.procedure.code)
