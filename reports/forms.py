"""Which period, of which unit, and what is said about a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from organizations.models import Unit, User
from organizations.rulesets import rules
from reports.models import PeriodKind
from reports.periods import span_of
from reports.queries.reported import units_with_figures
from reports.rules import By, Period
from reports.rulesets import REPORT

ROWS = [
    (By.AGENCY.value, gettext_lazy("By agency")),
    (By.FIELD.value, gettext_lazy("By field")),
]


class MakeForm(Form):
    """A kind and a day in it, or both days of any other period."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Unit"),
        help_text=gettext_lazy(
            "Figures count by the unit that is competent: a division that is competent for no "
            "procedure has none and is not offered"
        ),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=gettext_lazy("Rows"),
        choices=ROWS,
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Period"), choices=PeriodKind)
    first = VietnameseDateField(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("Of a week, month, quarter or year: any day in it"),
    )
    last = VietnameseDateField(
        label=gettext_lazy("Last day"), required=False,
        help_text=gettext_lazy("Only of other days; included"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_with_figures(user)
        self.fields["unit"].queryset = units.in_tree_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, kind = data.get("first"), data.get("kind")
        if not first or not kind:
            return data
        if kind != PeriodKind.CUSTOM:
            period = span_of(kind, first)
            data["first"], data["last"] = period.first, period.last
            if period.last > timezone.localdate():
                raise ValidationError(_("This period is not over yet. Choose “Other days”."))
        elif not data.get("last"):
            self.add_error("last", _("Enter the last day."))
        elif data["last"] < first:
            self.add_error("last", _("The last day lies before the first one."))
        elif data["last"] > timezone.localdate():
            self.add_error("last", _("The last day has not come yet."))
        elif Period(first, data["last"]).days > (most := rules(REPORT, data["last"]).longest_days):
            words = _("A report covers at most %(n)s days.")
            self.add_error("last", words % {"n": localize(most)})
        return data


class CommentForm(Form):
    """What must be said beside the figures: why something is late, what is put right."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
