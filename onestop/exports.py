"""Lists as spreadsheets. Text is written as text: a name that begins with "=" is no formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from onestop.states import Delivery


def dossier_sheet(rows: Sequence[dict[str, Any]], *, is_cut: bool = False) -> bytes:
    """A workbook of the rows of `queries.dossiers.rows`; a last line says when there were more."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Dossiers")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    heads = (
        _("Dossier code"), _("Procedure code"), _("Procedure"), _("Applicant"), _("Status"),
        _("Officer in charge"), _("Unit"), _("Received on"), _("Due date"), _("Deadline"),
    )  # fmt: skip
    sheet.write_row(0, 0, heads, bold)
    for index, row in enumerate(rows, 1):
        texts = (
            row["code"], row["procedure_code"], row["procedure_name"], row["applicant_name"],
            str(row["status_words"]), row["holder_name"] or "", row["unit_name"],
        )  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(index, column, text)
        for column, moment in ((7, row["accepted_at"]), (8, row["due_at"])):
            if moment is not None:
                local = timezone.make_naive(moment).replace(microsecond=0)
                sheet.write_datetime(index, column, local, day)
        sheet.write_string(index, 9, row["due_words"])
    if is_cut:
        words = _("Only the first %(n)s rows: filter the list to export the others.")
        sheet.write_string(len(rows) + 1, 0, words % {"n": localize(len(rows))})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    for column, width in enumerate((24, 14, 60, 28, 22, 24, 30, 17, 17, 26)):
        sheet.set_column(column, column, width)
    book.close()
    return target.getvalue()


def register_sheet(rows: Any, *, most: int) -> tuple[bytes, int]:
    """A workbook of `queries.register.register_of`, and how many rows it has.

    Rows are read in pages and go to the file at once: the memory that it takes does not grow.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet(_("Register")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for column, width in enumerate((8, 24, 60, 28, 40, 36, 17, 17, 17, 26)):
        sheet.set_column(column, column, width)
    heads = (
        _("No."), _("Dossier code"), _("Procedure"), _("Applicant"), _("Address, phone"),
        _("Handling agency"), _("Received on"), _("Appointed return date"), _("Returned on"),
        _("Where the result goes"),
    )  # fmt: skip
    sheet.freeze_panes(1, 2)
    sheet.write_row(0, 0, heads, bold)
    count = 0
    for row in rows[: most + 1].iterator(500):
        if count == most:
            words = _("Only the first %(n)s rows: choose a shorter period for the others.")
            sheet.write_string(count + 1, 0, words % {"n": localize(most)})
            break
        count += 1
        _write_register_row(sheet, count, row, day)
    book.close()
    return target.getvalue(), count


def _write_register_row(sheet: Any, index: int, row: dict[str, Any], day: Any) -> None:
    if row["number"]:
        sheet.write_number(index, 0, row["number"])
    contact = ", ".join(filter(None, (row["address"], row["phone"])))
    texts = (row["code"], row["procedure_name"], row["applicant_name"], contact, row["agency"])
    for column, text in enumerate(texts, 1):
        sheet.write_string(index, column, text)
    for column, name in enumerate(("accepted_at", "promised_at", "returned_at"), 6):
        if row[name] is not None:
            local = timezone.make_naive(row[name]).replace(microsecond=0)
            sheet.write_datetime(index, column, local, day)
    sheet.write_string(index, 9, str(Delivery(row["delivery"]).label))
