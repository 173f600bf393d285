"""What an uploaded PDF lacks of the form that the decree asks for: warnings, never a wall.

NĐ 30/2020/NĐ-CP Phụ lục I; PDF 1.4 or later: Phần II, Mục I.2a of the same and TT 01/2019/TT-BNV
Điều 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.layouts.measures import points
from files.reading import PdfFacts, read_pdf
from papers.signatures.fields import DATE as DATE_FIELD
from papers.signatures.fields import NUMBER as NUMBER_FIELD

OLDEST = (1, 4)
NEAR_PT = 6  # printers and scanners miss A4 by a millimetre or two
NUMBER = re.compile(r"Số:?[\d….]*/[\w-]+")  # without the spaces of the page
DATE = re.compile(r",ngày[\d….]*tháng[\d….]*năm")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the decree says, with what to do about it."""

    code: str
    sentence: str | Promise


SENTENCES: dict[str, Promise] = {
    "locked": _("The PDF is locked with a password, so nobody can sign it. Save it without one."),
    "unreadable": _("The PDF could not be read, so its form was not checked. Look at it yourself."),
    "version": _("The PDF is older than version 1.4. Save it anew as PDF 1.4 or later."),
    "size": _("A page is not A4. Set the paper to A4 (210 × 297 mm) and save the PDF anew."),
    "fonts": _("A font is not in the file, so others may see other letters. Save the PDF with its "
               "fonts embedded."),
    "picture": _("The PDF has no text, only pictures. Save it from the program it was written in "
                 "instead of scanning it."),
    "number": _("No line of number and symbol was found on the first page (“Số: …/QĐ-UBND”)."),
    "date": _("No place and date was found on the first page (“Nha Trang, ngày … tháng … năm …”)."),
}  # fmt: skip


def check_form(pdf: bytes) -> list[Finding]:
    """Everything to warn of, in the order of the table; [] for a PDF as it should be."""
    return findings(read_pdf(pdf))


def findings(facts: PdfFacts) -> list[Finding]:
    """The same of what was read. Without a word on the pages nothing is said of its lines."""
    if facts.fault:
        code = "locked" if facts.fault == "locked" else "unreadable"
        return [Finding(code, SENTENCES[code])]
    first = "".join(facts.texts[0].split()) if facts.texts else ""
    has_text = any(text.strip() for text in facts.texts)
    lacks = {
        "version": _version(facts.version) < OLDEST,
        "size": not all(_is_a4(size) for size in facts.sizes),
        "fonts": bool(facts.loose_fonts),
        "picture": not has_text,
        "number": has_text and not (NUMBER_FIELD in facts.fields or NUMBER.search(first)),
        "date": has_text and not (DATE_FIELD in facts.fields or DATE.search(first)),
    }
    return [Finding(code, SENTENCES[code]) for code, lacking in lacks.items() if lacking]


def _version(words: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", words)[:2])


def _is_a4(size: list[float]) -> bool:
    """Upright, or across for tables."""
    short, long = sorted(size)
    return abs(short - points("width")) < NEAR_PT and abs(long - points("height")) < NEAR_PT
