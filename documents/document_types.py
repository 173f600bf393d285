"""The types of documents and their abbreviations (NĐ 30/2020/NĐ-CP Điều 7, Phụ lục III)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "document_types.csv"
OFFICIAL_LETTER = "cong-van"


@dataclass(frozen=True)
class DocumentType:
    """One type: "Quyết định (cá biệt)", "QĐ". An official letter has no abbreviation."""

    code: str
    name: str
    abbreviation: str
    kind: str  # type, copy (sao y, trích sao, sao lục) or law (the year stands in the number)
    source: str

    @property
    def counted_as(self) -> str:
        """The type whose numbers it takes: without an abbreviation in its symbol, a công văn and a
        thư công of the same number could not be told apart."""
        return self.code if self.abbreviation else OFFICIAL_LETTER

    @property
    def short_name(self) -> str:
        """As it stands on the paper: "Quyết định"."""
        return self.name.split(" (")[0]


@cache
def document_types() -> dict[str, DocumentType]:
    """Every type by its code, in the order of the decree."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: DocumentType(**row) for row in csv.DictReader(file)}


def type_choices() -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in document_types().values()]


def type_name(code: str) -> str:
    """As it stands on the paper; "" when no type was told."""
    return document_types()[code].short_name if code else ""
