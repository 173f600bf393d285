"""Which period of linked parts, and the parts behind which figure."""

from __future__ import annotations

from django import forms

from common.forms import PeriodForm
from onestop.queries.part_figures import KINDS


class PartPeriodForm(PeriodForm):
    """All of it lives in the address; without one, this month."""

    backwards = PeriodForm.too_long
    don_vi = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    nhom = forms.ChoiceField(
        required=False, choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput
    )

    @property
    def unit(self) -> str:
        return str(self.cleaned_data["don_vi"])

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["nhom"] or "all")
