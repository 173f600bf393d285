"""The day of a year's work: today or, in a demo alone, the day to which its work is rehearsed.

Days only: what is due, late, still possible, or told before a date. Moments are stamps of what
happened and always the real ones, and so are the days on which people hold positions and seats.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone


def day_of(rehearsed_on: dt.date | None, at: dt.datetime | None = None) -> dt.date:
    """The rehearsed day, else that of the moment, else today. Outside a demo a rehearsed day that
    is stored all the same (a copy of the demo's data) counts for nothing."""
    return rehearsed_on if rehearsed_on and settings.GOVIT_DEMO else timezone.localdate(at)


def due_within(days: int, year: str = "") -> Q:
    """Years, or what hangs on them by the path `year`, due that many days from their own day."""
    left, rehearsed = dt.timedelta(days=days), f"{year}rehearsed_on"
    real = Q(**{f"{year}due__lte": timezone.localdate() + left})
    if not settings.GOVIT_DEMO:
        return real
    return (Q(**{rehearsed: None}) & real) | Q(**{f"{year}due__lte": F(rehearsed) + left})
