"""One line of JSON per event: nothing in it can begin a new line, and no personal data.

Names cannot be told from other words, so an exception is written as its class, its place in the
code and, for a refusal of the database, the name of the constraint; never with its message, which
for a duplicate key holds the key. Only mistakes in the code itself keep theirs. Addresses and long
numbers (identity cards, phones, tokens) are masked wherever they stand.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from tenancy.scope import current_province_id, host_province_id

MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"(?<![\w.])\+?\d(?:[ .-]?\d){8,14}(?![\w])"), "[number]"),
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
MISTAKES_IN_CODE = (AttributeError, ImportError, NameError, SyntaxError, NotImplementedError)
MOST_FRAMES = 12
MOST_LETTERS = 2000


class JsonFormatter(logging.Formatter):
    """For every handler of the portal: web, worker and clock."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(message_of(record))[:MOST_LETTERS],
        }
        province = current_province_id() or host_province_id()
        if province:
            line["province"] = province
        if record.exc_info and record.exc_info[1]:
            line["exception"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def message_of(record: logging.LogRecord) -> str:
    """The record's words. Celery's line of a failed task holds its arguments and its exception."""
    data = getattr(record, "data", None)
    if record.name == "celery.app.trace" and isinstance(data, dict):
        return f"task {data.get('name')} {data.get('description', '')}".strip()
    return record.getMessage()


def masked(text: str) -> str:
    """Mail addresses and long numbers taken out; moments stay readable."""
    kept = MOMENT.findall(text)
    text = MOMENT.sub("\0", text)
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    for moment in kept:
        text = text.replace("\0", moment, 1)
    return text


def describe(error: BaseException) -> dict[str, Any]:
    found: dict[str, Any] = {"type": type(error).__qualname__, "where": _frames(error)}
    if isinstance(error, MISTAKES_IN_CODE):
        found["message"] = masked(str(error))[:200]
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if constraint:
        found["constraint"] = constraint
    if error.__cause__ is not None:
        found["cause"] = type(error.__cause__).__qualname__
    return found


def _frames(error: BaseException) -> list[str]:
    trace: TracebackType | None = error.__traceback__
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
