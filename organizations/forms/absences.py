"""The form of an absence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from organizations import absences
from organizations.forms.fields import PersonChoice, today
from organizations.models import AbsenceReason, User


class AbsenceForm(Form):
    """From when until when, why, and who stands in."""

    valid_from = VietnameseDateField(label=gettext_lazy("First day"), initial=today)
    valid_to = VietnameseDateField(label=gettext_lazy("Last day"))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=AbsenceReason)
    substitute = PersonChoice(
        queryset=None, label=gettext_lazy("Substitute"), required=False,
        empty_label=gettext_lazy("Nobody: the head assigns the work"),
        help_text=gettext_lazy(
            "May take over the work in hand with the rights of his own positions. Approving and "
            "signing need a delegation."
        ),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), max_length=255, required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = absences.possible_substitutes(person)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first day."))
        return data
