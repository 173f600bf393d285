"""The list of a classification as a spreadsheet: one row for each person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from reports.models import QualityRound, QualitySheet
from reports.queries.quality_pages import SHOWN, lines_of
from reports.rules_evaluation import Grade
from reports.rules_quality import Level

FIRST = 4  # row of the heads, from 0
BEFORE = 4  # columns before the figures


def quality_sheet(found: QualityRound, sheets: Sequence[QualitySheet]) -> bytes:
    """Figures of each source, both comments, proposal and class."""
    out = Spreadsheet(_("Classification"))
    out.sheet.set_landscape()
    out.sheet.set_paper(9)  # A4
    out.sheet.fit_to_pages(1, 0)
    told = (_("List of the classification of officials"), found.period_words, found.unit.name)
    for index, text in enumerate(told):
        out.write_texts(index, 0, [text], out.head if index == 0 else None)
    head = out.look(bold=True, border=1, text_wrap=True, align="center", valign="vcenter")
    out.write_texts(FIRST, 0, _heads(sheets), head)
    cell = out.look(border=1, text_wrap=True, valign="top")
    for number, sheet in enumerate(sheets, 1):
        _write(out, number, sheet, cell)
    out.sheet.freeze_panes(FIRST + 1, 2)
    out.set_widths((5, 28, 22, 28, *(9 for _column in range(4 * len(SHOWN))), 22, 16, 22, 30, 30))
    return out.content()


def _heads(sheets: Sequence[QualitySheet]) -> list[object]:
    lines = lines_of(sheets[0]) if sheets else []
    figures = [
        f"{line['words'] or _('Total')}: {cell['words']}"
        for line in lines
        for cell in line["cells"]
    ]
    return [
        _("No."), _("Full name"), _("Title"), _("Unit"), *figures, _("Proposed by the portal"),
        _("IT application"), _("Classification"), _("Own comment"), _("Head's comment"),
    ]  # fmt: skip


def _write(out: Spreadsheet, number: int, sheet: QualitySheet, cell: object) -> None:
    at = FIRST + number
    out.sheet.write_number(at, 0, number, cell)
    out.write_texts(at, 1, [sheet.name, sheet.title, sheet.unit.name], cell)
    figures = [each["n"] for line in lines_of(sheet) for each in line["cells"]]
    for offset, value in enumerate(figures):
        out.sheet.write_number(at, BEFORE + offset, value, cell)
    words = [
        Grade(sheet.proposed).label, Level(sheet.it_level).label if sheet.it_level else "",
        Grade(sheet.grade).label if sheet.grade else "", sheet.self_words, sheet.comment,
    ]  # fmt: skip
    out.write_texts(at, BEFORE + len(figures), words, cell)
