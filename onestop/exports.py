"""Lists of dossiers as spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from onestop.queries.register import contact_of
from onestop.states import Delivery


def dossier_sheet(rows: Sequence[dict[str, Any]], *, is_cut: bool = False) -> bytes:
    """A workbook of the rows of `queries.dossiers.rows`; a last line says when there were more."""
    out = Spreadsheet(_("Dossiers"))
    heads = (
        _("Dossier code"), _("Procedure code"), _("Procedure"), _("Applicant"), _("Status"),
        _("Officer in charge"), _("Unit"), _("Received on"), _("Due date"), _("Deadline"),
    )  # fmt: skip
    out.write_heads(heads)
    for index, row in enumerate(rows, 1):
        texts = (
            row["code"], row["procedure_code"], row["procedure_name"], row["applicant_name"],
            row["status_words"], row["holder_name"] or "", row["unit_name"],
        )  # fmt: skip
        out.write_texts(index, 0, texts)
        out.write_moments(index, 7, (row["accepted_at"], row["due_at"]))
        out.write_texts(index, 9, [row["due_words"]])
    if is_cut:
        words = _("Only the first %(n)s rows: filter the list to export the others.")
        out.write_texts(len(rows) + 1, 0, [words % {"n": localize(len(rows))}])
    out.sheet.freeze_panes(1, 1)
    out.sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    out.set_widths((24, 14, 60, 28, 22, 24, 30, 17, 17, 26))
    return out.content()


def register_sheet(rows: Any, *, most: int) -> tuple[bytes, int]:
    """A workbook of `queries.register.register_of`, and how many rows it has.

    Rows are read in pages and go to the file at once: the memory that it takes does not grow.
    """
    out = Spreadsheet(_("Register"), streamed=True)
    out.set_widths((8, 24, 60, 28, 40, 36, 17, 17, 17, 26))
    heads = (
        _("No."), _("Dossier code"), _("Procedure"), _("Applicant"), _("Address, phone"),
        _("Handling agency"), _("Received on"), _("Appointed return date"), _("Returned on"),
        _("Where the result goes"),
    )  # fmt: skip
    out.sheet.freeze_panes(1, 2)
    out.write_heads(heads)
    count = 0
    for row in rows[: most + 1].iterator(500):
        if count == most:
            words = _("Only the first %(n)s rows: choose a shorter period for the others.")
            out.write_texts(count + 1, 0, [words % {"n": localize(most)}])
            break
        count += 1
        _write_register_row(out, count, row)
    return out.content(), count


def _write_register_row(out: Spreadsheet, index: int, row: dict[str, Any]) -> None:
    if row["number"]:
        out.sheet.write_number(index, 0, row["number"])
    texts = (
        row["code"], row["procedure_name"], row["applicant_name"], contact_of(row), row["agency"],
    )  # fmt: skip
    out.write_texts(index, 1, texts)
    out.write_moments(index, 6, (row["accepted_at"], row["promised_at"], row["returned_at"]))
    out.write_texts(index, 9, [Delivery(row["delivery"]).label])
