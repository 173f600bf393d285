"""Mã định danh cơ quan: two spellings of one code."""

from __future__ import annotations

from documents.rules.organ_codes import LONGEST, is_code, organ_key

__all__ = ["LONGEST", "is_code", "organ_key", "same_organ"]


def same_organ(one: str, other: str) -> bool:
    return organ_key(one) == organ_key(other)
