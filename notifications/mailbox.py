"""The demo's mails, read from the files that they are written to. They may hold anything."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

MOST_LISTED = 100
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Letter:
    """One mail as it would have arrived."""

    name: str
    date: datetime | None
    recipient: str
    subject: str
    text: str


def letters(province_code: str) -> list[Letter]:
    """The newest mails of a province, newest first."""
    found: list[Letter] = []
    for path in sorted(_folder().glob("*.log"), reverse=True):
        letter = _read(path, province_code)
        if letter is not None:
            found.append(letter)
        if len(found) == MOST_LISTED:
            break
    return found


def letter(province_code: str, name: str) -> Letter | None:
    """One mail by the name of its file; None for another province's or a strange name."""
    known = {path.name: path for path in _folder().glob("*.log")}
    return _read(known[name], province_code) if name in known else None


def _folder() -> Path:
    return Path(settings.MAIL_DIR)


def _read(path: Path, province_code: str) -> Letter | None:
    try:
        raw = path.read_bytes()[:MOST_BYTES]
    except OSError:
        return None
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if message.get("X-Province") != province_code:
        return None
    return Letter(
        name=path.name,
        date=_date(message),
        recipient=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=_text(message),
    )


def _date(message: EmailMessage) -> datetime | None:
    """When it was sent; "-0000" is UTC of a sender who does not say where he is (RFC 5322 3.3)."""
    try:
        sent = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    words = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return words.rstrip("-\n ") if words.rstrip().endswith("-" * 79) else words
