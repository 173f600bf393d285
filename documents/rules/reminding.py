"""Which days have run out by a day. No database, no clock."""

from __future__ import annotations

import datetime as dt

from common.working_time import Calendar

ONE_DAY = dt.timedelta(days=1)


def ran_out(calendar: Calendar, today: dt.date, working_days: int) -> dt.date:
    """The last day from which so many working days end today or have ended: what came on it, or
    before, was to be done by today."""
    day = calendar.working_days_before(calendar.last_working_day(today), working_days - 1)
    return day - ONE_DAY if working_days else day
