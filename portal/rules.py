"""What is published about the work itself, from how many cases on, and its arithmetic.

No database, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from onestop.words import limit_words
from organizations.rulesets import register, setting

CHOICE = "choice of the portal"
MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True)
class PublicFigures:
    """From how many cases on a figure is shown; chosen by today."""

    time_dossiers: int = setting(20, f"finished dossiers of a procedure; {CHOICE}")
    time_months: int = setting(12, f"months that are looked at; {CHOICE}")


PUBLIC_FIGURES = register("public_figures", PublicFigures)


def share_done(values: Sequence[float], percent: int) -> float:
    """The smallest value within which so many percent lie: one that was really seen.

    `values` are sorted and not empty (nearest rank: no value between two cases is made up).
    """
    return values[math.ceil(len(values) * percent / 100) - 1]


def span_words(minutes: int, days: Decimal) -> str:
    """ "2,5 ngày làm việc"; under one day in hours, rounded up: never shorter than it was."""
    if days >= 1:
        return limit_words(days.quantize(Decimal("0.1"), ROUND_UP), "working_days")
    if minutes >= MINUTES_OF_AN_HOUR:
        hours = Decimal(minutes) / MINUTES_OF_AN_HOUR
        return limit_words(hours.quantize(Decimal("0.1"), ROUND_UP), "hours")
    return limit_words(Decimal(max(minutes, 1)), "minutes")
