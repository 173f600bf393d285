"""The text of a file by paragraphs, with its accents, for who quotes from it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

from files.models import ScanState, StoredFile
from files.texts import QUOTED, text_of

MOST = 400  # paragraphs that are offered
SECONDS = 10.0  # after which no further file is begun: somebody waits
SHORT = 0.6  # of the longest line: a shorter one ends its paragraph
OPENS = re.compile(
    r"(?:(?:Điều|Chương|Mục|Phần) [0-9IVXL]+|[IVXL]+\.|[0-9]+(?:\.[0-9]+)*[.)]|[a-zđ]\)|[-–+•*])\s"
)
ENDS = (".", ";", ":", "!", "?", "…")
NUMBER_OF_PAGE = re.compile(r"[0-9]{1,4}")


def passages_of(files: Iterable[StoredFile], seconds: float = SECONDS) -> list[str]:
    """One file after the other; none of a scan, and of a file that cannot be read. Reads them."""
    found: list[str] = []
    end = time.monotonic() + seconds
    for stored in files:
        if len(found) >= MOST or time.monotonic() >= end:
            break
        if stored.scan_state != ScanState.INFECTED:
            found += paragraphs(text_of(stored, QUOTED).words)
    return found[:MOST]


def paragraphs(text: str) -> list[str]:
    """Lines of a page put together again.

    A paragraph ends with an empty line, a mark of its end or a line that is not full; it begins
    where a clause is counted ("Điều 2.", "1.", "a)", "-").
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    full = SHORT * max(map(len, lines), default=0)
    found: list[str] = []
    goes_on = False
    for line in lines:
        if NUMBER_OF_PAGE.fullmatch(line):
            continue
        if goes_on and line and not OPENS.match(line):
            found[-1] += f" {line}"
        elif line:
            found.append(line)
        goes_on = bool(line) and not line.endswith(ENDS) and len(line) >= full
    return found
