"""A sheet of the evaluation as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from reports.queries.evaluation_tables import Sheet
from reports.rules_evaluation import Grade

FIRST = 6  # row of the heads, from 0
BEFORE = 4  # columns before the figures


def evaluation_sheet(sheet: Sheet) -> bytes:
    """One row for each person, so that a pivot table can read it; the unit is a column."""
    out = Spreadsheet(sheet.month_words)
    out.sheet.set_landscape()
    out.sheet.set_paper(9)  # A4
    out.sheet.fit_to_pages(1, 0)
    lines = (
        sheet.title, sheet.month_words, sheet.evaluation.unit.name, sheet.state_words,
        sheet.extract_words or sheet.source_words,
    )  # fmt: skip
    for index, text in enumerate(lines):
        out.write_texts(index, 0, [text], out.head if index == 0 else None)
    head = out.look(bold=True, border=1, text_wrap=True, align="center", valign="vcenter")
    out.write_texts(FIRST, 0, _heads(sheet), head)
    cell = out.look(border=1, text_wrap=True, valign="top")
    for number, row in enumerate(sheet.rows, 1):
        _write_row(out, sheet, number, row, cell)
    out.sheet.freeze_panes(FIRST + 1, 2)
    out.set_widths((5, 28, 22, 28, *(9 for _column in sheet.columns), 22, 22, 30, 30, 30))
    return out.content()


def _heads(sheet: Sheet) -> list[object]:
    figures = [f"{column.group}: {column.title}" for column in sheet.columns]
    return [
        _("No."), _("Full name"), _("Title"), _("Unit"), *figures, _("Proposed by the portal"),
        _("Classification"), _("Why it differs from the proposal"), _("Remark of the person"),
        _("Head's comment"),
    ]  # fmt: skip


def _write_row(out: Spreadsheet, sheet: Sheet, number: int, row: Any, cell: Any) -> None:
    at = FIRST + number
    out.sheet.write_number(at, 0, number, cell)
    out.write_texts(at, 1, [row.name, row.title, row.unit.name], cell)
    for offset, column in enumerate(sheet.columns):
        out.sheet.write_number(at, BEFORE + offset, row.figures[column.key], cell)
    words = [
        Grade(row.proposed).label, Grade(row.grade).label if row.grade else "", row.grade_reason,
        row.remark, row.comment,
    ]  # fmt: skip
    out.write_texts(at, BEFORE + len(sheet.columns), words, cell)
