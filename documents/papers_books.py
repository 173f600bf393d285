"""A register as a paper and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from common.templatetags.ui import day_only
from documents.queries.books import NAMES, Asked, Line, Row, lines_of

TEMPLATE = "documents/papers/register.html"
MM_OF_A_LETTER = 2.2  # of a column of a workbook


def book_paper(asked: Asked, rows: Sequence[Row], volume: int) -> dict[str, Any]:
    """One volume as plain data: the cover, the heads, the lines. Two queries."""
    lines = lines_of(asked, rows, most_names=NAMES)
    years = dict.fromkeys([asked.first.year, asked.last.year])
    return {
        "superior": asked.registry.superior,
        "agency": asked.registry.name,
        "title": asked.book.name,
        "year": " – ".join(str(year) for year in years),
        "first": day_only(asked.first),
        "last": day_only(asked.last),
        "first_number": lines[0].number if lines else "",
        "last_number": lines[-1].number if lines else "",
        "volume": str(volume),
        "heads": [{"words": each.words, "width": each.width_mm} for each in asked.book.columns],
        "lines": [{"cells": each.cells, "is_void": each.is_void} for each in lines],
        "sample": settings.GOVIT_DEMO or asked.registry.is_sample,
    }


def book_sheet(asked: Asked, rows: Sequence[Row], *, is_cut: bool) -> bytes:
    """A workbook with the same columns; a last line says when there were more. Two queries."""
    lines = lines_of(asked, rows)
    out = Spreadsheet(asked.book.name, streamed=True)
    out.set_widths([each.width_mm / MM_OF_A_LETTER for each in asked.book.columns])
    out.sheet.freeze_panes(1, 0)
    out.write_heads([each.words for each in asked.book.columns])
    looks = {False: out.look(text_wrap=True, valign="top"),
             True: out.look(text_wrap=True, valign="top", font_strikeout=True)}  # fmt: skip
    for index, line in enumerate(lines, 1):
        _write(out, index, line, looks)
    if is_cut:
        words = _("Only the first %(n)s rows: choose a shorter period for the others.")
        out.write_texts(len(lines) + 1, 0, [words % {"n": localize(len(lines))}])
    return out.content()


def _write(out: Spreadsheet, index: int, line: Line, looks: dict[bool, Any]) -> None:
    """What is void is struck out, but not the note that says why."""
    *cells, note = line.cells
    out.write_texts(index, 0, cells, looks[line.is_void])
    out.write_texts(index, len(cells), [note], looks[False])
