"""Of which days the shares are counted."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from documents.forms.books import LONGEST
from documents.queries.shares import Days


class DaysForm(Form):
    """It lives in the address; without one, this month until today."""

    tu_ngay = VietnameseDateField(label=gettext_lazy("From"))
    den_ngay = VietnameseDateField(label=gettext_lazy("To day"))

    def __init__(self, data: Any) -> None:
        today, full = timezone.localdate(), data.copy()
        full.setdefault("tu_ngay", f"{today.replace(day=1):%d/%m/%Y}")
        full.setdefault("den_ngay", f"{today:%d/%m/%Y}")
        super().__init__(full)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("tu_ngay"), data.get("den_ngay")
        if first and last and first > last:
            self.add_error("den_ngay", _("The last day must not be before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("den_ngay", _("One year is counted at most."))
        return data

    @property
    def days(self) -> Days:
        return Days(self.cleaned_data["tu_ngay"], self.cleaned_data["den_ngay"])

    @property
    def address(self) -> str:
        """The days, for the address of the rows behind a figure."""
        days = self.days
        return f"tu_ngay={days.first:%d/%m/%Y}&den_ngay={days.last:%d/%m/%Y}"
