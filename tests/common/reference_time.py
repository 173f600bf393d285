"""The same rules as `common.working_time`, told slowly and plainly, minute by minute.

Written apart from it and sharing no code with it: moments are whole minutes since 1/1/2024 in
local time, and an office is the plain set of its open minutes.
"""

from datetime import date, datetime, timedelta

DAY = 24 * 60
FIRST = date(2024, 1, 1)
DAYS = 366 * 6


def minute_of(moment: datetime) -> int:
    return int((moment - datetime(2024, 1, 1)).total_seconds()) // 60


def moment_of(minute: int) -> datetime:
    return datetime(2024, 1, 1) + timedelta(minutes=minute)


class Office:
    """`week[0..6]` lists (first minute, last minute) of a weekday's sessions, Monday first."""

    def __init__(self, week, off=(), makeup=None):
        self.open = set()  # minute m is here when the office is open from m to m + 1
        self.mark = set()  # minute m is here when "received at m" is within a session
        self.length = [0] * DAYS
        self.last_mark = [None] * DAYS
        for number in range(DAYS):
            today = FIRST + timedelta(days=number)
            sessions = [] if today in off else week[today.weekday()]
            if makeup and today in makeup:
                sessions = week[makeup[today].weekday()] or week[today.weekday()]
            for start, end in sessions:
                for minute in range(start, end):
                    self.open.add(number * DAY + minute)
                    self.mark.add(number * DAY + minute)
                self.mark.add(number * DAY + end)
                self.length[number] += end - start
                self.last_mark[number] = number * DAY + end

    def begin(self, minute):
        while minute not in self.mark:
            minute += 1
        return minute

    def later(self, minute, count):
        while count:
            if minute in self.open:
                count -= 1
            minute += 1
        return minute

    def on_day(self, number, clock):
        if number * DAY + clock > self.last_mark[number]:
            return self.last_mark[number]
        return self.begin(number * DAY + clock)

    def workday_after(self, number):
        number += 1
        while not self.length[number]:
            number += 1
        return number

    def off_to_workday(self, minute):
        number, clock = divmod(minute, DAY)
        while not self.length[number]:
            number += 1
        return self.on_day(number, clock)

    def due(self, received, tenths, unit, cutoff=None, pauses=()):
        """`tenths` of a unit; `cutoff` is a minute of the day; pauses are pairs of minutes."""
        start = self.begin(received)
        if cutoff is not None and start // DAY == received // DAY and received % DAY > cutoff:
            start = self.begin(self.workday_after(start // DAY) * DAY)
        stopped = set()
        for pause_from, pause_to in pauses:
            stopped.update(range(max(pause_from, received), pause_to))
        if unit in ("days", "months"):
            if unit == "days":
                end = start + tenths // 10 * DAY
            else:
                end = self.months_later(start, tenths // 10)
            # A longer pause may not end earlier than a shorter one: the latest of all of them.
            return max(self.off_to_workday(end + more) for more in range(len(stopped) + 1))
        if unit == "working_days":
            number = start // DAY
            for _ in range(tenths // 10):
                number = self.workday_after(number)
            share = self.length[number] * (tenths % 10)
            assert share % 10 == 0
            end = self.later(self.on_day(number, start % DAY), share // 10)
        elif unit == "hours":
            end = self.later(start, tenths * 6)
        elif unit == "minutes":
            end = self.later(start, tenths // 10)
        else:
            end = self.last_mark[start // DAY]
        return self.later(end, len(stopped & self.open))

    def months_later(self, start, months):
        day, clock = FIRST + timedelta(days=start // DAY), start % DAY
        year, month, number = day.year, day.month, day.day
        for _ in range(months):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        while True:
            try:
                return minute_of(datetime(year, month, number)) + clock
            except ValueError:  # no such day in that month: the day before
                number -= 1
