"""Which days a dashboard tells of: a week, month, quarter or year of the address, and the one
before to compare with. No database, no clock.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.working_time import add_months
from reports.periods import MONTHS, ONE, span_of
from reports.periods import PeriodKind as Kind
from reports.rules import FIRST_DAY, Period

WRITTEN = re.compile(
    r"(?P<year>2\d{3})(?:-(?P<month>\d{2})|-Q(?P<quarter>[1-4])|-W(?P<week>\d{2}))?"
)


@dataclass(frozen=True)
class Chosen:
    """A period of the calendar as far as it has come; never empty, never in the future."""

    kind: Kind
    first: dt.date
    today: dt.date

    @property
    def end(self) -> dt.date:
        """Its last day in the calendar."""
        return span_of(self.kind, self.first).last

    @property
    def period(self) -> Period:
        return Period(self.first, min(self.end, self.today))

    @property
    def is_running(self) -> bool:
        return self.end > self.today

    @property
    def previous(self) -> Chosen:
        if self.kind == Kind.WEEKLY:
            return Chosen(self.kind, self.first - 7 * ONE, self.today)
        return Chosen(self.kind, add_months(self.first, -MONTHS[self.kind]), self.today)

    @property
    def before(self) -> Period:
        """The period before; while this one runs, as many days of it as this one has had."""
        whole = self.previous.period
        if not self.is_running:
            return whole
        return Period(whole.first, min(whole.last, whole.first + (self.today - self.first)))

    @property
    def key(self) -> str:
        """As it stands in an address: 2026-W47, 2026-11, 2026-Q4, 2026."""
        if self.kind == Kind.WEEKLY:
            year, week, _weekday = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        if self.kind == Kind.QUARTERLY:
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}" if self.kind == Kind.MONTHLY else f"{self.first.year}"

    @property
    def words(self) -> str:
        known = {"year": self.first.year, "month": f"{self.first:%m/%Y}",
                 "quarter": (self.first.month + 2) // 3, "first": f"{self.first:%d/%m}",
                 "last": f"{self.end:%d/%m/%Y}"}  # fmt: skip
        said = {
            Kind.WEEKLY: _("Week %(first)s–%(last)s"), Kind.MONTHLY: _("Month %(month)s"),
            Kind.QUARTERLY: _("Quarter %(quarter)s/%(year)s"), Kind.YEARLY: _("Year %(year)s"),
        }[self.kind]  # fmt: skip
        return said % known

    @property
    def days_words(self) -> str:
        return days_words(self.period)

    @property
    def before_words(self) -> str:
        return days_words(self.before)


def days_words(period: Period) -> str:
    first = f"{period.first:%d/%m}" if period.first.year == period.last.year else (
        f"{period.first:%d/%m/%Y}")  # fmt: skip
    return f"{first}–{period.last:%d/%m/%Y}"


def this(kind: Kind, today: dt.date) -> Chosen:
    """The period of that kind in which the day lies."""
    return Chosen(kind, span_of(kind, today).first, today)


def chosen(text: str, today: dt.date) -> Chosen:
    """What the address asks for; this month for anything else, and for what has not begun."""
    found = _read(text, today)
    is_known = found is not None and FIRST_DAY <= found.first <= today
    return found if found and is_known else this(Kind.MONTHLY, today)


def _read(text: str, today: dt.date) -> Chosen | None:
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    try:
        if match["week"]:
            return Chosen(Kind.WEEKLY, dt.date.fromisocalendar(year, int(match["week"]), 1), today)
        if match["month"]:
            return Chosen(Kind.MONTHLY, dt.date(year, int(match["month"]), 1), today)
    except ValueError:
        return None
    if match["quarter"]:
        return Chosen(Kind.QUARTERLY, dt.date(year, int(match["quarter"]) * 3 - 2, 1), today)
    return Chosen(Kind.YEARLY, dt.date(year, 1, 1), today)


def options(now: Chosen) -> list[Chosen]:
    """What a person is offered; the one that is shown always among them."""
    found = []
    for kind, count in (
        (Kind.WEEKLY, 4),
        (Kind.MONTHLY, 12),
        (Kind.QUARTERLY, 4),
        (Kind.YEARLY, 2),
    ):
        each = this(kind, now.today)
        for _number in range(count):
            found.append(each)
            each = each.previous
    return found if now in found else [now, *found]
