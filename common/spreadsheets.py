"""Workbooks and their answers. Text is written as text: a name beginning with "=" is no formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from openpyxl.utils.exceptions import InvalidFileException

from common.pages import as_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOMENT = {"num_format": "dd/mm/yyyy hh:mm"}
HEAD = {"bold": True, "text_wrap": True, "valign": "top"}
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what begins a formula when a CSV is opened
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
BROKEN = (  # what openpyxl and the readers below it raise on a damaged or hostile file
    zipfile.BadZipFile, zlib.error, InvalidFileException, KeyError, ValueError, OSError,
    IndexError, SyntaxError, TypeError, AttributeError, EOFError, NotImplementedError, RuntimeError,
    ArithmeticError,
)  # fmt: skip


class Spreadsheet:
    """A workbook kept in memory; it begins with one sheet.

    `streamed`: rows must come from top to bottom and go out at once, so that the memory it takes
    does not grow with them; widths and frozen panes are set before the first row.
    """

    def __init__(self, name: str, *, streamed: bool = False) -> None:
        self._target = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self._target,
            {
                "constant_memory" if streamed else "in_memory": True,
                "strings_to_formulas": False, "strings_to_urls": False,
            },
        )  # fmt: skip
        self.add_sheet(name)
        self.head, self.moment = self.look(**HEAD), self.look(**MOMENT)

    def add_sheet(self, name: str) -> None:
        """One more sheet; from now on everything is written there."""
        self.sheet: Any = self.book.add_worksheet(NOT_IN_NAMES.sub(" ", name)[:31])

    def look(self, **properties: Any) -> Any:
        """A format of cells, as XlsxWriter names its properties."""
        return self.book.add_format(properties)

    def set_widths(self, widths: Iterable[float]) -> None:
        """Of the columns from the left, in characters."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def write_heads(self, words: Sequence[object], row: int = 0) -> None:
        self.write_texts(row, 0, words, self.head)

    def write_texts(self, row: int, column: int, texts: Iterable[object], look: Any = None) -> None:
        """To the right from a cell; rows and columns count from 0. Lines end as a cell's do, not
        as a form sends them."""
        for offset, text in enumerate(texts):
            told = str(text).replace("\r\n", "\n")
            self.sheet.write_string(row, column + offset, told, look)

    def write_moments(self, row: int, column: int, moments: Iterable[dt.datetime | None]) -> None:
        """Local, to the second; None leaves its cell empty."""
        for offset, at in enumerate(moments):
            if at is not None:
                local = timezone.make_naive(at).replace(microsecond=0)
                self.sheet.write_datetime(row, column + offset, local, self.moment)

    def content(self) -> bytes:
        """The finished file; nothing can be written afterwards."""
        self.book.close()
        return self._target.getvalue()


def spreadsheet_response(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download; pages of signed-in people are kept by no cache anyway."""
    return as_file(content, XLSX, name)


def harmless(value: str | int) -> str | int:
    """For a CSV: text that a spreadsheet would take for a formula, as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
