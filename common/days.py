"""Days of the province: where one begins, and the smallest step before it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

MOMENT = dt.timedelta(microseconds=1)  # of the database


def start_of(day: dt.date) -> dt.datetime:
    """Midnight of the province."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
