"""The demo's text messages, read from the files that the file gateway writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

MOST_LISTED = 100
KEEP = timedelta(days=30)  # as the texts in the table


@dataclass(frozen=True)
class Text:
    """One message as a phone would have shown it."""

    to: str
    text: str
    at: datetime


def texts(province_code: str) -> list[Text]:
    """The newest messages of a province, newest first; a file that is none is left out."""
    folder = Path(settings.SMS_DIR) / province_code
    newest = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    found = []
    for path in newest[:MOST_LISTED]:
        try:
            facts = json.loads(path.read_text("utf-8"))
            found.append(Text(facts["to"], facts["text"], datetime.fromisoformat(facts["at"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def forget_old(now: datetime) -> int:
    """Delete the files of all provinces that are thirty days old, whole or half written."""
    gone, before = 0, (now - KEEP).timestamp()
    for path in Path(settings.SMS_DIR).glob("*/*"):
        try:
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
        except OSError:
            continue
    return gone
