"""Số, ký hiệu of a document: how it is written, and when two are the same."""

from __future__ import annotations

import re

from common.text import nfc

_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans("‐‑‒–—−", "------")


def reference_key(reference: str) -> str:
    """The same for every way of writing one number and symbol: "05 / qđ – ubnd" is "5/QĐ-UBND".

    NĐ 30/2020/NĐ-CP Phụ lục I pads numbers below ten with a zero and writes no blanks; what
    people type and other systems send does not always.
    """
    plain = _SPACES.sub("", nfc(reference)).translate(_DASHES).upper()
    return plain.lstrip("0") if plain[:1] == "0" else plain
