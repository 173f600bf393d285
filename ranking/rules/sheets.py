"""A file of scores as people save it: CSV in UTF-8, with comma, semicolon or tab.

A file of Excel has a mark at its start, `;` between cells and a comma in its numbers; all of that
is read. Everything else that is doubtful is refused with its line.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ranking.rules.faults import Fault, Faulty, refuse_if_any

MOST_ROWS = 20_000
SEPARATORS = (",", ";", "\t")
NOT_APPLICABLE = "NA"


@dataclass(frozen=True)
class Row:
    """One line below the header; `line` as an editor counts them."""

    line: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """ "" where the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    header: Sequence[str]
    rows: Sequence[Row]


def read_sheet(content: bytes) -> Sheet:
    """Header and rows; blank lines are left out. Raises `Faulty`."""
    if content.count(b"\n") > MOST_ROWS + 1:
        raise Faulty.of("too_many_rows", highest=MOST_ROWS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty.of("not_utf8") from error
    if "\0" in text:
        raise Faulty.of("not_csv", line=1)
    lines = list(lines_of(text, separator_of(text)))
    if not lines:
        raise Faulty.of("empty_file")
    header = [composed(cell) for cell in lines[0][1]]
    refuse_if_any(header_faults(header))
    return Sheet(header, rows_of(header, lines[1:]))


def composed(cell: str) -> str:
    """Without blanks around; letters in one piece, as files from a Mac do not have them."""
    return unicodedata.normalize("NFC", cell).strip()


def separator_of(text: str) -> str:
    """What stands between the cells of the header."""
    for separator in SEPARATORS:
        for _line, cells in lines_of(text, separator):
            if "unit" in [composed(cell) for cell in cells]:
                return separator
            break
    return SEPARATORS[0]


def lines_of(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that have something in a cell, with their number (of the last one, when quoted)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Faulty.of("not_csv", line=reader.line_num) from error


def header_faults(header: Sequence[str]) -> Iterator[Fault]:
    for place, name in enumerate(header):
        if not name:
            yield Fault("column_without_name", (), {"number": place + 1})
        elif name in header[:place]:
            yield Fault("column_twice", (), {"column": name})


def rows_of(header: Sequence[str], lines: Sequence[tuple[int, list[str]]]) -> list[Row]:
    faults = [
        Fault("cells_differ", (), {"line": line, "cells": len(cells), "columns": len(header)})
        for line, cells in lines
        if len(cells) != len(header)
    ]
    refuse_if_any(faults)
    return [
        Row(line, dict(zip(header, map(composed, cells), strict=True))) for line, cells in lines
    ]


def write_sheet(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV for machines and people: comma between cells, LF at the end of a line."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()
