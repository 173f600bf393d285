"""`/dieu-hanh/su-dung/`: units, people, procedures and steps that need a second look."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from common.spreadsheets import Spreadsheet, spreadsheet_response
from common.working_time import add_months
from reports.chosen import chosen
from reports.dashboard.parts import Table
from reports.dashboard.usage import Usage, people_table, procedures_table
from reports.periods import PeriodKind
from reports.queries.dashboard import usage as queries
from reports.views.dashboard import scope_for

MONTHS = 12
MOST = 20_000  # rows of a sheet


def _usage(request: Request) -> Usage:
    scope = scope_for(request, request.GET.get("don_vi", ""))
    today = timezone.localdate()
    asked = chosen(request.GET.get("thang", ""), today)
    known = asked.kind == PeriodKind.MONTHLY and "thang" in request.GET
    month = asked.first if known else add_months(today.replace(day=1), -1)
    return Usage(scope, request.user, today, month)


@require_safe
def usage(request: Request) -> HttpResponse:
    """The first rows of each; the lists and the sheets have all."""
    shown = _usage(request)
    months = [add_months(shown.today.replace(day=1), -back) for back in range(MONTHS)]
    context = {"usage": shown, "months": months}
    return render(request, "reports/dashboard/usage.html", context)


@require_safe
def usage_people(request: Request) -> HttpResponse:
    shown = _usage(request)
    found = queries.people_rows(shown.people_found, shown.today)
    page = paginate_keyset(found, request, order=("sort_key", "id"))
    return _list(request, shown, people_table(page), page, shown.counts["people"])


@require_safe
def usage_procedures(request: Request) -> HttpResponse:
    shown = _usage(request)
    found = queries.procedure_rows(shown.procedures_found)
    page = paginate_keyset(found, request, order=("code", "id"))
    return _list(request, shown, procedures_table(page), page, shown.counts["procedures"])


def _list(request: Request, shown: Usage, table: Table, page: object, count: str) -> HttpResponse:
    context = {"usage": shown, "table": table, "page": page, "count": count}
    return render_page(
        request, "reports/dashboard/usage_list.html", "reports/dashboard/_usage_rows.html", context
    )


@require_safe
def usage_export(request: Request) -> HttpResponse:
    """`?muc=`: one of the four tables, whole."""
    shown, part = _usage(request), request.GET.get("muc", "")
    if part == "nguoi":
        rows = queries.people_rows(shown.people_found, shown.today).order_by("sort_key", "id")
        table = people_table(rows[:MOST])
    elif part == "thu-tuc":
        rows = queries.procedure_rows(shown.procedures_found).order_by("code", "id")
        table = procedures_table(rows[:MOST])
    elif part == "don-vi":
        table = shown.units
    elif part == "phut":
        table = shown.minutes
    else:
        raise Http404
    return spreadsheet_response(_sheet(table), f"su-dung-{part}-{shown.today:%Y-%m-%d}.xlsx")


def _sheet(table: Table) -> bytes:
    book = Spreadsheet(table.caption)
    book.set_widths([40, 40, 28, 20])
    book.write_heads([table.first, "", *table.heads])
    for at, row in enumerate(table.rows, start=1):
        book.write_texts(at, 0, [row.name, row.note, *(cell.value for cell in row.cells)])
    return book.content()
