"""A report as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from reports.models import Report
from reports.queries.tables import Table
from reports.rules import COLUMNS

FIRST = 6  # row of the heads, from 0


def report_sheet(report: Report, table: Table) -> bytes:
    """The form with its 13 columns, marked as a transcription."""
    out = Spreadsheet("II.06a")
    out.sheet.set_landscape()
    out.sheet.set_paper(9)  # A4
    out.sheet.fit_to_pages(1, 0)
    head = out.look(bold=True, border=1, text_wrap=True, align="center", valign="vcenter")
    _write_top(out, report, table)
    _write_heads(out, table, head)
    _write_rows(out, table)
    below = FIRST + 4 + len(table.lines)
    out.write_texts(below, 0, [f"SHA-256: {report.digest}"], None)
    out.sheet.freeze_panes(FIRST + 3, 2)
    out.set_widths((6, 48, *(11 for _column in COLUMNS)))
    return out.content()


def _write_top(out: Spreadsheet, report: Report, table: Table) -> None:
    bold = out.look(bold=True)
    lines = (
        (report.form_number, None), (report.title, bold), (table.period_words, None),
        (f"{table.unit_words} · {table.receiver_words}", None), (table.state_words, None),
        (table.transcription, None),
    )  # fmt: skip
    for index, (text, look) in enumerate(lines):
        out.write_texts(index, 0, [text], look)


def _write_heads(out: Spreadsheet, table: Table, head: Any) -> None:
    out.sheet.merge_range(FIRST, 0, FIRST + 1, 0, _("No."), head)
    out.sheet.merge_range(FIRST, 1, FIRST + 1, 1, table.row_words, head)
    column = 2
    for group in table.groups:
        last = column + group["size"] - 1
        out.sheet.merge_range(FIRST, column, FIRST, last, group["words"], head)
        column = last + 1
    out.write_texts(FIRST + 1, 2, (each.title for each in COLUMNS), head)
    numbers = (f"({number})" for number in range(1, 3 + len(COLUMNS)))
    out.write_texts(FIRST + 2, 0, numbers, head)


def _write_rows(out: Spreadsheet, table: Table) -> None:
    plain = {"border": 1, "text_wrap": True, "valign": "top"}
    looks = {False: out.look(**plain), True: out.look(**plain, bold=True)}
    for at, line in enumerate(table.lines, FIRST + 3):
        look = looks[line["is_sum"]]
        out.write_texts(at, 0, (line["number"], line["name"]), look)
        for offset, figure in enumerate(line["figures"]):
            out.sheet.write_number(at, 2 + offset, figure["value"], look)
