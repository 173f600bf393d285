"""A linked group and its procedures, on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import BaseFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DecimalCommaField, Form, VietnameseDateField
from onestop.models import LimitUnit, LinkedGroup, LinkKind
from onestop.services.linked_groups import GroupFacts, MemberFacts

MOST_MEMBERS = 10


class LimitForm(Form):
    """A time limit, as the catalogue writes it: 0 within the day."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        unit, amount = data.get("limit_unit"), data.get("limit_amount")
        if unit == LimitUnit.SAME_DAY:
            data["limit_amount"] = Decimal(0)
        elif unit and not amount and "limit_amount" not in self.errors:
            self.add_error("limit_amount", _("Enter a number above 0."))
        return data


class GroupForm(LimitForm):
    code = forms.CharField(
        label=gettext_lazy("Code of the group"), max_length=20,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9.\-]*$", gettext_lazy("Capital letters, digits and points: LT.01")
            )
        ],
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Linked group"), max_length=300)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=LinkKind.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "One level: the lead gathers the results of the others. Different levels: the "
            "counter follows, and the result comes back to it."
        ),
    )  # fmt: skip
    limit_amount = DecimalCommaField(
        label=gettext_lazy("Total time limit"), required=False, min_value=0, max_value=9999
    )
    limit_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    decision = forms.CharField(
        label=gettext_lazy("Deciding document"), max_length=300, required=False
    )
    valid_from = VietnameseDateField(label=gettext_lazy("In force from"), required=False)
    valid_to = VietnameseDateField(label=gettext_lazy("In force until"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_to")
        if last and (first is None or last < first):
            self.add_error("valid_to", _("The last day comes after the first one."))
        return data

    def facts(self) -> GroupFacts:
        return GroupFacts(**self.cleaned_data)


class MemberForm(LimitForm):
    procedure_code = forms.RegexField(
        r"^[0-9]\.[0-9]{6}$", label=gettext_lazy("Procedure code"), required=False,
        error_messages={"invalid": gettext_lazy("A code looks like 1.001193.")},
    )  # fmt: skip
    is_lead = forms.BooleanField(label=gettext_lazy("Lead"), required=False)
    limit_amount = DecimalCommaField(
        label=gettext_lazy("Time limit of the part"), required=False, min_value=0, max_value=9999
    )
    limit_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("at the place of the lead or the counter")), *units,
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        if not self.data.get(self.add_prefix("procedure_code")):
            return self.cleaned_data  # an empty row
        return super().clean()

    def facts(self) -> MemberFacts:
        data = self.cleaned_data
        return MemberFacts(
            data["procedure_code"], data["is_lead"], data["limit_amount"], data["limit_unit"],
            data["unit"],
        )  # fmt: skip


_Base = forms.formset_factory(
    MemberForm, extra=2, max_num=MOST_MEMBERS, validate_max=True, absolute_max=MOST_MEMBERS
)


class MemberFormSet(_Base):  # type: ignore[misc, valid-type]
    """The procedures in the order in which the slip lists them; an empty row is none."""

    @classmethod
    def of(
        cls, data: Any, group: LinkedGroup | None, units: list[tuple[int, str]]
    ) -> BaseFormSet[MemberForm]:
        rows = group.members.select_related("procedure") if group else []
        initial = [
            {
                "procedure_code": row.procedure.code, "is_lead": row.is_lead,
                "limit_amount": row.limit_amount, "limit_unit": row.limit_unit,
                "unit": row.unit_id,
            }
            for row in rows
        ]  # fmt: skip
        made: BaseFormSet[MemberForm] = cls(
            data, prefix="members", initial=initial, form_kwargs={"units": units}
        )
        return made

    def facts(self) -> list[MemberFacts]:
        return [form.facts() for form in self.forms if form.cleaned_data.get("procedure_code")]


class EndForm(Form):
    last_day = VietnameseDateField(label=gettext_lazy("Last day"))
