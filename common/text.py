"""Vietnamese text: one spelling, search without marks, order by given name, masks."""

import re
import unicodedata
from functools import lru_cache

# Base letters in the order of the alphabet, each a primary difference (a < ă < â < b …).
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# huyền, hỏi, ngã, sắc, nặng; no mark (ngang) is 0
_TONE_ORDER = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_PRIMARY = {letter: f"{rank:02x}" for rank, letter in enumerate(_ALPHABET, start=0x30)}
_DIGIT = {digit: f"{rank:02x}" for rank, digit in enumerate("0123456789", start=0x10)}
_WORD_END = "01"
_OTHER = "0f"
_MARKS = re.compile(r"[^0-9A-Za-z]")
_SPACES = re.compile(r"\s+")

KEY_DIGITS = 18  # of a key of the database


def nfc(text: str) -> str:
    """The same text with each Vietnamese letter as one code point (macOS keyboards send NFD)."""
    return unicodedata.normalize("NFC", text)


def plain_number(number: str) -> str:
    """An identity, tax or passport number as it is compared: without marks, in capitals."""
    return _MARKS.sub("", number).upper()


def unaccented(text: str) -> str:
    """The form kept in search columns: lower case, no marks, đ as d, single spaces.

    "Nguyễn Thưởng", its NFD spelling and "nguyen thuong" give the same string.
    """
    decomposed = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", bare)).strip()


@lru_cache(maxsize=4096)
def _letter(char: str) -> tuple[str, int]:
    """Primary weight and tone (0 to 5) of one lower-case NFC letter."""
    tone = 0
    kept = ""
    for part in unicodedata.normalize("NFD", char):
        if part in _TONE_ORDER:
            tone = _TONE_ORDER[part]
        else:
            kept += part
    base = unicodedata.normalize("NFC", kept)
    weight = _PRIMARY.get(base) or _DIGIT.get(base)
    if weight is None and base:  # foreign marks: ü sorts as u
        weight = _PRIMARY.get(unicodedata.normalize("NFD", base)[0])
    return weight or _OTHER, tone


def _word_key(word: str) -> str:
    weighed = [_letter(char) for char in word]
    letters = "".join(weight for weight, _tone in weighed)
    return f"{letters}00{''.join(str(tone) for _weight, tone in weighed)}"


def vietnamese_sort_key(full_name: str) -> str:
    """A stored key that orders people as a Vietnamese list does: given, middle, family name.

    Compared byte by byte (COLLATE "C"). In each word the letters come first and the tones decide
    between words spelled alike, so "Hoa, Hòa, Hoài" and not "Hoa, Hoài, Hòa". Tones in the order of
    Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng. About three bytes a letter.
    """
    words = nfc(full_name).lower().split()
    ordered = words[-1:] + words[1:-1] + words[: min(1, len(words) - 1)]
    return _WORD_END.join(_word_key(word) for word in ordered)


def alphabetical_key(name: str) -> str:
    """Orders names of things, word after word as they are written: Sở Công Thương, Sở Xây dựng."""
    return _WORD_END.join(_word_key(word) for word in nfc(name).lower().split())


def mask_name(full_name: str) -> str:
    """A name that its owner recognises and others do not: "Nguyễn Văn An" -> "Ng*** V** A*".

    Two letters of a family name that is at least four long, else one; stars do not tell the length
    (three for the first word, two for those between, one for the last).
    """
    words = nfc(full_name).split()
    if not words:
        return ""
    if len(words) == 1:
        return f"{words[0][:1]}***"
    family = words[0][: 2 if len(words[0]) >= 4 else 1] + "***"
    return " ".join([family, *(f"{word[:1]}**" for word in words[1:-1]), f"{words[-1][:1]}*"])


def mask_tail(number: str) -> str:
    """`********2345`: the last four signs of a number, to compare it with one that is known."""
    return "*" * max(len(number) - 4, 0) + number[-4:]


def key_of(text: str | None) -> int | None:
    """A key of the database as an address or a form sends it; None for anything else."""
    known = text is not None and text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS
    return int(text) if text is not None and known else None
