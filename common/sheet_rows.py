"""The rows of an Excel file that somebody uploads: bounded, and refused as a whole if hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from common.errors import DomainError
from common.spreadsheets import BROKEN
from common.text import unaccented

LAST_ROW = 1_048_576  # of a sheet in Excel
MOST_COLUMNS = 30
MOST_BYTES = 20 * 1024 * 1024  # unpacked; a small file that unfolds to more is refused


def cells_of(upload: IO[bytes], most: int) -> list[tuple[Any, ...]]:
    """The values of the first sheet, its header first, down to the last row that says something.
    A file that is none, with macros or more than `most` rows is a DomainError, an empty one too."""
    refusal = DomainError(_("This is not a readable Excel file (.xlsx). Save it again as .xlsx."))
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise refusal
            if any("vbaProject" in entry.filename for entry in entries):
                raise DomainError(_("The file carries macros. Save it as .xlsx without them."))
        upload.seek(0)
        book = load_workbook(upload, read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(
            values_only=True, max_col=MOST_COLUMNS, max_row=LAST_ROW + 1
        )
        cells = _to_the_last(found, most)
    except BROKEN as error:
        raise refusal from error
    if not cells:
        raise DomainError(_("The file is empty. Check it, then upload it again."))
    return cells


def places_of(
    header: tuple[Any, ...], columns: Mapping[str, Iterable[str]], needed: Mapping[str, Any]
) -> dict[str, int]:
    """Where each column stands, by any of its headers (without marks). `needed` are those that a
    sheet must have, with their words; without one of them a DomainError."""
    plain = [unaccented(str(value or "")) for value in header]
    places = {
        column: plain.index(name) for column, names in columns.items() for name in names
        if name in plain
    }  # fmt: skip
    if missing := [str(words) for column, words in needed.items() if column not in places]:
        raise DomainError(
            _("These columns are missing in the first row: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    return places


def says_something(values: tuple[Any, ...]) -> bool:
    """A gap of a million rows is walked through: count, and look only at what is not None."""
    return values.count(None) < len(values) and any(value not in (None, "") for value in values)


def _to_the_last(rows: Iterable[tuple[Any, ...]], most: int) -> list[tuple[Any, ...]]:
    """One too far below refuses the file."""
    found: list[tuple[Any, ...]] = []
    last = 0
    for number, values in enumerate(rows, start=1):
        is_filled = says_something(values)
        if number > LAST_ROW or (is_filled and number > most + 1):
            raise DomainError(_("More than %(n)s rows. Split the file.") % {"n": most})
        if number <= most + 1:
            found.append(values)
        last = number if is_filled else last
    return found[:last]
