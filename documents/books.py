"""The registers of documents as they are printed: which books there are, with their columns (NĐ
30/2020/NĐ-CP Phụ lục IV). Those of secret documents are not kept here, nor is who borrowed a
kept copy: the portal has neither."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

DATA = Path(__file__).parent / "data" / "registers.csv"


@dataclass(frozen=True)
class Column:
    words: str
    width_mm: int  # of the 272 between the margins: our own choice


@dataclass(frozen=True)
class Book:
    """One printed register: "Sổ đăng ký văn bản đến"."""

    code: str
    name: str
    is_incoming: bool
    columns: tuple[Column, ...]


@cache
def books() -> dict[str, Book]:
    """Every book by its code."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        code: _book(code, list(lines)) for code, lines in groupby(rows, lambda row: row["code"])
    }


def _book(code: str, lines: list[dict[str, str]]) -> Book:
    columns = tuple(Column(line["column"], int(line["width_mm"])) for line in lines)
    return Book(code, lines[0]["name"], lines[0]["side"] == "in", columns)
