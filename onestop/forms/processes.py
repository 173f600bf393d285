"""Forms of internal processes: search and the table of steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DecimalCommaField, Form
from onestop.forms.catalogue import ALL, ShortText
from onestop.models import LimitUnit, ProcessState, StepKind
from onestop.rules.processes import StepData
from organizations.roles import role_choices

NOT_COUNTED: list[tuple[str, Any]] = [("", gettext_lazy("not counted"))]
OWN_UNIT: list[tuple[Any, Any]] = [("", gettext_lazy("the dossier's own unit"))]


class ProcessSearchForm(Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Code, name or field"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *ProcessState.choices]
    )


class ProcessUnitForm(Form):
    """Whose own process it shall be; nobody's: the general one."""

    unit = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", ""), *units]  # type: ignore[attr-defined]


class StepForm(Form):
    """One step. An empty row is left out."""

    order = forms.IntegerField(
        label=gettext_lazy("Order"), required=False, min_value=1, max_value=999
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of step"), choices=StepKind.choices)
    name = forms.CharField(label=gettext_lazy("Step"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=role_choices)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"), coerce=int, empty_value=None, required=False
    )
    share_amount = DecimalCommaField(
        label=gettext_lazy("Share of time"), required=False, min_value=Decimal(0),
        max_digits=8, decimal_places=2,
    )  # fmt: skip
    share_unit = forms.ChoiceField(
        label=gettext_lazy("Counted in"), required=False,
        choices=[*NOT_COUNTED, *(c for c in LimitUnit.choices if c[0] != "same_day")],
    )  # fmt: skip
    is_iso = forms.BooleanField(label=gettext_lazy("ISO 9000"), required=False)
    content = forms.CharField(
        label=gettext_lazy("Content"),
        max_length=3000,
        required=False,
        widget=ShortText,
    )
    responsible_text = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [*OWN_UNIT, *units]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        amount, unit = cleaned.get("share_amount"), cleaned.get("share_unit")
        if amount and not unit:
            self.add_error("share_unit", _("Choose what the share is counted in."))
        return cleaned

    def data_of(self) -> StepData:
        values = self.cleaned_data
        amount = values["share_amount"] or None
        return StepData(
            kind=values["kind"],
            name=values["name"],
            role=values["role"],
            content=values["content"],
            unit_id=values["unit"],
            share_amount=amount,
            share_unit=values["share_unit"] if amount else "",
            needs_approval=values["kind"] == StepKind.APPROVE,
            is_iso=values["is_iso"],
            responsible_text=values["responsible_text"],
        )


_Base = forms.formset_factory(
    StepForm, extra=2, can_delete=True, max_num=60, validate_max=True, absolute_max=80
)


class StepFormSet(_Base):  # type: ignore[misc, valid-type]
    """The steps in the order of their numbers; a row without a number goes to the end."""

    @classmethod
    def of(
        cls, data: Any, steps: list[StepData], units: list[tuple[int, str]]
    ) -> BaseFormSet[StepForm]:
        """The form for these steps."""
        initial = [
            vars(step) | {"unit": step.unit_id, "order": number}
            for number, step in enumerate(steps, start=1)
        ]
        made: BaseFormSet[StepForm] = cls(
            data, prefix="steps", initial=initial, form_kwargs={"units": units}
        )
        return made

    def steps(self) -> list[StepData]:
        rows = [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        rows.sort(key=lambda form: form.cleaned_data["order"] or 1000)
        return [form.data_of() for form in rows]
