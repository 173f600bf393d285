"""Faults of an input as the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from common.errors import DomainError
from ranking.rules.faults import Fault
from ranking.rules.numbers import plain
from ranking.wording import sentence_of

MOST = 20  # sentences in one refusal


def told(faults: Iterable[Fault]) -> str:
    """All of them, one after the other."""
    found = [str(sentence_of(fault)) for fault in faults]
    return " ".join(found[:MOST]) + (" …" if len(found) > MOST else "")


def told_points(points: Decimal | None) -> str | None:
    """Points for the log: exact, without zeros at the end."""
    return None if points is None else plain(points)


LONGEST = 1_000  # signs of a reason


def said(text: str, otherwise: str) -> str:
    """A reason as it is kept; `otherwise` is the sentence when there is none."""
    words = text.replace("\0", "").strip()
    if not words:
        raise DomainError(otherwise)
    if len(words) > LONGEST:
        raise DomainError(_("At most %(n)s signs; these are too many.") % {"n": LONGEST})
    return words


def said_if_any(text: str) -> str:
    """A reason that may be left out, as it is kept."""
    return said(text, "") if text.replace("\0", "").strip() else ""
