"""The order of codes: 4.9 before 4.10 before 4.22.11, I before IV before IX, a before b."""

from __future__ import annotations

import re
import unicodedata

PIECES = re.compile(r"[0-9]+|[^0-9.\s]+")
ROMAN = re.compile(r"(?=[XVI])(X{0,3})(IX|IV|V?I{0,3})")
VALUES = {"I": 1, "V": 5, "X": 10}

CodeKey = tuple[tuple[int, int, str], ...]


def code_key(code: str) -> CodeKey:
    """A key for sorting: numbers by value, then Roman numerals up to 39, then letters."""
    return tuple(piece_key(piece) for piece in PIECES.findall(unicodedata.normalize("NFC", code)))


def piece_key(piece: str) -> tuple[int, int, str]:
    if piece.isdigit():
        return 0, int(piece), ""
    if ROMAN.fullmatch(piece):
        return 1, roman(piece), ""
    return 2, 0, piece


def roman(numeral: str) -> int:
    """IX is 9: a letter before a greater one is taken away."""
    values = [VALUES[letter] for letter in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def is_below(code: str, parent: str) -> bool:
    """4.22.1 is below 4 and 4.22, 41 is not."""
    return code.startswith((f"{parent}.", f"{parent} "))
