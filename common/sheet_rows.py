"""The rows of an Excel file that somebody uploads: bounded, and refused as a whole if hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Generic, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from common.errors import DomainError
from common.forms import VietnameseDateField
from common.spreadsheets import BROKEN
from common.text import nfc, unaccented

LAST_ROW = 1_048_576  # of a sheet in Excel
MOST_COLUMNS = 30
MOST_BYTES = 20 * 1024 * 1024  # unpacked; a small file that unfolds to more is refused


class Numbered(Protocol):
    """A row as it was read."""

    number: int  # in the sheet


Row = TypeVar("Row", bound=Numbered)


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell (row as in the sheet, column by its header)."""

    row: int
    column: str
    message: str
    heading: Any  # lazy

    @property
    def column_words(self) -> str:
        return str(self.heading)


@dataclass
class Sheet(Generic[Row]):
    """The rows of a sheet, and what is wrong in them."""

    headings: Mapping[str, Any]  # column → its header, lazy
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def blame(self, row: int, column: str, message: str) -> None:
        self.faults.append(Fault(row, column, message, self.headings[column]))

    def faults_of(self, number: int) -> list[Fault]:
        return [fault for fault in self.faults if fault.row == number]

    def cells(
        self,
        upload: IO[bytes],
        most: int,
        columns: Mapping[str, Iterable[str]],
        needed: Iterable[str],
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Number and values by column of each row that says something; see `cells_of`,
        `places_of`."""
        cells = cells_of(upload, most)
        wanted = {column: self.headings[column] for column in needed}
        places = places_of(cells[0], columns, wanted)
        for number, values in enumerate(cells[1:], start=2):
            if says_something(values):
                yield (
                    number,
                    {
                        column: values[place] if place < len(values) else None
                        for column, place in places.items()
                    },
                )

    def day(self, number: int, column: str, value: Any) -> str:
        """ISO; "" for nothing, and for what is no day, which is a fault."""
        if value in (None, ""):
            return ""
        try:
            found = VietnameseDateField(required=False).to_python(value)
        except ValidationError as error:
            self.blame(number, column, " ".join(error.messages))
            return ""
        return found.isoformat() if found else ""


def words_in(value: Any) -> str:
    """What a cell says, in one line; a whole number without its ".0"."""
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return " ".join(nfc(str("" if plain is None else plain)).split())


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
