"""What follows from days: how a task stands, and which day was in force. No database, no clock."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from common.working_time import Calendar
from directives.states import Every, Status


class Label(StrEnum):
    """How a task stands in time (QĐ 2947/QĐ-UBND Điều 9.2d: sớm hạn, đúng hạn, trễ hạn, quá
    hạn). That "trễ hạn" is finished late and "quá hạn" unfinished is the usual reading; the words
    are settings."""

    NO_DUE = "no_due"  # open, without a day
    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"  # finished, without a day
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


FINISHED = (Label.EARLY, Label.ON_TIME, Label.LATE, Label.DONE)
TIMELY = (Label.EARLY, Label.ON_TIME, Label.DONE)  # without a day nothing is late
JUDGED = (*FINISHED, Label.OVERDUE)  # of what every share of tasks is a part
AT_REST = (Label.RETURNED, Label.SUSPENDED, Label.WITHDRAWN)  # nobody is late with them


@dataclass(frozen=True)
class Due:
    """A day until which a task was due (None: none), and from which day on that held."""

    due_on: dt.date | None
    from_on: dt.date
    at: dt.datetime  # when it was written down


def in_force(dues: Iterable[Due], day: dt.date) -> dt.date | None:
    """The day until which the task was due, as it stood on `day`.

    Before the first it is the first. Raises IndexError without any.
    """
    known = sorted(dues, key=lambda due: (due.from_on, due.at))
    held = [due for due in known if due.from_on <= day] or known[:1]
    return held[-1].due_on


@dataclass(frozen=True)
class Standing:
    """What the label of a task follows from."""

    status: str
    due_on: dt.date | None  # in force now; of a closed task when it was completed
    completed_on: dt.date | None = None
    reported_on: dt.date | None = None  # date of the result that waits to be confirmed


def label_of(task: Standing, today: dt.date, soon_until: dt.date) -> Label:
    """How the task stands today. Dates decide: overdue begins the day after the due date.

    While a result waits to be confirmed, the date of its document stands for today: nobody is
    overdue because the confirmation is slow; nor because the giver leaves lying what a unit
    returned as not its own. `soon_until` is the last day that counts as near.
    """
    if task.status == Status.CLOSED and task.completed_on is not None:
        return _finished(task.due_on, task.completed_on)
    if task.status in AT_REST:
        return Label(task.status)
    if task.due_on is None:
        return Label.NO_DUE
    if task.due_on < (task.reported_on or today):
        return Label.OVERDUE
    is_near = task.reported_on is None and task.due_on <= soon_until
    return Label.DUE_SOON if is_near else Label.IN_TIME


def _finished(due_on: dt.date | None, completed_on: dt.date) -> Label:
    if due_on is None:
        return Label.DONE
    if completed_on == due_on:
        return Label.ON_TIME
    return Label.EARLY if completed_on < due_on else Label.LATE


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}
WEEK = dt.timedelta(days=7)


def occurrence(first: dt.date, every: str, number: int) -> dt.date:
    """The day of a series so many times after the first: the same day of the week, or of the month;
    where the month is shorter, its last. Counted from the first, so that no day is lost for good:
    31/1, 28/2, 31/3."""
    if every == Every.WEEK:
        return first + number * WEEK
    months = first.year * 12 + first.month - 1 + number * MONTHS[Every(every)]
    year, month = divmod(months, 12)
    longest = monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(first.day, longest))


def soon_until(calendar: Calendar, today: dt.date, days: int) -> dt.date:
    """The last day that is near: so many working days from today."""
    return calendar.add_working_days(today, days) if days else today


def may_still_return(
    calendar: Calendar, given_on: dt.date, today: dt.date, working_days: int
) -> bool:
    """Whether a unit may still say that a task is not its own. The day of giving is not counted."""
    return today <= calendar.add_working_days(given_on, working_days)


def latest_to_ask(
    calendar: Calendar, given_on: dt.date, due_on: dt.date, working_days: int
) -> dt.date:
    """The last day on which more time may be asked for: so many working days before the due
    date; of what was given later than that, the day before the due date."""
    last = calendar.working_days_before(due_on, working_days - 1) - dt.timedelta(days=1)
    return last if last >= given_on else due_on - dt.timedelta(days=1)
