"""Mã định danh cơ quan: two spellings of one code."""

from __future__ import annotations

from documents.rules.organ_codes import LONGEST, OLD, is_code

__all__ = ["LONGEST", "is_code", "organ_key", "same_organ"]


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
