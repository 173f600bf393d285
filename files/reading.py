"""What is in a PDF: its pages and its words, for the check of form and for the search."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from common.text import nfc

READER = Path(__file__).resolve().parent / "reader.py"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadingLimits:
    """How much is read. A document of some hundred pages takes about ten seconds."""

    pages: int = 500
    letters: int = 2_000_000
    pieces: int = 2_000  # of a page
    memory: int = 600 * MEGABYTE  # of the child, address space
    seconds: int = 30  # of the child, CPU
    patience: int = 30  # CPU seconds after which no further page is begun


@dataclass(frozen=True)
class Piece:
    """Words that a page shows at once, from their left end on their line, in points."""

    page: int  # from 0
    left: float
    line: float  # the baseline, from the foot of the page
    size: float  # of the letters
    words: str


@dataclass(frozen=True)
class PdfFacts:
    """A PDF as it was read. With a `fault` ("locked", "broken", "heavy") the rest may be empty."""

    fault: str = ""
    is_cut: bool = False  # it has more pages or letters than were read
    version: str = ""  # "1.7"
    sizes: list[list[float]] = field(default_factory=list)  # width, height of each page, in points
    loose_fonts: list[str] = field(default_factory=list)  # that are not embedded
    texts: list[str] = field(default_factory=list)  # of each page, NFC
    fields: dict[str, str] = field(default_factory=dict)  # what is filled into fields of text
    pieces: list[Piece] = field(default_factory=list)  # of the first page and the last three

    @property
    def text(self) -> str:
        """All words, page after page."""
        return "\n".join(self.texts)


def read_pdf(pdf: bytes, limits: ReadingLimits | None = None) -> PdfFacts:
    """The facts of a PDF. Takes 0.3 seconds and more: not within a transaction, for many pages."""
    found = _told(pdf, limits or ReadingLimits())
    found["texts"] = [nfc(text) for text in found.get("texts", [])]
    found["pieces"] = [
        Piece(page, left, line, size, nfc(words))
        for page, left, line, size, words in found.get("pieces", [])
    ]
    return PdfFacts(**found)


def _told(pdf: bytes, limits: ReadingLimits) -> dict[str, Any]:
    """What the child tells; one that dies has told that the file is heavy."""
    command = [sys.executable, "-I", str(READER), json.dumps(asdict(limits))]
    try:
        done = subprocess.run(
            command, input=pdf, capture_output=True, env={}, check=False,
            timeout=limits.seconds * 2,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"fault": "heavy"}
    told: dict[str, Any] = {"fault": "heavy"} if done.returncode else json.loads(done.stdout)
    return told
