"""Forms of the calendar, the weekly sessions and the dated rules."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import typing
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from common.working_time import WeekPattern
from organizations import access
from organizations.models import DayKind, User
from organizations.rulesets import RuleKind, as_data
from organizations.rulesets import words as rule_words

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


class RulesForm(Form):
    """One kind of rules as fields; what is not a plain value is written as JSON."""

    valid_from = VietnameseDateField(label=gettext_lazy("In force from"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=255)

    def __init__(self, *args: Any, kind: RuleKind[Any], values: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, known = kind, as_data(values)
        hints = typing.get_type_hints(kind.shape)
        self.names = [field.name for field in dataclasses.fields(kind.shape)]
        for field in dataclasses.fields(kind.shape):
            made = _field(hints[field.name], known[field.name])
            made.label = rule_words.label(field.name)
            made.help_text = rule_words.help_of(field.name, field.metadata.get("source", ""))
            self.fields[field.name] = made

    def values(self) -> dict[str, Any]:
        """What `change_rules` takes."""
        return {name: _plain(self.cleaned_data[name]) for name in self.names}


def _field(hint: Any, value: Any) -> forms.Field:
    if hint is bool:
        return forms.BooleanField(initial=value, required=False)
    if hint is int:
        return forms.IntegerField(initial=value, min_value=0)
    if hint is dt.time:
        return forms.TimeField(initial=value, widget=forms.TextInput)
    if typing.get_origin(hint) is typing.Literal:
        choices = [(item, rule_words.choice_words(item)) for item in typing.get_args(hint)]
        return forms.ChoiceField(initial=value, choices=choices)
    if hint is str:
        return forms.CharField(initial=value, max_length=300)
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _JSONField(initial=text, widget=forms.Textarea(attrs={"rows": 6}))


class _JSONField(forms.CharField):
    """A list or table of values, written as JSON."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return json.loads(text)
        except ValueError as error:
            raise ValidationError(_("This is not valid JSON.")) from error


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, dt.time) else value
