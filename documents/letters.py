"""What is written on a document."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from common.urgency import Urgency
from files.models import StoredFile

VIETNAMESE = "Tiếng Việt"  # as the register says it
MOST_PAGES = 32_000  # of the column
MEETING = ("meets_at", "meets_until", "meeting_place", "meeting_chair")
UNTOLD = ("steering", "language")  # not every way tells them


@dataclass(frozen=True)
class Letter:
    """What is written on a document that came in; the columns of the register."""

    issuer: str
    subject: str
    type: str = ""  # key of documents.document_types
    reference: str = ""  # số, ký hiệu
    issued_on: dt.date | None = None
    signer_position: str = ""
    signer_name: str = ""
    urgency: int = Urgency.NORMAL
    pages: int | None = None
    answer_by: dt.date | None = None
    note: str = ""
    meets_at: dt.datetime | None = None  # of an invitation
    meets_until: dt.datetime | None = None
    meeting_place: str = ""
    meeting_chair: str = ""
    steering: int | None = None  # documents.states.Steering
    language: str = VIETNAMESE

    def digest(self, files: Iterable[tuple[str, str]]) -> str:
        """SHA-256 of what is written and of the files, (name, SHA-256) each: whether what is
        delivered again is the same."""
        written = {
            name: value
            for name, value in asdict(self).items()
            if name not in UNTOLD and (value or name not in MEETING)
        }  # as it was before the register had these columns
        told = [written, list(files)]
        plain = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(plain.encode()).hexdigest()


def pages_in(stored: Iterable[StoredFile]) -> int | None:
    """Of the document itself, the first of its files; None where nobody counts them."""
    first = next(iter(stored), None)
    pages = first.pages if first else None
    return pages if pages and pages <= MOST_PAGES else None
