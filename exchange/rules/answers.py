"""What the national server answered, read with care.

Known: `error_code` "0" or "00" is good, and `message` holds words; a create of what is there
already says "đã tồn tại" (with code 0, 3 or -3). How an answer speaks of single dossiers of a batch
is not documented: a list of objects with `MaHoSo` under `result` or `data` is understood, and an
answer that refuses a whole batch makes each dossier go by itself.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

GOOD_CODES = ("0", "00")
EXISTS, MISSING = "đã tồn tại", "không tồn tại"
SESSION_WORDS = ("session", "phiên làm việc", "phiên đăng nhập")
LONGEST = 1000


class Verdict(Enum):
    TAKEN = "taken"
    EXISTS = "exists"  # send it again as an update
    MISSING = "missing"  # send it again as a new one
    REFUSED = "refused"
    UNSAID = "unsaid"  # the whole batch was refused: each by itself


class Unreadable(Exception):
    """Not an answer of the national service."""


@dataclass(frozen=True)
class Answer:
    """Of one call: its own code and words, and those of single dossiers when it names them."""

    code: str
    words: str
    session: str = ""
    single: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.code in GOOD_CODES

    @property
    def is_signed_out(self) -> bool:
        """The session is over: log in again."""
        words = self.words.casefold()
        return not self.is_good and not self.single and any(one in words for one in SESSION_WORDS)


def read(text: bytes) -> Answer:
    """The answer in a body; `Unreadable` when it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(found, dict) or "error_code" not in found:
        raise Unreadable
    rows = found.get("result") or found.get("data") or []
    single = {}
    if isinstance(rows, list):
        for row in rows:
            if isinstance(row, dict) and row.get("MaHoSo") and "error_code" in row:
                single[str(row["MaHoSo"])] = (_text(row["error_code"]), _words(row))
    return Answer(_text(found["error_code"]), _words(found), _text(found.get("session")), single)


def judge(answer: Answer, code: str, batch: Sequence[str]) -> Verdict:
    """What the answer says of the dossier with that code, one of a batch."""
    if code in answer.single:
        return _verdict(*answer.single[code])
    whole = _verdict(answer.code, answer.words)
    if whole is Verdict.TAKEN or len(batch) == 1:
        return whole
    return Verdict.UNSAID


def words_for(answer: Answer, code: str) -> str:
    """The server's words about one dossier; its code when it said none."""
    number, words = answer.single.get(code, (answer.code, answer.words))
    return (words or f"error_code {number}")[:LONGEST]


def _verdict(code: str, words: str) -> Verdict:
    folded = unicodedata.normalize("NFC", words).casefold()
    if EXISTS in folded:
        return Verdict.EXISTS
    if code in GOOD_CODES:
        return Verdict.TAKEN
    return Verdict.MISSING if MISSING in folded else Verdict.REFUSED


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\0", "").strip()


def _words(row: dict[str, Any]) -> str:
    return " ".join(_text(row.get("message")).split())[:LONGEST]
