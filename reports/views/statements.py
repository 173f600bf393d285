"""`/dieu-hanh/bao-cao/`: reports that keep their figures, and the dossiers behind each figure."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page, typed_in
from common.spreadsheets import spreadsheet_response
from onestop.queries import dossiers as dossier_queries
from organizations import access
from papers.views_orders import paper_or_order
from reports import papers
from reports.exports import report_sheet
from reports.forms import ROWS, CommentForm, MakeForm
from reports.models import PeriodKind, Report, ReportState
from reports.queries import listed, reported
from reports.queries.tables import Table
from reports.rules import By
from reports.services import snapshots
from reports.views.signing_off import sign_off


def _require(request: Request) -> None:
    if not access.may(request.user, "view_reports"):
        raise PermissionDenied(_("Your positions do not include reports."))


def _visible(request: Request, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user, "view_reports")
    with_names = reports.select_related("unit", "made_by", "reviewed_by", "signed_by")
    found: Report = get_object_or_404(with_names, pk=pk)
    return found


@require_safe
def report_list(request: Request) -> HttpResponse:
    """The person's reports, newest period first, higher units first; and a form to make one."""
    _require(request)
    return _list(request, MakeForm(user=request.user), 200)


def _list(request: Request, form: MakeForm, status: int) -> HttpResponse:
    wanted = {name: request.GET.get(name, "") for name in ("loai", "theo", "tinh-trang")}
    found = reported.reports_for(request.user, *wanted.values())
    page = paginate_keyset(found, request, order=("-last_day", "place", "-id"))
    context = {
        "page": page, "form": form, "filters": [
            (_("Period"), "loai", wanted["loai"], PeriodKind.choices),
            (_("Rows"), "theo", wanted["theo"], ROWS),
            (_("Status"), "tinh-trang", wanted["tinh-trang"], ReportState.choices),
        ], "is_filtered": any(wanted.values()),
    }  # fmt: skip
    return render_page(
        request, "reports/report_list.html", "reports/_report_rows.html", context, status
    )


@require_POST
def report_make(request: Request) -> HttpResponse:
    _require(request)
    form = MakeForm(request.POST, user=request.user)
    if not form.is_valid():
        return _list(request, form, 422)
    data = form.cleaned_data
    report = snapshots.make(
        data["unit"].pk, actor=request.user, kind=data["kind"], by=By(data["by"]),
        first=data["first"], last=data["last"],
    )  # fmt: skip
    messages.success(request, _("The report is made. Its figures do not change any more."))
    return redirect("reports:report_detail", pk=report.pk)


@require_safe
def report_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk), 200)


def _detail(
    request: Request, report: Report, status: int, form: CommentForm | None = None
) -> HttpResponse:  # fmt: skip
    is_open = report.state != ReportState.SIGNED
    may_sign = is_open and access.may(request.user, "sign_reports", report.unit_id)
    others = Report.objects.visible_to(request.user, "view_reports").filter(
        unit=report.unit_id, by=report.by, first_day=report.first_day, last_day=report.last_day
    )
    context = {
        "report": report, "table": Table(report),
        "versions": others.defer("rows").order_by("-number"),
        "may_sign": may_sign, "form": form or CommentForm(initial={"comment": report.comment}),
        "typed": typed_in(request) if form and not may_sign else [],
    }  # fmt: skip
    return render(request, "reports/report_detail.html", context, status=status)


@require_POST
def report_review(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, snapshots.review, _("The report is marked as reviewed."))


@require_POST
def report_sign(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, snapshots.sign, _("The report is signed and frozen."))


def _act(request: Request, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    return sign_off(
        request, pk, act, done, find=_visible, show=_detail, address="reports:report_detail"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report_print(request: Request, pk: int) -> HttpResponse:
    """The form on A4 landscape; one of many rows is ordered (POST)."""
    report = _visible(request, pk)
    name = f"II.06a-{report.last_day:%Y-%m-%d}-{report.pk}.pdf"
    data, is_long = papers.report_paper(report), len(report.rows) >= papers.AT_ONCE
    return paper_or_order(request, "reports/paper.html", data, name, is_long=is_long)


@require_safe
def report_export(request: Request, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    name = f"II.06a-{report.last_day:%Y-%m-%d}-{report.pk}.xlsx"
    return spreadsheet_response(report_sheet(report, Table(report)), name)


@require_safe
def report_dossiers(request: Request, pk: int) -> HttpResponse:
    """The dossiers behind one figure: `?hang=` row, `?cot=` column of the form."""
    report = _visible(request, pk)
    figure = listed.figure_of(report, request.GET.get("hang", ""), request.GET.get("cot", ""))
    if figure is None:
        raise Http404
    rows = dossier_queries.rows(listed.dossiers_behind(figure, request.user))
    page = paginate_keyset(rows, request, order=("accepted_at", "id"))
    dossier_queries.with_deadlines(page.rows)
    context = {"page": page, "figure": figure, "report": report}
    return render_page(
        request, "reports/report_dossiers.html", "reports/_dossier_rows.html", context
    )
