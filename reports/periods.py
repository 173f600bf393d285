"""Periods of reports: which days they have, when their report is made. No database, no clock."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.working_time import add_months
from reports.rules import Period, last_of_month

ONE = dt.timedelta(days=1)


class PeriodKind(models.TextChoices):
    WEEKLY = "weekly", _("Week")
    MONTHLY = "monthly", _("Month")
    QUARTERLY = "quarterly", _("Quarter")
    HALF_YEAR = "half_year", _("Half year")
    YEARLY = "yearly", _("Year")
    CUSTOM = "custom", _("Other days")


MONTHS = {PeriodKind.MONTHLY: 1, PeriodKind.QUARTERLY: 3, PeriodKind.HALF_YEAR: 6,
          PeriodKind.YEARLY: 12}  # fmt: skip
SCHEDULED = (PeriodKind.WEEKLY, *MONTHS)


def span_of(kind: str, day: dt.date) -> Period:
    """The week, month, quarter, half year or year in which a day lies."""
    if kind == PeriodKind.WEEKLY:
        monday = day - dt.timedelta(days=day.weekday())
        return Period(monday, monday + dt.timedelta(days=6))
    months = MONTHS[PeriodKind(kind)]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return Period(first, add_months(first, months) - ONE)


def made_on(kind: str, period: Period, number: int) -> dt.date:
    """The day on which its report is made: that day (1 is the first, a Monday of weeks) of the
    week or month after, or the last day of a shorter month."""
    after = period.after
    most = 7 if kind == PeriodKind.WEEKLY else last_of_month(after).day
    return after + (min(number, most) - 1) * ONE
