"""The decision under which a ranking is published, and what is tried on its figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DecimalCommaField, Form, VietnameseDateField

if TYPE_CHECKING:
    from ranking.queries.improving import Item


class ApproveForm(Form):
    """`today`: of the year, which a demo may rehearse."""

    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decided_on = VietnameseDateField(label=_("Decision date"))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_decided_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["decided_on"]
        if day > self.today:
            raise forms.ValidationError(_("The decision cannot be of a day that is to come."))
        return day


class StepForm(Form):
    """How many points more or less a unit is tried with."""

    step = DecimalCommaField(
        label=_("Points more or less"), min_value=Decimal(0), max_value=Decimal(1000),
        max_digits=10, decimal_places=6,
    )  # fmt: skip


class TryForm(Form):
    """Points that a unit tries on its criteria; what is left empty stays as it is."""

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = {self.name_of(item): item.node.pk for item in items}
        for item in items:
            self.fields[self.name_of(item)] = DecimalCommaField(
                label=f"{item.node.code}. {item.node.title}", required=False, max_digits=30,
                decimal_places=20, min_value=Decimal(0), max_value=item.gain.most,
            )  # fmt: skip

    @staticmethod
    def name_of(item: Item) -> str:
        return f"c{item.node.pk}"

    @property
    def points(self) -> dict[int, Decimal]:
        """By criterion, of those that were filled in."""
        return {
            self._names[name]: value
            for name, value in self.cleaned_data.items()
            if value is not None
        }
