"""How remaining time is said: one function for list, detail, slip and public page."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.working_time.calendar import Calendar
from common.working_time.limits import LOCAL, whole_days_and_rest


class DueState(StrEnum):
    """The seven looks of a deadline (the tokens `--dl-…` of the style sheets)."""

    OK = "ok"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"
    LATE = "late"


class Deadline(NamedTuple):
    """What a badge shows: its look and its words in the active language."""

    state: DueState
    words: str


def describe(
    calendar: Calendar,
    due_at: datetime,
    now: datetime,
    *,
    finished_at: datetime | None = None,
    paused: bool = False,
    pause_reason: str = "",
    soon_days: int = 2,
    is_step: bool = False,
    provisional: bool = False,
) -> Deadline:
    """How a deadline stands and how to say it.

    Dates decide, not hours: overdue begins the day after the due date. Hours are told on the
    due day, in the last `soon_days` working days and for steps.
    """
    if finished_at is not None:
        return _finished(calendar, due_at, finished_at)
    if paused:
        reason = {"reason": pause_reason}
        return Deadline(
            DueState.PAUSED, _("Paused (%(reason)s)") % reason if pause_reason else _("Paused")
        )
    state = state_on(calendar, due_at, _day(now), soon_days=soon_days)
    words = _open_words(calendar, state, due_at, now, is_step=is_step)
    if provisional and state != DueState.OVERDUE:
        words = _("%(words)s (estimated)") % {"words": words}
    return Deadline(state, words)


def state_on(calendar: Calendar, due_at: datetime, today: date, *, soon_days: int = 2) -> DueState:
    """The look of an open deadline on a day."""
    due_on = _day(due_at)
    if today > due_on:
        return DueState.OVERDUE
    if today == due_on:
        return DueState.TODAY
    left = calendar.working_days_between(today, due_on)
    return DueState.SOON if left <= soon_days else DueState.OK


def _open_words(
    calendar: Calendar, state: DueState, due_at: datetime, now: datetime, *, is_step: bool
) -> str:
    if state == DueState.TODAY:
        return _("Due today, %(time)s") % {"time": due_at.astimezone(LOCAL).strftime("%H:%M")}
    if state == DueState.OVERDUE:
        days = calendar.working_days_between(_day(due_at), _day(now))
        text = ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}
        return text if days else _("Overdue")
    if state == DueState.SOON or is_step:
        return _time_left(calendar, due_at, now)
    days = calendar.working_days_between(_day(now), _day(due_at))
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def _time_left(calendar: Calendar, due_at: datetime, now: datetime) -> str:
    """Whole working days at the same clock time, then whole hours of opening time."""
    days, rest, _first_day = whole_days_and_rest(calendar, now, due_at)
    hours = rest // timedelta(hours=1)
    numbers = {"days": days, "hours": hours}
    if days and hours:
        return (
            ngettext(
                "%(days)s day and %(hours)s working h left",
                "%(days)s days and %(hours)s working h left",
                days,
            )
            % numbers
        )
    if days:
        return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    if hours:
        text = ngettext("%(hours)s working hour left", "%(hours)s working hours left", hours)
        return text % numbers
    return _("Less than one working hour left")


def _finished(calendar: Calendar, due_at: datetime, finished_at: datetime) -> Deadline:
    if _day(finished_at) <= _day(due_at):
        return Deadline(DueState.DONE, _("Done on time"))
    days = calendar.working_days_between(_day(due_at), _day(finished_at))
    text = ngettext("Done %(n)s day late", "Done %(n)s days late", days) % {"n": days}
    return Deadline(DueState.LATE, text if days else _("Done late"))


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()
