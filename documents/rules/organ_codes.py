"""Mã định danh cơ quan, and receivers as a drafter types them. No database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass

OLD = re.compile(r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Z][0-9]{2}")  # QCVN 102:2016
NEW = re.compile(r"[A-Y][0-9]{2}(\.[0-9A-Z]+)*|Z[0-9]{2}[0-9A-Z]*")  # QĐ 20/2020/QĐ-TTg
LONGEST = 35  # QĐ 20/2020/QĐ-TTg
DOTTED = re.compile(r"\w+(\.\w+)+")  # meant as a code
FOR_INFORMATION = "(để biết)"


@dataclass(frozen=True)
class Line:
    """A receiver outside the province; without a code he gets it on paper."""

    name: str
    code: str = ""
    is_for_action: bool = True

    def __str__(self) -> str:
        words = f"{self.code} {self.name}".strip()
        return words if self.is_for_action else f"{words} {FOR_INFORMATION}"


def is_code(code: str) -> bool:
    """Of an agency, in either spelling."""
    return len(code) <= LONGEST and bool(OLD.fullmatch(code) or NEW.fullmatch(code))


def organ_key(code: str) -> str:
    """The code of QĐ 20/2020/QĐ-TTg: "H32.05" for "000.00.05.H32", which names the lowest level
    first and fills those that are not there with zeros."""
    plain = code.strip().upper()
    if not OLD.fullmatch(plain):
        return plain
    levels = plain.split(".")[::-1]
    while levels and not levels[-1].strip("0"):
        levels.pop()
    return ".".join(levels)


def read_codes(typed: str) -> list[str]:
    """Codes with commas, semicolons or blanks between, each once, as they were typed but for their
    case. Raises ValueError with the first that is none."""
    found = dict.fromkeys(each.upper() for each in re.split(r"[\s,;]+", typed) if each)
    for each in found:
        if not is_code(each):
            raise ValueError(each)
    return list(found)


def read_line(typed: str) -> Line | None:
    """ "G12 Bộ Khoa học và Công nghệ" goes over the bus, "Công ty A" on paper; with "(để biết)" at
    its end it is for information. An older spelling of a code becomes the one in force. None when
    it begins with something like a code that is none."""
    words = " ".join(typed.split())
    is_for_action = not words.lower().endswith(FOR_INFORMATION)
    if not is_for_action:
        words = words[: -len(FOR_INFORMATION)].strip()
    first, _space, rest = words.partition(" ")
    if rest and is_code(first.upper()):
        return Line(rest, organ_key(first), is_for_action)
    if not words or DOTTED.fullmatch(first) or is_code(first.upper()):
        return None
    return Line(words, "", is_for_action)
