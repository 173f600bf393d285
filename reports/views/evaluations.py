"""`/dieu-hanh/danh-gia/`: the monthly evaluation of officials and heads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.pages import PaperResponse, paginate_keyset, render_page
from common.spreadsheets import spreadsheet_response
from organizations import access
from reports.exports_evaluation import evaluation_sheet
from reports.forms_evaluation import CorrectForm, JudgeForm, RemarkForm
from reports.models import Evaluation, EvaluationRow, EvaluationState, SheetKind
from reports.papers_evaluation import evaluation_paper
from reports.queries import evaluation_pages as pages
from reports.queries.evaluation_tables import columns_of, reasons
from reports.services import evaluations


@require_safe
def evaluation_list(request: Request) -> HttpResponse:
    """Sheets of the people whose head the person is: newest month first, higher units first."""
    if not access.may(request.user, pages.SEES):
        raise PermissionDenied(_("Your positions do not include the evaluation of others."))
    month, kind = _month(request.GET.get("thang", "")), request.GET.get("loai", "")
    state = request.GET.get("tinh-trang", "")
    found = pages.sheets_for(request.user, month, kind, state)
    page = paginate_keyset(found, request, order=("-month", "place", "-id"))
    context = {
        "page": page, "months": pages.months_for(request.user), "month": month, "kind": kind,
        "state": state, "kinds": SheetKind.choices, "states": EvaluationState.choices,
    }  # fmt: skip
    return render_page(
        request, "reports/evaluation_list.html", "reports/_evaluation_rows.html", context
    )


def _month(text: str) -> dt.date | None:
    """ "2026-10" as its first day; None for anything else."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@require_safe
def evaluation_mine(request: Request) -> HttpResponse:
    """The person's own rows, newest month first."""
    page = paginate_keyset(pages.mine(request.user), request, order=("-month", "-id"))
    return render_page(
        request, "reports/evaluation_mine.html", "reports/_evaluation_mine_rows.html",
        {"page": page},
    )  # fmt: skip


def _visible(request: Request, pk: int) -> Evaluation:
    sheets = Evaluation.objects.visible_to(request.user, pages.SEES)
    named = sheets.select_related("unit", "judge_unit", "made_by", "confirmed_by")
    found: Evaluation = get_object_or_404(named, pk=pk)
    return found


@require_safe
def evaluation_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk), 200)


def _detail(
    request: Request, evaluation: Evaluation, status: int, form: CorrectForm | None = None
) -> HttpResponse:
    sheet = pages.sheet_for(evaluation, request.user)
    signs = access.may(request.user, "sign_reports", evaluation.confirming_unit_id)
    left = [row for row in sheet.rows if not row.grade]
    versions = Evaluation.objects.visible_to(request.user, pages.SEES).filter(
        unit=evaluation.unit_id, kind=evaluation.kind, month=evaluation.month
    )
    context = {
        "evaluation": evaluation, "sheet": sheet, "versions": versions.order_by("-number"),
        "left": len(left), "may_confirm": signs and evaluation.is_open,
        "may_accept": evaluation.is_open
        and any(evaluations.may_judge(evaluation, row, request.user) for row in left),
        "may_correct": signs and evaluation.superseded_at is None,
        "form": form or CorrectForm(),
    }  # fmt: skip
    return render(request, "reports/evaluation_detail.html", context, status=status)


@require_POST
def evaluation_accept(request: Request, pk: int) -> HttpResponse:
    """Decide as proposed on all rows that are left."""
    _visible(request, pk)
    request.conflict_page = _sheet_as_it_is_now(pk)  # type: ignore[attr-defined]
    count = evaluations.accept_proposals(pk, actor=request.user)
    words = ngettext("%(n)s row decided as proposed.", "%(n)s rows decided as proposed.", count)
    messages.success(request, words % {"n": count})
    return redirect("reports:evaluation_detail", pk=pk)


@require_POST
def evaluation_confirm(request: Request, pk: int) -> HttpResponse:
    _visible(request, pk)
    request.conflict_page = _sheet_as_it_is_now(pk)  # type: ignore[attr-defined]
    evaluations.confirm(pk, actor=request.user)
    messages.success(request, _("The sheet is confirmed and frozen."))
    return redirect("reports:evaluation_detail", pk=pk)


@require_POST
def evaluation_correct(request: Request, pk: int) -> HttpResponse:
    """A new version beside the old."""
    evaluation = _visible(request, pk)
    form = CorrectForm(request.POST)
    if not form.is_valid():
        return _detail(request, evaluation, 422, form)
    request.conflict_page = _sheet_as_it_is_now(pk)  # type: ignore[attr-defined]
    new = evaluations.correct(pk, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("A new version is made; the old one stays beside it."))
    return redirect("reports:evaluation_detail", pk=new.pk)


def _sheet_as_it_is_now(pk: int) -> Callable[[Request, DomainError], HttpResponse]:
    def page(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return _detail(request, _visible(request, pk), 409)

    return page


@require_safe
def evaluation_print(request: Request, pk: int) -> HttpResponse:
    """The sheet on A4 landscape."""
    evaluation = _visible(request, pk)
    paper = evaluation_paper(pages.sheet_for(evaluation, request.user))
    name = f"danh-gia-{evaluation.month:%Y-%m}-{evaluation.pk}.pdf"
    return PaperResponse("reports/evaluation_paper.html", paper, name)


@require_safe
def evaluation_export(request: Request, pk: int) -> HttpResponse:
    evaluation = _visible(request, pk)
    content = evaluation_sheet(pages.sheet_for(evaluation, request.user))
    return spreadsheet_response(content, f"danh-gia-{evaluation.month:%Y-%m}-{evaluation.pk}.xlsx")


def _row(request: Request, pk: int, row_pk: int) -> EvaluationRow:
    row = pages.row_for(request.user, pk, row_pk)
    if row is None:
        raise Http404
    return row


@require_safe
def evaluation_row(request: Request, pk: int, row_pk: int) -> HttpResponse:
    return _row_page(request, _row(request, pk, row_pk), 200)


def _row_page(
    request: Request, row: EvaluationRow, status: int, form: JudgeForm | None = None
) -> HttpResponse:
    evaluation, is_own = row.evaluation, row.person_id == request.user.pk
    judges = evaluation.is_open and evaluations.may_judge(evaluation, row, request.user)
    before = {"grade": row.grade or row.proposed, "reason": row.grade_reason,
              "comment": row.comment}  # fmt: skip
    context = {
        "row": row, "evaluation": evaluation, "is_own": is_own,
        "figures": [(f, row.figures[f.key]) for f in columns_of(evaluation.kind)],
        "reasons": reasons(evaluation, row),
        "sees_sheet": Evaluation.objects.visible_to(request.user, pages.SEES)
        .filter(pk=evaluation.pk).exists(),
        "remark_form": RemarkForm(initial={"text": row.remark})
        if is_own and evaluation.is_open else None,
        "judge_form": (form or JudgeForm(initial=before, proposed=row.proposed))
        if judges else None,
    }  # fmt: skip
    return render(request, "reports/evaluation_row.html", context, status=status)


@require_POST
def evaluation_remark(request: Request, pk: int, row_pk: int) -> HttpResponse:
    row, form = _row(request, pk, row_pk), RemarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The remark is too long."))
        return _row_page(request, row, 422)
    request.conflict_page = _row_as_it_is_now(pk, row_pk)  # type: ignore[attr-defined]
    evaluations.remark(row.pk, actor=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Your remark is kept."))
    return redirect("reports:evaluation_row", pk=pk, row_pk=row_pk)


@require_POST
def evaluation_judge(request: Request, pk: int, row_pk: int) -> HttpResponse:
    row = _row(request, pk, row_pk)
    form = JudgeForm(request.POST, proposed=row.proposed)
    evaluations.require_judge(row.evaluation, row, request.user)
    if not form.is_valid():
        return _row_page(request, row, 422, form)
    request.conflict_page = _row_as_it_is_now(pk, row_pk)  # type: ignore[attr-defined]
    evaluations.judge(row.pk, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The decision on %(name)s is kept.") % {"name": row.name})
    return redirect("reports:evaluation_detail", pk=pk)


def _row_as_it_is_now(pk: int, row_pk: int) -> Callable[[Request, DomainError], HttpResponse]:
    def page(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return _row_page(request, _row(request, pk, row_pk), 409)

    return page


@require_safe
def evaluation_items(request: Request, pk: int, row_pk: int) -> HttpResponse:
    """The steps or dossiers behind one figure: `?so=` its key."""
    row = _row(request, pk, row_pk)
    behind = pages.behind(row, request.GET.get("so", ""))
    if behind is None:
        raise Http404
    page = paginate_keyset(behind.rows(), request, order=("id",))
    behind.describe(page.rows, request.user)
    context = {"page": page, "behind": behind, "row": row, "evaluation": row.evaluation}
    return render_page(
        request, "reports/evaluation_items.html", "reports/_evaluation_items.html", context
    )
