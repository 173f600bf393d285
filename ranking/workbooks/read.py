"""A workbook's cells as text, with where they stand; hostile and doubtful ones are refused.

Nothing is guessed: a code that a spreadsheet made a number of, a number that became a day, a
formula, a merged cell are faults with their sheet and cell.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from common.spreadsheets import BROKEN
from ranking.rules.faults import Fault, Faulty
from ranking.rules.numbers import plain
from ranking.vocabulary import NO, NONE, YES
from ranking.workbooks.layout import (
    GENERAL,
    GUIDE,
    ROWS,
    SHEETS,
    TREE,
    Column,
    Sheet,
    column_names,
    names_of,
    plain_name,
    row_names,
    sheet_names,
    value_names,
)

LARGEST = 2_000_000  # bytes, packed
MOST_UNPACKED = 40_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"'
)


@dataclass(frozen=True)
class Spot:
    """Where a row or a cell stands: the sheet's words, the row, the letter of each column."""

    sheet: str
    row: int
    columns: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    column: str = ""

    def where(self, column: str = "") -> tuple[str, ...]:
        """As the place of a fault."""
        letter = column or self.column
        if not letter:
            return ("sheet", self.sheet, "line", str(self.row))
        return ("sheet", self.sheet, "cell", f"{letter}{self.row}")


@dataclass(frozen=True)
class Row:
    """The values of a row by column; what is empty is left out."""

    spot: Spot
    values: dict[str, Any]


Rows = dict[str, list[Row]]  # by the key of the sheet


def rows_of(content: bytes) -> tuple[Rows, list[Fault]]:
    """Every known sheet with its rows, and the faults of single cells. Raises `Faulty`."""
    if len(content) > LARGEST:
        raise Faulty.of("file_too_large", highest=LARGEST)
    found: Rows = {sheet.key: [] for sheet in SHEETS}
    faults: list[Fault] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            look_into(packed)
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            for source in book.worksheets:
                faults += merged_in(packed, source)
                read_sheet(source, found, faults)
    except BROKEN as error:
        raise Faulty.of("not_xlsx") from error
    if not found[TREE.key] and not faults:
        raise Faulty.of("sheet_missing", name=TREE.words)
    return found, faults


def look_into(packed: zipfile.ZipFile) -> None:
    """Refuse what must not be unpacked."""
    entries = packed.infolist()
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > 1_000:
        raise Faulty.of("workbook_too_large")
    if any("vbaproject" in entry.filename.lower() for entry in entries):
        raise Faulty.of("has_macros")


def merged_in(packed: zipfile.ZipFile, source: Any) -> list[Fault]:
    """Merged cells of a sheet, of which a reader sees only the first."""
    content = packed.read(getattr(source, "_worksheet_path", ""))
    return [
        Fault("cells_merged", ("sheet", source.title), {"cells": cells.decode()})
        for cells in MERGED.findall(content)[:5]
    ]


def read_sheet(source: Any, found: Rows, faults: list[Fault]) -> None:
    """The rows of one sheet; a sheet that is not known may not hold anything."""
    key = sheet_names().get(plain_name(source.title))
    if key == GUIDE.key:
        return
    lines = cells_of(source, faults)
    if key is None:
        if next(lines, None):
            names = ", ".join(str(sheet.words) for sheet in (*SHEETS, GUIDE))
            faults.append(Fault("unknown_sheet", (), {"name": source.title, "known": names}))
        return
    sheet = next(each for each in SHEETS if each.key == key)
    _number, heads = next(lines, (1, []))
    columns = columns_of(sheet, heads, source.title, faults)
    letters = {name: get_column_letter(place + 1) for place, name in columns.items()}
    for number, cells in lines:
        spot = Spot(source.title, number, letters)
        row = row_of(sheet, spot, {columns.get(at, ""): cell for at, cell in cells}, faults)
        if row.values:
            found[key].append(row)


Cells = list[tuple[int, Any]]  # by the place of their column


def cells_of(source: Any, faults: list[Fault]) -> Iterator[tuple[int, Cells]]:
    """Rows that say something, with their numbers; a stray cell far below is refused."""
    source.reset_dimensions()
    rows = source.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1)
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Faulty.of("too_many_rows", highest=MOST_ROWS).within(source.title)
        filled = [(at, cell) for at, cell in enumerate(row) if says_something(cell)]
        if filled:
            yield number, filled


def says_something(cell: Any) -> bool:
    value = cell.value
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def columns_of(sheet: Sheet, heads: Cells, title: str, faults: list[Fault]) -> dict[int, str]:
    """Which column each place holds, by the words at its head."""
    known = column_names(sheet.key)
    found: dict[int, str] = {}
    for at, cell in heads:
        where = Spot(title, 1).where(get_column_letter(at + 1))
        key = known.get(plain_name(cell.value))
        if key is None:
            words = ", ".join(str(each.words) for each in sheet.columns)
            faults.append(Fault("unknown_head", where, {"column": cell.value, "known": words}))
        elif key in found.values():
            faults.append(Fault("column_twice", where, {"column": cell.value}))
        else:
            found[at] = key
    return found


def row_of(sheet: Sheet, spot: Spot, cells: dict[str, Any], faults: list[Fault]) -> Row:
    """The values by column; a cell under no head is a fault."""
    values: dict[str, Any] = {}
    for key, cell in cells.items():
        if not key:
            where = spot.where(get_column_letter(cell.column))
            faults.append(Fault("cell_without_head", where))
            continue
        column = sheet.columns[sheet.place(key)]
        if sheet is GENERAL and key == "value":
            column = row_column(cells.get("key"), column)
        try:
            values[key] = value_of(cell, column)
        except Faulty as wrong:
            faults += [Fault(each.code, spot.where(spot.columns[key]), each.facts)
                       for each in wrong.faults]  # fmt: skip
    return Row(spot, values)


def row_column(head: Any, otherwise: Column) -> Column:
    """What the value of a row of the general sheet is."""
    from_words = row_names().get(plain_name(head.value)) if head is not None else None
    return next((each for each in ROWS if each.key == from_words), otherwise)


def value_of(cell: Any, column: Column) -> Any:
    """What the cell says, as text a file of YAML would have; days and truths are themselves."""
    value = cell.value
    if cell.data_type == "f":
        raise Faulty.of("cell_formula")
    if cell.data_type == "e":
        raise Faulty.of("cell_error", given=value)
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return day_in(value, column)
    if isinstance(value, int | float):
        return number_in(value, column, str(cell.number_format or ""))
    text = " ".join(unicodedata.normalize("NFC", str(value)).split())
    if column.kind == "yes_no":
        return {"yes": True, "no": False}.get(truths().get(plain_name(text), ""), text)
    if column.kind == "choice":
        return value_names(column.values).get(plain_name(text), text)
    if column.key == "scale.floor" and truths().get(plain_name(text)) == "none":
        return None
    return text


@cache
def truths() -> dict[str, str]:
    return names_of([("yes", YES), ("no", NO), ("none", NONE)])


def day_in(value: Any, column: Column) -> str:
    """A day where one is asked for; elsewhere the spreadsheet took 1.2 for 1 February."""
    is_day = isinstance(value, dt.datetime) and value.time() == dt.time()
    if column.kind != "day" or not is_day:
        raise Faulty.of("cell_is_day", given=value.strftime("%d/%m/%Y") if is_day else value)
    found: str = value.date().isoformat()
    return found


def number_in(value: float, column: Column, look: str) -> str:
    """The number exactly as it is shown; a code that has become one is read only when whole."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise Faulty.of("not_a_number", given=value)
    if "%" in look:
        exact = exact * 100
    if column.kind == "code" and exact != exact.to_integral_value():
        raise Faulty.of("code_is_number", given=plain(exact))
    if column.kind == "day":
        raise Faulty.of("not_a_day", given=plain(exact))
    return plain(exact)
