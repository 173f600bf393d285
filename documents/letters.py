"""What is written on a document."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.states import Urgency


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
