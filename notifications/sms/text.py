"""Text messages: what a phone takes, and numbers that can be texted. No database."""

from __future__ import annotations

import re
import unicodedata

PART = 160  # GSM 03.38 letters in a message of one part
ACCENTED_PARTS = 201  # UCS-2 characters in three parts of 67
_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "đ": "d", "Đ": "D",
     "\xa0": " "}
)  # fmt: skip
_GSM = re.compile(r"[^A-Za-z0-9 @$!\"#%&'()*+,\-./:;<=>?_\n]")
_MOBILE = re.compile(r"0[35789]\d{8}")


def plain(text: str) -> str:
    """The text without marks, in letters that every phone has; anything else is a blank."""
    bare = unicodedata.normalize("NFD", text.translate(_SIGNS))
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    return re.sub(r" {2,}", " ", _GSM.sub(" ", letters)).strip()


def fitted(text: str, *, accented: bool) -> str:
    """At most one part without marks, at most three with them, cut after a whole word."""
    text = unicodedata.normalize("NFC", text) if accented else plain(text)
    most = ACCENTED_PARTS if accented else PART
    if len(text) <= most:
        return text
    return text[: most - 3].rsplit(" ", 1)[0].rstrip(" ,.;:") + "..."


def mobile(number: str) -> str:
    """A mobile number of Viet Nam as +84…; "" when it is none."""
    bare = re.sub(r"[\s.\-()]", "", number)
    bare = re.sub(r"^(\+?84|0084)(?=\d{9}$)", "0", bare)
    return f"+84{bare[1:]}" if _MOBILE.fullmatch(bare) else ""
