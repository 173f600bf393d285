"""Mã định danh cơ quan: two spellings of one code."""

from __future__ import annotations

import re

OLD = re.compile(r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Z][0-9]{2}")  # QCVN 102:2016
NEW = re.compile(r"[A-Y][0-9]{2}(\.[0-9A-Z]+)*|Z[0-9]{2}[0-9A-Z]*")  # QĐ 20/2020/QĐ-TTg
LONGEST = 35  # QĐ 20/2020/QĐ-TTg


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


def same_organ(one: str, other: str) -> bool:
    return organ_key(one) == organ_key(other)
