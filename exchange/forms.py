"""Which days are sent again; which messages of the bus are shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from exchange.states import Way


class DaysForm(Form):
    first = VietnameseDateField(label=gettext_lazy("First day"))
    last = VietnameseDateField(label=gettext_lazy("Last day"))


class BusFilterForm(Form):
    """Which messages of the bus are shown; names are those of the address."""

    chieu = forms.ChoiceField(
        label=gettext_lazy("Direction"), required=False,
        choices=[("", gettext_lazy("Both")), *Way.choices],
    )  # fmt: skip
    q = forms.CharField(
        label=gettext_lazy("Document or agency"), required=False, max_length=120
    )  # fmt: skip
