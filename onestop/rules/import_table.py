"""Reading an uploaded table: CSV or XLSX, any usual separator, every fault with row and column."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from common.spreadsheets import BROKEN
from common.text import nfc, unaccented

MOST_ROWS = 20_000
MOST_BYTES = 30 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024  # of an XLSX, which is a zip
MOST_COLUMNS = 200  # a stray cell far to the right costs nothing
LAST_ROW = 2 * MOST_ROWS  # a stray row far below, which a file of 6 KB can name, would cost hours
LISTED_FAULTS = 1_000
# UTF-8 that was once read as Windows-1252: "Ná»™i vá»¥" for "Nội vụ"
_TWICE_ENCODED = re.compile("á»|áº|Æ°|Ä‘|Ã[\u0080-\u00bf]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True)
class Fault:
    """What is wrong where: the row as a spreadsheet counts (1 = header), the column's name."""

    row: int
    column: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass
class Table:
    """Rows as text by column name, each with its row number; and what could not be read."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole is refused."""


def read_table(
    content: bytes, headers: Mapping[str, Sequence[str]], required: Sequence[str]
) -> Table:
    """The table in the file. `headers` gives for each column the names it may carry.

    Whole-file faults are reported at row 1. More than 20,000 rows are refused before any cell
    is looked at.
    """
    table = Table()
    try:
        lines = list(_lines(content, headers))
    except Unreadable as refusal:
        table.faults.append(Fault(1, "", str(refusal)))
        return table
    if not lines:
        table.faults.append(Fault(1, "", _("The file is empty.")))
        return table
    columns = _columns(table, lines[0][1], headers, required)
    if not table.faults:
        for number, cells in lines[1:]:
            _read_row(table, number, cells, columns)
        if not table.rows and not table.faults:
            table.faults.append(Fault(1, "", _("The file has a header and no rows.")))
    return table


def _lines(content: bytes, headers: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    if not content.strip():
        return
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 30 MB: divide it."))
    if content.startswith(b"PK\x03\x04"):
        yield from _limited(_xlsx_lines(content))
        return
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:4].count(0) >= 2:
        raise Unreadable(_("The file is not in UTF-8. Save it as “CSV UTF-8” and try again."))
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Unreadable(_("Only CSV and XLSX files can be imported. Save the file as XLSX."))
    text = content.decode("utf-8-sig", errors="replace")
    yield from _limited(_csv_lines(text, _delimiter(text, headers)))


def _limited(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Unreadable(_("The file has more than 20,000 rows: divide it."))
        yield number, cells[:MOST_COLUMNS]


def _delimiter(text: str, headers: Mapping[str, Sequence[str]]) -> str:
    """The separator with which the first line has most known column names."""
    known = _known_names(headers)
    first = re.split("[\r\n]", text, maxsplit=1)[0]

    def score(mark: str) -> int:
        try:
            cells = next(csv.reader([first], delimiter=mark), [])
        except csv.Error:  # a cell of more than 128 KB
            return 0
        return sum(_key(cell) in known for cell in cells)

    return max((",", ";", "\t"), key=score)


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # a cell of more than 128 KB: an open quotation mark
            raise Unreadable(
                _("Row %(row)s cannot be read: check its quotation marks.") % {"row": number}
            ) from error
        yield number, cells


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    broken = _("The XLSX file cannot be read. Open it, save it again as XLSX and try again.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("The file is larger than it says: it was not opened."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=LAST_ROW + 1)
        for number, row in enumerate(rows, start=1):
            if number > LAST_ROW:
                raise Unreadable(_("The file has more than 20,000 rows: divide it."))
            yield number, [_cell_text(cell) for cell in row]
    except BROKEN as error:
        raise Unreadable(broken) from error


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return f"={str(value).lstrip('=')}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", unaccented(name)).strip()


def _known_names(headers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {_key(name): column for column, names in headers.items() for name in (column, *names)}


def _columns(
    table: Table,
    header: Sequence[str],
    headers: Mapping[str, Sequence[str]],
    required: Sequence[str],
) -> list[str]:
    """Which column each place holds ("" = unknown, left out with a warning)."""
    known = _known_names(headers)
    columns: list[str] = []
    for name in header:
        column = known.get(_key(name), "")
        if column and column in columns:
            table.faults.append(Fault(1, column, _("This column stands in the file twice.")))
        if not column and name.strip():
            table.warnings.append(Fault(1, name.strip()[:60], _("Unknown column, left out.")))
        columns.append(column)
    table.faults += [
        Fault(1, column, _("This column is missing in the header."))
        for column in required
        if column not in columns
    ]
    return columns


def _read_row(table: Table, number: int, cells: Sequence[str], columns: Sequence[str]) -> None:
    values: dict[str, str] = {}
    for place, raw in enumerate(cells):
        column = columns[place] if place < len(columns) else ""
        if place >= len(columns) and raw.strip():
            table.faults.append(
                Fault(number, "", _("The row has more cells than the header has columns."))
            )
            break
        if column:
            values[column] = nfc(raw).strip()
            message = _cell_fault(raw)
            if message:
                table.faults.append(Fault(number, column, message))
    table.rows.append((number, values))


def _cell_fault(raw: str) -> str:
    if raw.lstrip().startswith("="):
        return _("A formula is not taken over: put its value in the cell.")
    if _CONTROL.search(raw) or _TWICE_ENCODED.search(raw):
        return _("The letters are broken. Save the file as “CSV UTF-8” and try again.")
    return ""
