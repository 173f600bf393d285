"""`/nhiem-vu/nhap/`: running tasks from Excel: upload, preview, then all or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.spreadsheets import Spreadsheet, spreadsheet_response
from directives.queries import givers
from directives.queries.lists import GIVEN, areas
from directives.services.importing import bring_in
from directives.states import Every, Origin
from directives.task_sheet import HEADINGS, NEEDED, Known, TaskRow, TaskSheet, check, read_sheet
from organizations.forms.people import UploadForm
from organizations.models import Unit

SHOWN = 1000  # rows of the preview; every fault is among them or counted
ONE_HOUR = 3600
WIDTHS = (18, 18, 40, 14, 22, 60, 30, 40, 14, 24, 24, 22, 10, 16)


@require_http_methods(["GET", "HEAD", "POST"])
def task_import(request: Request) -> HttpResponse:
    """Upload a sheet; the answer shows each row with what is wrong in it."""
    units, unit = _units(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    needed = [str(HEADINGS[column]) for column in NEEDED]
    context: dict[str, Any] = {"form": form, "units": units, "unit": unit, "needed": needed}
    if form.is_valid():
        try:
            sheet = read_sheet(form.cleaned_data["file"])
        except DomainError as error:  # a fault of the file is a fault of this field
            form.add_error("file", str(error))
        else:
            check(sheet, Known(unit, request.user))
            shown = context | _preview(request, sheet, unit)
            return render(request, "directives/import_preview.html", shown)
    status = 422 if form.is_bound else 200
    return render(request, "directives/task_import.html", context, status=status)


@require_safe
def task_import_template(request: Request) -> HttpResponse:
    """An empty sheet with the columns; on the second one what may stand in them."""
    _all, unit = _units(request)
    book = Spreadsheet(_("Tasks"))
    book.set_widths(WIDTHS)
    book.write_heads([str(words) for words in HEADINGS.values()])
    book.add_sheet(_("What may stand there"))
    book.set_widths((50, 30, 40, 40, 30))
    heads = [_("Unit"), _("Unit code"), _("Kind of source"), _("Field of work"), _("Comes again")]
    book.write_heads(heads)
    for row, below in enumerate(givers.open_below(unit), start=1):
        book.write_texts(row, 0, (below.name, below.code))
    known: list[list[Any]] = [
        [each.label for each in Origin], areas(timezone.localdate()), [each.label for each in Every]
    ]  # fmt: skip
    for column, words in enumerate(known, start=2):
        for row, each in enumerate(words, start=1):
            book.write_texts(row, column, (each,))
    return spreadsheet_response(book.content(), "mau-nhap-nhiem-vu.xlsx")


@require_POST
def task_import_confirm(request: Request) -> HttpResponse:
    """Carry out what the preview showed."""
    _all, unit = _units(request)
    try:
        payload = request.POST.get("payload", "")
        data = signing.loads(payload, salt=_salt(request, unit), max_age=ONE_HOUR)
    except signing.BadSignature as error:
        raise DomainError(_("The preview is too old. Upload the file again.")) from error
    rows = [TaskRow(**row) for row in data]
    tasks = bring_in(rows, actor=request.user, unit_id=unit.pk)
    words = ngettext("%(n)s task was brought in.", "%(n)s tasks were brought in.", len(tasks))
    messages.success(request, words % {"n": len(tasks)})
    return redirect(f"{reverse('directives:task_list')}?xem={GIVEN}")


def _units(request: Request) -> tuple[list[Unit], Unit]:
    """In whose name the person gives tasks, and of which he imports now."""
    units = givers.units_of(request.user)
    if not units:
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    named = request.GET.get("don-vi", "")
    return units, next((unit for unit in units if str(unit.pk) == named), units[0])


def _salt(request: Request, unit: Unit) -> str:
    return f"directives.import.{request.user.province_id}.{request.user.pk}.{unit.pk}"


def _preview(request: Request, sheet: TaskSheet, unit: Unit) -> dict[str, Any]:
    """Rows with faults first; the payload only when there is none."""
    wrong = {fault.row for fault in sheet.faults}
    rows = sorted(sheet.rows, key=lambda row: (row.number not in wrong, row.number))[:SHOWN]
    payload = ""
    if sheet.rows and not sheet.faults:
        data = [row.as_data() for row in sheet.rows]
        payload = signing.dumps(data, salt=_salt(request, unit), compress=True)
    return {
        "rows": [(row, sheet.faults_of(row.number)) for row in rows],
        "faults": len(sheet.faults), "payload": payload, "total": len(sheet.rows),
    }  # fmt: skip
