"""A report as a spreadsheet. Text is written as text: a name that begins with "=" is no formula."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from reports.models import Report
from reports.queries.tables import Table
from reports.rules import COLUMNS

FIRST = 6  # row of the heads, from 0


def report_sheet(report: Report, table: Table) -> bytes:
    """The form with its 13 columns, marked as a transcription."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("II.06a")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    bold = book.add_format({"bold": True})
    head = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    _write_top(sheet, report, table, bold)
    _write_heads(sheet, table, head)
    _write_rows(sheet, table, book)
    sheet.freeze_panes(FIRST + 3, 2)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 1 + len(COLUMNS), 11)
    book.close()
    return target.getvalue()


def _write_top(sheet: Any, report: Report, table: Table, bold: Any) -> None:
    lines = (
        (report.form_number, None), (report.title, bold), (table.period_words, None),
        (f"{table.unit_words} · {table.receiver_words}", None), (table.state_words, None),
        (table.transcription, None),
    )  # fmt: skip
    for index, (text, look) in enumerate(lines):
        sheet.write_string(index, 0, str(text), look)


def _write_heads(sheet: Any, table: Table, head: Any) -> None:
    sheet.merge_range(FIRST, 0, FIRST + 1, 0, _("No."), head)
    sheet.merge_range(FIRST, 1, FIRST + 1, 1, table.row_words, head)
    column = 2
    for group in table.groups:
        sheet.merge_range(FIRST, column, FIRST, column + group["size"] - 1, group["words"], head)
        column += group["size"]
    for offset, each in enumerate(COLUMNS):
        sheet.write_string(FIRST + 1, 2 + offset, str(each.title), head)
    for offset in range(2 + len(COLUMNS)):
        sheet.write_string(FIRST + 2, offset, f"({offset + 1})", head)


def _write_rows(sheet: Any, table: Table, book: Any) -> None:
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    strong = book.add_format({"border": 1, "bold": True, "text_wrap": True, "valign": "top"})
    at = FIRST + 3
    for line in table.lines:
        look = strong if line["is_sum"] else plain
        sheet.write_string(at, 0, str(line["number"]), look)
        sheet.write_string(at, 1, str(line["name"]), look)
        for offset, figure in enumerate(line["figures"]):
            sheet.write_number(at, 2 + offset, figure["value"], look)
        at += 1
