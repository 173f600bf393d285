"""When something is due: limits, pauses and extensions laid over an office's calendar.

Every datetime that comes in is aware; every datetime that goes out is aware in Vietnam's time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from common.working_time.calendar import ONE_DAY, Calendar, Span, union

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# A slip of the keys makes 9999 or 0206 of 2026; arithmetic on such days overflows or never ends
YEARS = range(1900, 2200)


class TimeUnit(StrEnum):
    """What a procedure's time limit is counted in."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"
    MINUTES = "minutes"
    SAME_DAY = "same_day"


WITH_FRACTIONS = {TimeUnit.WORKING_DAYS, TimeUnit.HOURS}
BY_CALENDAR = {TimeUnit.DAYS, TimeUnit.MONTHS}
LARGEST = {  # about a hundred years in each unit: more is a slip of the pen
    TimeUnit.WORKING_DAYS: 25_000,
    TimeUnit.DAYS: 36_500,
    TimeUnit.MONTHS: 1_200,
    TimeUnit.HOURS: 200_000,
    TimeUnit.MINUTES: 12_000_000,
    TimeUnit.SAME_DAY: 0,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit; received after `cutoff` counts as the start of the next working day.

    Fractions exist only for working days and hours; `same_day` has the amount 0.
    """

    amount: Decimal
    unit: TimeUnit
    cutoff: time | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", TimeUnit(self.unit))
        object.__setattr__(self, "amount", Decimal(self.amount))
        if not self.amount.is_finite() or self.amount < 0:
            raise ValueError("A time limit cannot be negative.")
        if self.amount > LARGEST[self.unit]:
            raise ValueError(f"A time limit in {self.unit} is at most {LARGEST[self.unit]}.")
        if self.amount % 1 and self.unit not in WITH_FRACTIONS:
            raise ValueError("Only working days and hours can have fractions.")


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which the clock stands still (waiting for papers or for a payment)."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("A pause cannot end before it begins.")


@dataclass(frozen=True, slots=True)
class Extension:
    """A new moment agreed on some day; only pauses after the agreement move it further."""

    until: datetime
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due; provisional ("dự kiến") beyond the calendar's last known year."""

    at: datetime
    provisional: bool = False


def due(
    calendar: Calendar,
    start: datetime,
    limit: Limit,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
) -> Due:
    """When a limit that began to run at `start` ends.

    A pause adds its own length to the moment computed without it: session time, or calendar
    time for `days` and `months`, before the move off a day off. What lies before the start is
    not a pause of this clock; overlaps count once. The later of limit and extension holds.
    Sources: Civil Code 2015, articles 147-148; Decree 61/2018/NĐ-CP, articles 17-19.
    """
    received, pauses = _naive(start), list(pauses)
    begun = _begin(calendar, received, limit.cutoff)
    ends = [_end(calendar, begun, limit, _since(pauses, received))]
    for extension in extensions:
        paused = _since(pauses, _naive(extension.agreed_at))
        ends.append(_later(calendar, _naive(extension.until), limit.unit, paused))
    years = [max(ends).year, *(_naive(pause.end).year for pause in pauses)]
    return Due(_aware(max(ends)), provisional=max(years) > calendar.last_known_year)


def clock_start(calendar: Calendar, received: datetime, cutoff: time | None = None) -> datetime:
    """When the clock of what is received at that moment begins: in a session, after a cut-off the
    next working day."""
    return _aware(_begin(calendar, _naive(received), cutoff))


def elapsed(calendar: Calendar, start: datetime, end: datetime, unit: TimeUnit | str) -> Fraction:
    """How much of a unit has passed, exactly: the reverse of `due`; 0 when `end` is earlier.

    Working days are whole days at the same clock time plus the rest as a share of the last
    day's minutes. Calendar days are the difference of the dates.
    """
    unit, begun, ended = TimeUnit(unit), calendar.opening(_naive(start)), _naive(end)
    if unit == TimeUnit.DAYS:
        return Fraction(max((ended.date() - begun.date()).days, 0))
    if unit == TimeUnit.WORKING_DAYS:
        whole, rest, day = whole_days_and_rest(calendar, start, end)
        return whole + _ratio(rest, timedelta(minutes=calendar.day_minutes(day)))
    if unit in (TimeUnit.HOURS, TimeUnit.MINUTES):
        size = timedelta(hours=1) if unit == TimeUnit.HOURS else timedelta(minutes=1)
        return _ratio(calendar.session_time(begun, ended), size)
    raise ValueError(f"Time that has passed is not counted in {unit}.")


def session_minutes(
    calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> Fraction:
    """Minutes of opening time between two moments, without the pauses: the time in hand."""
    begun, ended = _naive(start), _naive(end)
    total = calendar.session_time(begun, ended)
    for paused, resumed in _since(pauses, begun):
        total -= calendar.session_time(paused, min(resumed, ended))
    return _ratio(total, timedelta(minutes=1))


def planned_step_ends(
    calendar: Calendar,
    start: datetime,
    shares: Sequence[Decimal],
    limit: Limit,
    pauses: Iterable[Pause] = (),
) -> list[datetime]:
    """When each step of a process should end: one after another, the last at the due moment.

    Shares are amounts in the limit's unit (0 for a step without a time of its own). Units
    without fractions divide the open time up to the due moment in proportion to the shares.
    To judge a step, give the pauses up to its closing: they move every end by their length.
    """
    if not shares:
        return []
    if any(share < 0 for share in shares):
        raise ValueError("A step's share of the time cannot be negative.")
    pauses = list(pauses)
    last = due(calendar, start, limit, pauses).at
    ends: list[datetime] = []
    for number in range(1, len(shares)):
        used = sum(shares[:number], Decimal())
        if limit.unit in WITH_FRACTIONS:
            end = due(calendar, start, Limit(used, limit.unit, limit.cutoff), pauses).at
        else:
            end = _part(calendar, start, limit, Fraction(used), Fraction(sum(shares)), pauses)
        ends.append(min(max([end, *ends[-1:]]), last))
    return [*ends, last]


def next_working_moment(calendar: Calendar, moment: datetime) -> datetime:
    """The moment itself inside a session, otherwise the start of the next session."""
    return _aware(calendar.opening(_naive(moment)))


def add_working_days(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th working day after a day, which is not counted itself."""
    return calendar.add_working_days(day, count)


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` is earlier."""
    return calendar.working_days_between(start, end)


def _begin(calendar: Calendar, received: datetime, cutoff: time | None) -> datetime:
    """When the clock begins; the cut-off is read to the minute, 15:00:40 is not after 15:00."""
    begun = calendar.opening(received)
    minute = received.time().replace(second=0, microsecond=0)
    if cutoff is not None and begun.date() == received.date() and minute > cutoff:
        return calendar.at_clock(calendar.add_working_days(begun.date(), 1), time.min)
    return begun


def _end(calendar: Calendar, begun: datetime, limit: Limit, paused: list[Span]) -> datetime:
    whole = int(limit.amount)
    rest = Fraction(limit.amount) - whole
    if limit.unit == TimeUnit.SAME_DAY:
        end = calendar.spans(begun.date())[-1][1]
    elif limit.unit == TimeUnit.WORKING_DAYS:
        day = calendar.add_working_days(begun.date(), whole)
        part = _times(timedelta(minutes=calendar.day_minutes(day)), rest)
        end = calendar.advance(calendar.at_clock(day, begun.time()), part)
    elif limit.unit == TimeUnit.DAYS:
        end = begun + timedelta(days=whole)
    elif limit.unit == TimeUnit.MONTHS:
        end = datetime.combine(add_months(begun.date(), whole), begun.time())
    else:
        size = timedelta(hours=1) if limit.unit == TimeUnit.HOURS else timedelta(minutes=1)
        end = calendar.advance(begun, _times(size, Fraction(limit.amount)))
    return _later(calendar, end, limit.unit, paused)


def _later(calendar: Calendar, end: datetime, unit: TimeUnit, paused: list[Span]) -> datetime:
    """An end moved by the pauses, each in the measure of the unit."""
    if unit in BY_CALENDAR:
        length = sum((resumed - stopped for stopped, resumed in paused), timedelta())
        return _settle(calendar, end, end + length)
    length = sum((calendar.session_time(*span) for span in paused), timedelta())
    return calendar.advance(calendar.opening(end), length)


def _settle(calendar: Calendar, without_pauses: datetime, end: datetime) -> datetime:
    """Move an end off a day off, to the same clock time of the next working day.

    A longer pause must not end earlier than a shorter one: where pauses carried the end past
    a midnight of the days off, the term ends with the working day that follows them
    (Civil Code 2015, article 148 clause 5).
    """
    day = calendar.next_working_day(end.date())
    first_off = day
    while first_off > without_pauses.date() and not calendar.is_working_day(first_off - ONE_DAY):
        first_off -= ONE_DAY
    carried = first_off < end.date()
    return calendar.at_clock(day, time.max if carried else end.time())


def _part(
    calendar: Calendar,
    start: datetime,
    limit: Limit,
    used: Fraction,
    total: Fraction,
    pauses: list[Pause],
) -> datetime:
    """The moment when a part of the open time up to the due moment has gone."""
    received = _naive(start)
    begun = _begin(calendar, received, limit.cutoff)
    whole = calendar.session_time(begun, _end(calendar, begun, limit, []))
    end = calendar.advance(begun, _times(whole, used / total if total else Fraction()))
    return _aware(_later(calendar, end, limit.unit, _since(pauses, received)))


def whole_days_and_rest(
    calendar: Calendar, start: datetime, end: datetime
) -> tuple[int, timedelta, date]:
    """Working days at the same clock time, the open time after them, and its first day."""
    begun, ended = calendar.opening(_naive(start)), _naive(end)
    if ended <= begun:
        return 0, timedelta(), begun.date()
    whole = calendar.working_days_between(begun.date(), ended.date())
    day = calendar.add_working_days(begun.date(), whole)
    if whole and calendar.at_clock(day, begun.time()) > ended:
        whole -= 1
        day = calendar.add_working_days(begun.date(), whole)
    return whole, calendar.session_time(calendar.at_clock(day, begun.time()), ended), day


def add_months(day: date, count: int) -> date:
    """The same day number so many months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - ONE_DAY
    return first.replace(day=min(day.day, last.day))


def _since(pauses: Iterable[Pause], start: datetime) -> list[Span]:
    """The pauses as stretches that count once, cut to what lies after `start`."""
    spans = ((max(_naive(pause.start), start), _naive(pause.end)) for pause in pauses)
    return union((stopped, resumed) for stopped, resumed in spans if stopped < resumed)


def _times(length: timedelta, factor: Fraction) -> timedelta:
    """A multiple of a length, exact to the microsecond."""
    return timedelta(microseconds=round(length // timedelta(microseconds=1) * factor))


def _ratio(length: timedelta, size: timedelta) -> Fraction:
    microsecond = timedelta(microseconds=1)
    return Fraction(length // microsecond, size // microsecond)


def _naive(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment must say its offset from UTC.")
    return moment.astimezone(LOCAL).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=LOCAL)
