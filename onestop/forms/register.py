"""Which register: a unit and a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import PeriodForm
from onestop.queries.register import units_with_register
from organizations.models import Unit, User


class RegisterForm(PeriodForm):
    """All of it lives in the address; without one, the first unit and this month."""

    too_long = gettext_lazy("A register covers one year at most.")
    field_order = ("don_vi",)
    don_vi = forms.TypedChoiceField(label=gettext_lazy("Receiving office"), coerce=int)

    def __init__(self, data: Any, user: User) -> None:
        self.units = {unit.pk: unit for unit in units_with_register(user)}
        super().__init__(data, don_vi=str(next(iter(self.units), "")))
        self.fields["don_vi"].choices = [  # type: ignore[attr-defined]
            (unit.pk, unit.name) for unit in self.units.values()
        ]

    @property
    def unit(self) -> Unit:
        return self.units[self.cleaned_data["don_vi"]]
