"""What is odd about a cited document: a warning beside it, never a refusal.

Found in real appraisals: evidence dated March to June of the year after, a day typed where the
number belongs. Both may be right (a late report about the year), so a person decides.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum

DAY = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(\d{2}|\d{4})")
ISO_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


class Doubt(StrEnum):
    """Why somebody should look twice."""

    NUMBER_IS_A_DAY = "number_is_a_day"
    AFTER_THE_YEAR = "after_the_year"
    AFTER_THE_WINDOW = "after_the_window"
    BEFORE_THE_WINDOW = "before_the_window"


def doubts_of(
    number: str, issued_on: dt.date | None, year: int, window: tuple[dt.date, dt.date]
) -> list[Doubt]:
    """Of a document of an assessment of `year` whose facts are those between the two days."""
    found = []
    if DAY.fullmatch(number.strip()) or ISO_DAY.fullmatch(number.strip()):
        found.append(Doubt.NUMBER_IS_A_DAY)
    if issued_on is None:
        return found
    first, last = window
    if issued_on.year > year:
        found.append(Doubt.AFTER_THE_YEAR)
    elif issued_on > last:
        found.append(Doubt.AFTER_THE_WINDOW)
    elif issued_on < first:
        found.append(Doubt.BEFORE_THE_WINDOW)
    return found
