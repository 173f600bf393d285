"""When an office is open: sessions, weekly patterns, days off, and walking along them.

Pure arithmetic: no database, no clock of the computer. Inside this package a moment is a naive
datetime in the local time of Vietnam; `limits.py` turns aware datetimes into it and back.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of opening time within a day; its last minute belongs to it."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if any(edge.second or edge.microsecond or edge.tzinfo for edge in (self.start, self.end)):
            raise ValueError("A session begins and ends on a whole minute of local time.")
        if self.start >= self.end:
            raise ValueError("A session must end after it begins.")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> "Session":
        """Read "07:30-11:30"."""
        start, _, end = text.partition("-")
        return cls(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))


Sessions = tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """The sessions of the seven days of a week, Monday first; an empty day is a day off."""

    days: tuple[Sessions, Sessions, Sessions, Sessions, Sessions, Sessions, Sessions]

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("A week has seven days.")
        if not any(self.days):
            raise ValueError("A week needs at least one session.")
        for sessions in self.days:
            for earlier, later in pairwise(sessions):
                if later.start < earlier.end:
                    raise ValueError("The sessions of a day must follow one another.")

    @classmethod
    def from_data(cls, days: Sequence[Sequence[str]]) -> "WeekPattern":
        """Read what `as_data` wrote: seven lists of "07:30-11:30"."""
        read = [tuple(Session.parse(text) for text in sessions) for sessions in days]
        if len(read) != 7:
            raise ValueError("A week has seven days.")
        return cls((read[0], read[1], read[2], read[3], read[4], read[5], read[6]))

    def as_data(self) -> list[list[str]]:
        """Seven lists of "07:30-11:30", Monday first, as they are stored."""
        return [[str(session) for session in sessions] for sessions in self.days]


_OFFICE_DAY = (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17)))
DEFAULT_PATTERN = WeekPattern((*(_OFFICE_DAY,) * 5, (), ()))


class EntryKind(StrEnum):
    """What makes a date differ from its weekday (Labour Code 45/2019/QH14, articles 111-112)."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"  # a holiday fell on a weekly day off
    SWAPPED_OFF = "swapped_off"  # a working day taken off, worked on another date
    MAKEUP_WORKDAY = "makeup_workday"  # the date worked for a swapped one


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One date that differs from its weekday; a make-up day names the date it replaces."""

    date: dt.date
    kind: EntryKind
    linked_date: dt.date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EntryKind(self.kind))
        if self.kind == EntryKind.MAKEUP_WORKDAY and self.linked_date is None:
            raise ValueError("A make-up working day must name the day that it replaces.")


@dataclass(frozen=True)
class Calendar:
    """Opening times of one office: a weekly pattern, dated changes of it, and single dates.

    After `last_known_year` an answer is provisional ("dự kiến"): what is not listed there is
    only a guess. `changes` are (first day, pattern), earliest first.
    """

    pattern: WeekPattern = DEFAULT_PATTERN
    entries: tuple[CalendarEntry, ...] = ()
    last_known_year: int = date.max.year
    changes: tuple[tuple[date, WeekPattern], ...] = ()
    _by_date: dict[date, CalendarEntry] = field(init=False, repr=False, compare=False)
    _spans: dict[date, tuple[Span, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_date", {entry.date: entry for entry in self.entries})
        object.__setattr__(self, "_spans", {})
        if len(self._by_date) != len(self.entries):
            raise ValueError("A date may stand in a calendar only once.")

    def sessions_on(self, day: date) -> Sessions:
        """The sessions of a day; a make-up day has those of the weekday that it replaces.

        An office that is closed on that weekday makes up for nothing: the day is as usual there.
        """
        entry = self._by_date.get(day)
        if entry is None:
            return self.usual_sessions_on(day)
        if entry.kind == EntryKind.MAKEUP_WORKDAY and entry.linked_date is not None:
            replaced = self._pattern_on(day).days[entry.linked_date.weekday()]
            return replaced or self.usual_sessions_on(day)
        return ()

    def usual_sessions_on(self, day: date) -> Sessions:
        """The sessions of its weekday, whatever the calendar says of the date."""
        return self._pattern_on(day).days[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return bool(self.sessions_on(day))

    def day_minutes(self, day: date) -> int:
        """How many minutes the office is open on that day."""
        return sum((end - start) // ONE_MINUTE for start, end in self.spans(day))

    def full_day_minutes(self, day: date) -> int:
        """Minutes of the longest day of the week that then holds: one working day in full."""
        return max(
            sum((end - start) // ONE_MINUTE for start, end in _moments(day, sessions))
            for sessions in self._pattern_on(day).days
        )

    def spans(self, day: date) -> tuple[Span, ...]:
        """The sessions of a day as pairs of local moments."""
        if day not in self._spans:
            self._spans[day] = _moments(day, self.sessions_on(day))
        return self._spans[day]

    def next_working_day(self, day: date) -> date:
        """That day itself when it is worked, otherwise the first worked day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def last_working_day(self, day: date) -> date:
        """That day itself when it is worked, otherwise the last worked day before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, which is not counted itself."""
        for _ in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The `count`-th working day before a day, which is not counted itself."""
        for _ in range(count):
            day = self.last_working_day(day - ONE_DAY)
        return day

    def opening(self, moment: datetime) -> datetime:
        """The moment itself inside a session, otherwise the start of the next session.

        Read to the minute, as slips print it: 17:00:40 is still the last minute of that day.
        """
        for start, end in self.spans(moment.date()):
            if moment < end + ONE_MINUTE:
                return min(max(moment, start), end)
        return self.spans(self.next_working_day(moment.date() + ONE_DAY))[0][0]

    def at_clock(self, day: date, clock: time) -> datetime:
        """A clock time on a working day: a gap gives the next session, the evening its end."""
        moment = datetime.combine(day, clock)
        for start, end in self.spans(day):
            if moment < end + ONE_MINUTE:
                return min(max(moment, start), end)
        return self.spans(day)[-1][1]

    def advance(self, moment: datetime, length: timedelta) -> datetime:
        """Go on by a length of session time; used up exactly, it stays at the session's end."""
        if not length:
            return moment
        for start, end in self._spans_from(moment.date()):
            available = end - max(moment, start)
            if length <= available:
                return max(moment, start) + length
            length -= max(available, timedelta())
        raise OverflowError("The date is too far away.")

    def session_time(self, start: datetime, end: datetime) -> timedelta:
        """The session time between two moments; nothing when the end is not after the start."""
        total, day = timedelta(), start.date()
        while day <= end.date():
            for opened, closed in self.spans(day):
                total += max(min(closed, end) - max(opened, start), timedelta())
            day += ONE_DAY
        return total

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_working_day(day))

    def _pattern_on(self, day: date) -> WeekPattern:
        in_force = self.pattern
        for first_day, pattern in self.changes:
            if first_day <= day:
                in_force = pattern
        return in_force

    def _spans_from(self, day: date) -> Iterator[Span]:
        while True:
            yield from self.spans(day)
            day += ONE_DAY


def _moments(day: date, sessions: Sessions) -> tuple[Span, ...]:
    return tuple(
        (datetime.combine(day, session.start), datetime.combine(day, session.end))
        for session in sessions
    )


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as stretches that neither overlap nor touch, earliest first."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
