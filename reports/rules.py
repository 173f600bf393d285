"""Biểu II.06a/VPCP/KSTT: its columns as data, and in which of them one dossier counts.

No database, no clock. Days are local days of Vietnam; only days are compared, never hours.
Source of columns and formulas: a province's one-stop system (BaoCao06a, ThongKeWhereBuilder); the
official form was not seen, so what is printed is marked as a transcription.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.working_time import add_months

DEFINITION = "II.06a/1"  # changes when a column's formula does; kept with every report
FIRST_DAY = dt.date(2000, 1, 1)  # nothing was received electronically before


class By(StrEnum):
    """What the rows of the statement are."""

    AGENCY = "agency"
    FIELD = "field"


@dataclass(frozen=True)
class Column:
    """One column: its number on the form, its key here, its heads and its formula in words."""

    number: int
    key: str
    group: str | Promise
    title: str | Promise
    formula: str | Promise


_IN = _("Dossiers received")
_DONE = _("Dossiers finished")
_OPEN = _("Dossiers in process")
COLUMNS = (
    Column(3, "received", _IN, _("Total"), _("(4)+(5)+(6)")),
    Column(4, "online", _IN, _("In the period: online"),
           _("Accepted in the period, submitted online")),
    Column(5, "direct", _IN, _("In the period: at the counter or by post"),
           _("Accepted in the period, in any other way")),
    Column(6, "opening", _IN, _("From the period before"),
           _("Accepted before the period and not finished before it")),
    Column(7, "finished", _DONE, _("Total"), _("(8)+(9)+(10)")),
    Column(8, "early", _DONE, _("Early"), _("Finished before the due day")),
    Column(9, "on_time", _DONE, _("On time"),
           _("Finished on the due day, or given back as the applicant wished")),
    Column(10, "late", _DONE, _("Late"), _("Finished after the due day")),
    Column(11, "open", _OPEN, _("Total"), _("(12)+(13) = (3)-(7)")),
    Column(12, "in_time", _OPEN, _("In time"),
           _("Due on the last day of the period or later, or waiting for the applicant")),
    Column(13, "overdue", _OPEN, _("Overdue"), _("Due before the last day of the period")),
)  # fmt: skip
COLUMN_OF = {column.number: column for column in COLUMNS}
PARTS = {3: (4, 5, 6), 7: (8, 9, 10), 11: (12, 13)}  # totals, of the columns that are counted


def counted(number: int) -> tuple[int, ...]:
    """The columns that are counted from dossiers and make up this one."""
    return PARTS.get(number, (number,))


@dataclass(frozen=True)
class Figures:
    """One row's figures: what is counted; the totals follow."""

    online: int = 0
    direct: int = 0
    opening: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_time: int = 0
    overdue: int = 0

    @property
    def received(self) -> int:
        return self.online + self.direct + self.opening

    @property
    def finished(self) -> int:
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        return self.in_time + self.overdue

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(
            getattr(self, field.name) + getattr(other, field.name) for field in fields(self)
        ))  # fmt: skip

    def as_row(self) -> list[int]:
        """Columns 3 to 13."""
        return [getattr(self, column.key) for column in COLUMNS]


class WrongPeriod(ValueError):
    """A sentence that says what is wrong with the days."""


@dataclass(frozen=True)
class Period:
    """From one local day to another, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def checked(cls, first: dt.date, last: dt.date, today: dt.date, longest: int) -> Period:
        """The period, or WrongPeriod: the other way round, not yet over, of another age, or of
        more than `longest` days."""
        if last < first:
            raise WrongPeriod(f"the period ends on {last} before it begins on {first}")
        if last > today:
            raise WrongPeriod(f"the period ends on {last}, which has not come yet")
        if first < FIRST_DAY:
            raise WrongPeriod(f"the period begins on {first}, before {FIRST_DAY}")
        if cls(first, last).days > longest:
            raise WrongPeriod(f"the period has more than {longest} days")
        return cls(first, last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def after(self) -> dt.date:
        """The first day that no longer belongs to it."""
        return self.last + dt.timedelta(days=1)


@dataclass(frozen=True)
class Segment:
    """Days or whole months of the summaries, `after` excluded; before the period, or in it."""

    span: str  # "day", "month"
    first: dt.date
    after: dt.date
    is_in_period: bool


def segments(period: Period, since: dt.date = dt.date.min) -> list[Segment]:
    """Every day from `since`, the first of a month, to the last of the period; in whole months
    where they fit."""
    month = period.first.replace(day=1)
    before = [
        Segment("month", since, month, False), Segment("day", month, period.first, False),
    ]  # fmt: skip
    inner = month if month == period.first else add_months(month, 1)
    end = period.after.replace(day=1)
    if inner >= end:
        inside = [Segment("day", period.first, period.after, True)]
    else:
        inside = [
            Segment("day", period.first, inner, True), Segment("month", inner, end, True),
            Segment("day", end, period.after, True),
        ]  # fmt: skip
    return [each for each in (*before, *inside) if each.first < each.after]


def last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Facts:
    """What a dossier was at the end of a period, as its history says."""

    accepted_on: dt.date
    is_online: bool
    finished_on: dt.date | None  # None: not by then
    is_withdrawn: bool  # given back as the applicant wished
    due_on: dt.date | None  # when it was finished, else at the end of the period
    is_waiting: bool  # status 5 or 6 at the end of the period


def columns_of(facts: Facts, period: Period) -> Iterator[str]:
    """Keys of the counted columns in which the dossier stands: one of 4–6 and one of 8–13,
    or none at all. That is why opening + received = finished + closing.
    """
    finished = facts.finished_on if facts.finished_on and facts.finished_on < period.after else None
    if facts.accepted_on > period.last or (finished and finished < period.first):
        return
    if facts.accepted_on < period.first:
        yield "opening"
    else:
        yield "online" if facts.is_online else "direct"
    if finished:
        yield _timeliness(finished, facts)
    else:
        is_late = facts.due_on is not None and facts.due_on < period.last
        yield "overdue" if is_late and not facts.is_waiting else "in_time"


def _timeliness(finished_on: dt.date, facts: Facts) -> str:
    if facts.is_withdrawn or facts.due_on is None or finished_on == facts.due_on:
        return "on_time"
    return "early" if finished_on < facts.due_on else "late"
