"""Imports of the catalogue: upload, preview row by row, confirm. A pair of views for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.htmx import Request
from onestop.forms.catalogue import ImportFileForm
from onestop.models import ImportDraft, ImportKind
from onestop.queries.import_plan import ADDED, CHANGED, REFUSED, UNCHANGED, Plan, plan_procedures
from onestop.queries.step_plan import plan_processes
from onestop.rules import import_procedures, import_steps
from onestop.rules.import_table import LISTED_FAULTS
from onestop.services import import_processes, importing
from onestop.words import limit_words
from organizations import access
from organizations.roles import ROLES

form_view = require_http_methods(["GET", "HEAD", "POST"])
ROWS_PER_PAGE = 100


@dataclass(frozen=True)
class Words:
    """What differs between the two imports on the same pages."""

    kind: str
    upload: str
    preview: str
    back: str
    title: str


def _words(kind: str) -> Words:
    if kind == ImportKind.PROCEDURES:
        return Words(
            kind, "onestop:procedure_import", "onestop:procedure_import_preview",
            "onestop:procedure_list", _("Import procedures"),
        )  # fmt: skip
    return Words(
        kind, "onestop:process_import", "onestop:process_import_preview",
        "onestop:process_list", _("Import internal processes"),
    )  # fmt: skip


@form_view
def procedure_import(request: Request) -> HttpResponse:
    """Upload a file of procedures."""
    return _upload(request, _words(ImportKind.PROCEDURES), importing.stage_procedures)


@form_view
def process_import(request: Request) -> HttpResponse:
    """Upload a file of steps."""
    return _upload(request, _words(ImportKind.PROCESSES), import_processes.stage_processes)


def _upload(request: Request, words: Words, stage: Any) -> HttpResponse:
    access.require_anywhere(request.user, "manage_catalogue")
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportFileForm(*data)
    context: dict[str, Any] = {"form": form, "words": words}
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        staged = stage(file.read(), file.name, actor=request.user)
        if staged.draft is not None:
            return redirect(words.preview, pk=staged.draft.pk)
        context |= _faults(staged.plan, words.kind)
    status = 422 if form.is_bound else 200
    return render(request, "onestop/catalogue/import.html", context, status=status)


def _faults(plan: Plan, kind: str) -> dict[str, Any]:
    """All faults are counted, the first thousand listed."""
    labels = _labels(kind)
    return {
        "fault_count": len(plan.faults),
        "faults": [
            {"row": f.row, "column": labels.get(f.column, f.column), "message": f.message}
            for f in plan.faults[:LISTED_FAULTS]
        ],
    }


def _labels(kind: str) -> dict[str, str]:
    """The header that a column carries in the person's own file."""
    steps = kind == ImportKind.PROCESSES
    headers = import_steps.HEADERS if steps else import_procedures.HEADERS
    labels = {column: names[0] for column, names in headers.items()}
    return labels | {
        "limit_amount": _("Processing time limit"), "limit_unit": _("Counted in"),
        "cutoff": _("Cut-off time"), "units": _("Competent units"), "steps": _("Steps"),
    }  # fmt: skip


def _draft(request: Request, pk: int, kind: str) -> ImportDraft:
    """A preview is seen by who uploaded the file, and by nobody else."""
    access.require_anywhere(request.user, "manage_catalogue")
    draft: ImportDraft = get_object_or_404(
        ImportDraft.objects.visible_to(request.user, "manage_catalogue"), pk=pk, kind=kind
    )
    return draft


@form_view
def procedure_import_preview(request: Request, pk: int) -> HttpResponse:
    """What the file adds and changes, row by row; a POST does it."""
    draft = _draft(request, pk, ImportKind.PROCEDURES)
    words = _words(draft.kind)
    if request.method == "POST":
        plan = importing.confirm_procedures(draft.pk, actor=request.user)
        return _done(request, plan, words)
    rows = [import_procedures.ProcedureRow(**values) for values in draft.rows]
    return _preview(request, draft, plan_procedures(rows, timezone.localdate()), words, {})


@form_view
def process_import_preview(request: Request, pk: int) -> HttpResponse:
    """The processes with the proposed kind, role and unit of each step; a POST writes them."""
    draft = _draft(request, pk, ImportKind.PROCESSES)
    words = _words(draft.kind)
    if request.method == "POST":
        in_use = request.POST.get("in_use") == "1"
        steps = import_processes.confirm_processes(draft.pk, actor=request.user, in_use=in_use)
        return _done(request, steps, words)
    plan = plan_processes(import_processes.groups_of(draft.rows), timezone.localdate())
    proposals = {
        code: [
            {"step": step, "role": ROLES[step.role].name, "unit": plan.unit_names.get(step.unit_id),
             "share": limit_words(step.share_amount, step.share_unit) if step.share_amount else ""}
            for step in steps
        ]
        for code, steps in plan.steps.items()
    }  # fmt: skip
    return _preview(request, draft, plan, words, {"proposals": proposals})


def _done(request: Request, plan: Plan, words: Words) -> HttpResponse:
    told = _("Imported: %(added)s added, %(changed)s changed, %(unchanged)s unchanged.")
    counts = {kind: plan.count(kind) for kind in (ADDED, CHANGED, UNCHANGED)}
    messages.success(request, told % counts)
    return redirect(words.back)


def _preview(
    request: Request, draft: ImportDraft, plan: Plan, words: Words, extra: dict[str, Any]
) -> HttpResponse:
    kind = request.GET.get("xem", "")
    shown = [each for each in plan.outcomes if not kind or each.kind == kind]
    pages = Paginator(shown, ROWS_PER_PAGE)
    page = pages.get_page(request.GET.get("trang"))
    labels = _labels(draft.kind)
    rows = [
        {"outcome": each, "changes": [(labels.get(c.column, c.column), c) for c in each.changes],
         "proposals": extra.get("proposals", {}).get(each.code, [])}
        for each in page
    ]  # fmt: skip
    names = {ADDED: _("Added"), CHANGED: _("Changed"), UNCHANGED: _("Unchanged"),
             REFUSED: _("Refused")}  # fmt: skip
    tabs = [{"words": _("All"), "url": "?", "count": len(plan.outcomes), "current": not kind}]
    tabs += [
        {"words": name, "url": f"?xem={key}", "count": plan.count(key), "current": kind == key}
        for key, name in names.items()
    ]
    context = {
        "draft": draft, "words": words, "rows": rows, "page": page, "tabs": tabs, "kind": kind,
        "warnings": [(labels.get(w.column, w.column), w) for w in plan.warnings[:LISTED_FAULTS]],
        "is_outdated": bool(plan.faults) or plan.hash != draft.plan_hash, "names": names,
    }  # fmt: skip
    return render(request, "onestop/catalogue/import_preview.html", context)
