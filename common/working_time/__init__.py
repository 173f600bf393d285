"""Working time: when an office is open, when something is due, and how to say it."""

from common.working_time.calendar import (
    DEFAULT_PATTERN,
    Calendar,
    CalendarEntry,
    EntryKind,
    Session,
    Sessions,
    WeekPattern,
)
from common.working_time.limits import (
    LOCAL,
    Due,
    Extension,
    Limit,
    Pause,
    TimeUnit,
    add_working_days,
    due,
    elapsed,
    next_working_moment,
    planned_step_ends,
    session_minutes,
    working_days_between,
)
from common.working_time.words import Deadline, DueState, describe, state_on

__all__ = [
    "DEFAULT_PATTERN",
    "LOCAL",
    "Calendar",
    "CalendarEntry",
    "Deadline",
    "Due",
    "DueState",
    "EntryKind",
    "Extension",
    "Limit",
    "Pause",
    "Session",
    "Sessions",
    "TimeUnit",
    "WeekPattern",
    "add_working_days",
    "describe",
    "due",
    "elapsed",
    "next_working_moment",
    "planned_step_ends",
    "session_minutes",
    "state_on",
    "working_days_between",
]
