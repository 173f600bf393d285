"""Of which days the shares are counted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from common.forms import PeriodForm
from documents.queries.shares import Days


class DaysForm(PeriodForm):
    """It lives in the address; without one, this month until today."""

    too_long = gettext_lazy("One year is counted at most.")

    @property
    def days(self) -> Days:
        return Days(*self.period)

    @property
    def address(self) -> str:
        """The days, for the address of the rows behind a figure."""
        days = self.days
        return f"tu_ngay={days.first:%d/%m/%Y}&den_ngay={days.last:%d/%m/%Y}"
