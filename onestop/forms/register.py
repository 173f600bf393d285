"""Which register: a unit and a period."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from onestop.queries.register import units_with_register
from organizations.models import Unit, User

LONGEST = dt.timedelta(days=366)


class RegisterForm(Form):
    """All of it lives in the address; without one, the first unit and this month."""

    don_vi = forms.TypedChoiceField(label=gettext_lazy("Receiving office"), coerce=int)
    tu_ngay = VietnameseDateField(label=gettext_lazy("From"))
    den_ngay = VietnameseDateField(label=gettext_lazy("To day"))

    def __init__(self, data: Any, user: User) -> None:
        self.units = {unit.pk: unit for unit in units_with_register(user)}
        today, full = timezone.localdate(), data.copy()
        full.setdefault("don_vi", str(next(iter(self.units), "")))
        full.setdefault("tu_ngay", f"{today.replace(day=1):%d/%m/%Y}")
        full.setdefault("den_ngay", f"{today:%d/%m/%Y}")
        super().__init__(full)
        self.fields["don_vi"].choices = [  # type: ignore[attr-defined]
            (unit.pk, unit.name) for unit in self.units.values()
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("tu_ngay"), data.get("den_ngay")
        if first and last and first > last:
            self.add_error("den_ngay", _("The last day must not be before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("den_ngay", _("A register covers one year at most."))
        return data

    @property
    def unit(self) -> Unit:
        return self.units[self.cleaned_data["don_vi"]]

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        return self.cleaned_data["tu_ngay"], self.cleaned_data["den_ngay"]
