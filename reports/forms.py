"""Which period, of which unit, and what is said about a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from organizations import access
from organizations.models import AGENCY_KINDS, Unit, UnitKind, User
from reports.models import PeriodKind
from reports.rules import By, last_of_month

MONTHS = {PeriodKind.MONTHLY: 1, PeriodKind.QUARTERLY: 3, PeriodKind.HALF_YEAR: 6,
          PeriodKind.YEARLY: 12}  # fmt: skip


def span_of(kind: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the week, month, quarter, half year or year in which a day lies."""
    if kind == PeriodKind.WEEKLY:
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    months = MONTHS[PeriodKind(kind)]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return first, last_of_month(first.replace(month=first.month + months - 1))


class MakeForm(Form):
    """A kind and a day in it, or both days of any other period."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"))
    by = forms.ChoiceField(
        label=gettext_lazy("Rows"),
        choices=[
            (By.AGENCY.value, gettext_lazy("By agency")),
            (By.FIELD.value, gettext_lazy("By field")),
        ],
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
        kinds = (UnitKind.PROVINCE, UnitKind.DIVISION, *AGENCY_KINDS)
        units = access.units_visible_to(user, "view_reports").filter(kind__in=kinds)
        self.fields["unit"].queryset = units.in_tree_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, kind = data.get("first"), data.get("kind")
        if not first or not kind:
            return data
        if kind != PeriodKind.CUSTOM:
            data["first"], data["last"] = span_of(kind, first)
            if data["last"] > timezone.localdate():
                raise ValidationError(_("This period is not over yet. Choose “Other days”."))
        elif not data.get("last"):
            self.add_error("last", _("Enter the last day."))
        elif data["last"] < first:
            self.add_error("last", _("The last day lies before the first one."))
        elif data["last"] > timezone.localdate():
            self.add_error("last", _("The last day has not come yet."))
        return data


class CommentForm(Form):
    """What must be said beside the figures: why something is late, what is put right."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
