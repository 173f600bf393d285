"""What the demo did on earlier days: acts of several people, each at its hour, in one order."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

from organizations.calendars import calendar_for

Life = Iterator[float]  # each `yield` says after how many working hours it goes on


class Past:
    """Lives that go on side by side, so numbers follow their days. None goes beyond now."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self._waiting: list[tuple[dt.datetime, int, Life]] = []
        self._turns = itertools.count()

    def begin(self, life: Life, *, working_days_ago: int) -> None:
        """It begins in the morning of that day."""
        calendar, day = calendar_for(), timezone.localdate(self.now)
        for _ in range(working_days_ago):
            day = calendar.last_working_day(day - dt.timedelta(days=1))
        morning = calendar.opening(dt.datetime.combine(day, dt.time()))
        self._wait(timezone.make_aware(morning), life)

    def go_on(self, life: Life, after: float) -> None:
        """It begins so many working hours from the moment at which this is said."""
        begun = calendar_for().advance(
            timezone.make_naive(timezone.now()), dt.timedelta(hours=after)
        )
        self._wait(timezone.make_aware(begun), life)

    def play(self) -> None:
        """Everything, the earliest first."""
        while self._waiting:
            moment, _turn, life = heapq.heappop(self._waiting)
            with _at(moment):
                after = next(life, None)
                if after is not None:
                    self.go_on(life, after)

    def _wait(self, moment: dt.datetime, life: Life) -> None:
        heapq.heappush(self._waiting, (min(moment, self.now), next(self._turns), life))


@contextmanager
def _at(moment: dt.datetime) -> Iterator[None]:
    """The services ask `timezone.now()`: it is that moment."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
