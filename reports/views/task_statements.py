"""`/nhiem-vu/bao-cao/`: statements of tasks that keep their figures, and the tasks behind each."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page, typed_in
from common.spreadsheets import spreadsheet_response
from directives.queries import board, lists
from organizations import access
from papers.views_orders import paper_or_order
from reports import exports_tasks, papers_tasks
from reports.forms import CommentForm
from reports.forms_tasks import TaskMakeForm
from reports.models import ReportState, TaskReport
from reports.queries.task_tables import TaskTable, tasks_behind
from reports.services import task_snapshots
from reports.views.signing_off import sign_off

LIST, ROWS = "reports/task_report_list.html", "reports/_task_report_rows.html"


def _require(request: Request) -> None:
    if not board.bodies_for(request.user):
        raise PermissionDenied(_("Reports of tasks are for who gives, follows or oversees them."))


def _visible(request: Request, pk: int) -> TaskReport:
    reports = TaskReport.objects.visible_to(request.user, lists.SEES)
    with_names = reports.select_related("unit", "made_by", "reviewed_by", "signed_by")
    found: TaskReport = get_object_or_404(with_names, pk=pk)
    return found


@require_safe
def task_report_list(request: Request) -> HttpResponse:
    """The newest period first; who may make one finds the form below."""
    _require(request)
    return _list(request, TaskMakeForm(user=request.user), 200)


def _list(request: Request, form: TaskMakeForm, status: int) -> HttpResponse:
    found = TaskReport.objects.visible_to(request.user, lists.SEES)
    found = found.select_related("unit", "signed_by").defer("rows")
    page = paginate_keyset(found, request, order=("-last_day", "-id"))
    context = {"page": page, "form": form if form.has_units else None}
    return render_page(request, LIST, ROWS, context, status)


@require_POST
def task_report_make(request: Request) -> HttpResponse:
    _require(request)
    form = TaskMakeForm(request.POST, user=request.user)
    if not form.has_units:
        raise PermissionDenied(_("Who follows tasks of leaders makes reports of them."))
    if not form.is_valid():
        return _list(request, form, 422)
    data = form.cleaned_data
    report = task_snapshots.make(
        int(data["unit"]), actor=request.user, kind=data["kind"], day=data["first"]
    )  # fmt: skip
    messages.success(request, _("The report is made. Its figures do not change any more."))
    return redirect("reports:task_report_detail", pk=report.pk)


@require_safe
def task_report_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk), 200)


def _detail(
    request: Request, report: TaskReport, status: int, form: CommentForm | None = None
) -> HttpResponse:  # fmt: skip
    user, is_open = request.user, report.state != ReportState.SIGNED
    may_review = is_open and task_snapshots.may_make(user, report.unit_id)
    others = TaskReport.objects.visible_to(user, lists.SEES).filter(
        unit=report.unit_id, first_day=report.first_day, last_day=report.last_day
    )
    context = {
        "report": report, "table": TaskTable(report),
        "versions": others.defer("rows").order_by("-number"),
        "may_review": may_review,
        "may_sign": is_open and access.may(user, task_snapshots.SIGNS, report.unit_id),
        "form": form or CommentForm(initial={"comment": report.comment}),
        "typed": typed_in(request) if form and not may_review else [],
    }  # fmt: skip
    return render(request, "reports/task_report_detail.html", context, status=status)


@require_POST
def task_report_review(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, task_snapshots.review, _("The report is marked as reviewed."))


@require_POST
def task_report_sign(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, task_snapshots.sign, _("The report is signed and frozen."))


def _act(request: Request, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    return sign_off(
        request, pk, act, done, find=_visible, show=_detail, address="reports:task_report_detail"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def task_report_print(request: Request, pk: int) -> HttpResponse:
    """On A4 landscape; one of many rows is ordered (POST)."""
    report = _visible(request, pk)
    data, is_long = papers_tasks.task_report_paper(report), len(report.rows) >= papers_tasks.AT_ONCE
    return paper_or_order(
        request, "reports/task_paper.html", data, f"{_name(report)}.pdf", is_long=is_long
    )  # fmt: skip


@require_safe
def task_report_export(request: Request, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    sheet = exports_tasks.task_report_sheet(report, TaskTable(report), request.user)
    return spreadsheet_response(sheet, f"{_name(report)}.xlsx")


def _name(report: TaskReport) -> str:
    return f"nhiem-vu-{report.last_day:%Y-%m-%d}-{report.pk}"


@require_safe
def task_report_tasks(request: Request, pk: int) -> HttpResponse:
    """The tasks behind one figure: `?hang=` the lead, `?cot=` the column."""
    report = _visible(request, pk)
    code, column = request.GET.get("hang", ""), request.GET.get("cot", "")
    found = tasks_behind(report, code, column, request.user)
    if found is None:
        raise Http404
    page = paginate_keyset(lists.rows(found), request, order=lists.ORDER, size=25)
    lists.tell(page.rows, timezone.localdate())
    table = TaskTable(report)
    context = {
        "page": page, "report": report, "title": table.titles[column],
        "lead": next((row["name"] for row in report.rows if row["code"] == code and code), ""),
    }  # fmt: skip
    return render_page(
        request, "reports/task_report_tasks.html", "directives/_task_rows.html", context
    )
