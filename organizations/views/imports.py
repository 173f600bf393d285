"""Import of people from Excel: upload, preview, then all or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import DomainError
from common.htmx import Request
from organizations import access
from organizations.forms.people import UploadForm
from organizations.people_sheet import HEADINGS, PeopleSheet, SheetRow, check, read_sheet
from organizations.services.imports import import_people
from organizations.views.people import form_view

SHOWN_FAULTS = 1000
ONE_HOUR = 3600


def _salt(request: Request) -> str:
    return f"organizations.import.{request.user.province_id}.{request.user.pk}"


@form_view
def people_import(request: Request) -> HttpResponse:
    """Upload a sheet; the answer shows each row with what will happen to it."""
    access.require_anywhere(request.user, "manage_people")
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": [str(words) for words in HEADINGS.values()]}
    if request.method == "POST" and form.is_valid():
        try:
            sheet = read_sheet(form.cleaned_data["file"])
        except DomainError as error:  # a fault of the file is a fault of this field
            form.add_error("file", str(error))
        else:
            check(sheet, request.user)
            return render(
                request, "organizations/import_preview.html", context | _preview(request, sheet)
            )
    status = 422 if form.is_bound else 200
    return render(request, "organizations/people_import.html", context, status=status)


def _preview(request: Request, sheet: PeopleSheet) -> dict[str, Any]:
    rows = [(row, sheet.faults_of(row.number)) for row in sheet.rows[:SHOWN_FAULTS]]
    payload = ""
    if sheet.rows and not sheet.faults:
        data = [row.as_data() for row in sheet.rows]
        payload = signing.dumps(data, salt=_salt(request), compress=True)
    return {"rows": rows, "faults": sheet.faults, "payload": payload, "total": len(sheet.rows)}


@require_POST
def people_import_confirm(request: Request) -> HttpResponse:
    """Carry out what the preview showed."""
    access.require_anywhere(request.user, "manage_people")
    try:
        data = signing.loads(request.POST.get("payload", ""), salt=_salt(request), max_age=ONE_HOUR)
    except signing.BadSignature as error:
        raise DomainError(_("The preview is too old. Upload the file again.")) from error
    people = import_people([SheetRow(**row) for row in data], actor=request.user)
    messages.success(
        request,
        ngettext(
            "%(n)s account made. The activation link goes out by e-mail.",
            "%(n)s accounts made. The activation links go out by e-mail.",
            len(people),
        )
        % {"n": len(people)},
    )
    return redirect("organizations:person_list")
