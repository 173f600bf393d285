"""Where an uploaded document has left room for its number, its date and its signature.

Documents are set in Times New Roman, so the widths of its letters tell where a word ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from PIL import ImageFont

from common.pdf import FONTS, Place, font_folder
from documents.layouts.measures import measures, points
from files.reading import PdfFacts, Piece

NUMBER = re.compile(r"\s*Số\s*:(?P<room>[\s….\d]*)/\s*\w.*")
DATE = re.compile(r"[^,]{2,60},\s*ngày\s(?P<room>[\s….\d]*tháng[\s….\d]*năm[\s….\d]*)")
HEAD = 0.6  # of the height of A4: above it is the head of the first page
RIGHT_COLUMN = 0.33  # of its width: right of it begins the line of place and date
ASCENT, DESCENT = 0.912, 0.237  # of the letters: so high and so deep is a field around their line
SAME_LINE = 2.0  # points
APART = 40.0  # points: from there on the words of a line are of another column
LEAST = 0.58  # of the room of the portal's own papers: three figures


@dataclass(frozen=True)
class Line:
    """Pieces side by side."""

    pieces: tuple[Piece, ...]

    @property
    def words(self) -> str:
        return "".join(piece.words for piece in self.pieces)

    @property
    def size(self) -> float:
        return self.pieces[0].size

    def at(self, index: int) -> float:
        """Where the letter of that index begins, in points from the left."""
        for piece in self.pieces:
            if index <= len(piece.words):
                return piece.left + width(piece.words[:index], piece.size)
            index -= len(piece.words)
        raise IndexError(index)

    def place(self, left: float, right: float) -> Place:
        """The field between these ends whose letters stand on this line."""
        first = self.pieces[0]
        low, high = first.line - DESCENT * self.size, first.line + ASCENT * self.size
        return Place(first.page, left, low, right, high)


def number_room(facts: PdfFacts) -> Place | None:
    """Between "Số:" and the slash, whatever stands there, if three figures fit."""
    for line in _head(facts):
        if found := NUMBER.fullmatch(line.words):
            left, right = line.at(found.start("room")), line.at(found.end("room"))
            if right - left > LEAST * measures()["number-room"] * line.size:
                return line.place(left, right)
    return None


def date_room(facts: PdfFacts) -> Place | None:
    """From behind "ngày" to the end of the year: month and year are written anew with the day."""
    for line in _head(facts):
        is_right = line.at(0) > RIGHT_COLUMN * points("width")
        if is_right and (found := DATE.fullmatch(line.words)):
            left, right = line.at(found.start("room")), line.at(found.end("room"))
            return line.place(left, max(right, left + measures()["date-room"] * line.size))
    return None


def signature_room(facts: PdfFacts, signer: str) -> Place | None:
    """Above the last line that is the signer's name and nothing else, in its middle."""
    named = [
        line
        for page in sorted({piece.page for piece in facts.pieces})
        for line in _lines(piece for piece in facts.pieces if piece.page == page)
        if signer and line.words.strip().casefold() == signer.casefold()
    ]
    if not named:
        return None
    line = named[-1]
    middle = (line.at(0) + line.at(len(line.words))) / 2
    foot = line.pieces[0].line + line.size
    half = points("signature-width") / 2
    height = points("signature-height")
    return Place(line.pieces[0].page, middle - half, foot, middle + half, foot + height)


def _head(facts: PdfFacts) -> Iterator[Line]:
    """The lines of the upper part of the first page: number and date of others stand below it."""
    above = HEAD * points("height")
    return _lines(piece for piece in facts.pieces if piece.page == 0 and piece.line > above)


def _lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """The lines of one page from its top, each parted where two columns stand side by side."""
    sorted_pieces = sorted(pieces, key=lambda piece: (-piece.line, piece.left))
    rows: list[list[Piece]] = []
    for piece in sorted_pieces:
        if rows and rows[-1][0].line - piece.line < SAME_LINE:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        yield from _columns(sorted(row, key=lambda piece: piece.left))


def _columns(row: list[Piece]) -> Iterator[Line]:
    """Each piece belongs to the one before it unless there is a wide gap."""
    column, numbered = 0, []
    for before, piece in zip([None, *row], row, strict=False):
        if before and piece.left - before.left - width(before.words, before.size) > APART:
            column += 1
        numbered.append((column, piece))
    for _column, group in groupby(numbered, key=lambda pair: pair[0]):
        yield Line(tuple(piece for _number, piece in group))


def width(words: str, size: float) -> float:
    """How wide these words are in Times New Roman, in points."""
    return float(_font().getlength(words)) * size / _MEASURED


_MEASURED = 100


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_folder() / FONTS["tinos"], _MEASURED)
