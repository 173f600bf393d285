"""Số, ký hiệu of an outgoing document (NĐ 30/2020/NĐ-CP Điều 15, Phụ lục I)."""

from __future__ import annotations

import datetime as dt

from documents.document_types import DocumentType


def number_words(number: int) -> str:
    """Below ten with a zero before it: "05"."""
    return f"{number:02d}"


def symbol(kind: DocumentType, body: str, unit: str) -> str:
    """ "QĐ-UBND"; of an official letter the body and the unit that drafted it: "UBND-VX"."""
    if kind.abbreviation:
        return f"{kind.abbreviation}-{body}"
    return f"{body}-{unit}" if unit else body


def reference(number: int, year: int, kind: DocumentType, body: str, unit: str) -> str:
    """ "05/QĐ-UBND"; in a number of a legal document stands the year: "05/2026/QĐ-UBND"."""
    shown = number_words(number)
    middle = f"{year}/" if kind.kind == "law" else ""
    return f"{shown}/{middle}{symbol(kind, body, unit)}"


def document_id(organ_code: str, issued_on: dt.date, written: str) -> str:
    """QCVN 102:2016/BTTTT: "H32.05,2026/03/02,05/QĐ-UBND"."""
    return f"{organ_code},{issued_on:%Y/%m/%d},{written}"
