"""Which period of linked parts, and the parts behind which figure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from onestop.queries.part_figures import KINDS

LONGEST = dt.timedelta(days=366)


class PartPeriodForm(Form):
    """All of it lives in the address; without one, this month."""

    tu_ngay = VietnameseDateField(label=gettext_lazy("From"))
    den_ngay = VietnameseDateField(label=gettext_lazy("To day"))
    don_vi = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    nhom = forms.ChoiceField(
        required=False, choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput
    )

    def __init__(self, data: Any) -> None:
        today, full = timezone.localdate(), data.copy()
        full.setdefault("tu_ngay", f"{today.replace(day=1):%d/%m/%Y}")
        full.setdefault("den_ngay", f"{today:%d/%m/%Y}")
        super().__init__(full)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("tu_ngay"), data.get("den_ngay")
        if first and last and not dt.timedelta(0) <= last - first <= LONGEST:
            self.add_error("den_ngay", _("Choose a period of one year at most."))
        return data

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        return self.cleaned_data["tu_ngay"], self.cleaned_data["den_ngay"]

    @property
    def unit(self) -> str:
        return str(self.cleaned_data["don_vi"])

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["nhom"] or "all")
