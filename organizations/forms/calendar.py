"""Forms of the calendar and the weekly sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from common.working_time import WeekPattern
from organizations import access
from organizations.models import DayKind, User

WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"), gettext_lazy("Friday"), gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)  # fmt: skip


class EntryForm(Form):
    """One date that differs from its weekday."""

    date = VietnameseDateField(label=gettext_lazy("Date"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DayKind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    linked_date = VietnameseDateField(
        label=gettext_lazy("Swapped with"), required=False,
        help_text=gettext_lazy("For a make-up working day: the day off that it replaces"),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=255,
        help_text=gettext_lazy("The decision or notice that says so"),
    )  # fmt: skip


class RemovalForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=255)


class ConfirmationForm(Form):
    source = forms.CharField(label=gettext_lazy("Official notice"), max_length=255)


class PatternForm(Form):
    """Weekly sessions: seven lines of times such as "07:30-11:30, 13:30-17:00"."""

    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"), required=False, coerce=int, empty_value=None
    )
    valid_from = VietnameseDateField(label=gettext_lazy("In force from"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=255)

    def __init__(self, *args: Any, user: User, pattern: WeekPattern, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = access.units_visible_to(user, "manage_calendar").order_by("name")
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole province")),
            *units.exclude(kind="province").values_list("pk", "name"),
        ]
        for day, (name, sessions) in enumerate(zip(WEEKDAYS, pattern.as_data(), strict=True)):
            self.fields[f"day_{day}"] = forms.CharField(
                label=name, required=False, max_length=100, initial=", ".join(sessions)
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        days = [_sessions(data.get(f"day_{day}", "")) for day in range(7)]
        try:
            data["pattern"] = WeekPattern.from_data(days)
        except (TypeError, ValueError) as error:
            words = _("Give the sessions of seven days as from-to, such as 07:30-11:30.")
            raise ValidationError(words) from error
        return data


def _sessions(text: str) -> list[str]:
    return [part.strip().replace("–", "-") for part in text.split(",") if part.strip()]
