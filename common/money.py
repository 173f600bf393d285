"""Amounts in dong: whole numbers, as people write them."""

from __future__ import annotations

import re

# Ten thousand billion VND: over any duty of one dossier, so more is a slip of the zeros.
LARGEST_VND = 10_000_000_000_000
MOST_SIGNS = 60  # a number beyond reading is none
_AMOUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+")


def parse_vnd(text: str) -> int | None:
    """The amount in VND: 20000, 20.000, 20,000 and "20 000 đ" are the same; None: no amount."""
    bare = re.sub(r"\s+|đồng$|đ$|vnd$", "", text.strip().lower())
    if len(bare) > MOST_SIGNS or not _AMOUNT.fullmatch(bare):
        return None
    return int(re.sub(r"[.,]", "", bare))
