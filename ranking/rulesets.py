"""The dated rules of the yearly assessment that are not the framework's own; chosen by today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from common.working_time import Calendar
from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

NOWHERE = f"days, 0: none; QĐ 1278/QĐ-CTUBND names the dates and no reminder; {CHOICE}"


@dataclass(frozen=True)
class RankingRules:
    """When the portal measures beforehand, and how long before a date of the year it reminds."""

    preview_day: int = setting(1, f"of the month, from which on it is made; 0: not made; {CHOICE}")
    remind_first_days: int = setting(14, NOWHERE)
    remind_second_days: int = setting(5, NOWHERE)
    remind_last_days: int = setting(1, NOWHERE)

    def rung_on(self, today: dt.date, due: dt.date, calendar: Calendar) -> int | None:
        """The rung that is reached: the nearest to the date. None: too early, or it is over.

        A rung that was missed because nothing ran is not made up when a nearer one is reached.
        """
        if today > due:
            return None
        reached = (n for n, day in self.rungs(due, calendar) if day <= today)
        return min(reached, default=None)

    def rungs(self, due: dt.date, calendar: Calendar) -> list[tuple[int, dt.date]]:
        """Each rung with its day: so many days before, or the last working day before that."""
        rungs = (self.remind_first_days, self.remind_second_days, self.remind_last_days)
        days = [(each, due - dt.timedelta(days=each)) for each in rungs if each > 0]
        return [(each, calendar.last_working_day(day)) for each, day in days]


RANKING = register("ranking", RankingRules)
