"""The values of dated rules as boxes that a head of office understands."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, VietnameseDateField
from organizations.roles import role_choices
from organizations.rulesets import RuleKind, as_data, names_of
from organizations.rulesets import words as rule_words

Choices = Sequence[tuple[str, str | Promise]]

WARNED = ("official", "head", "leader")  # whom a rung of the ladder may name
WHEN: Choices = (
    ("before", gettext_lazy("before the due date")),
    ("after", gettext_lazy("after the due date")),
)
SPARE_RUNGS = 3
MOST_RUNGS = 20
FARTHEST = 20  # working days; later warnings are not made up any more (onestop reminders)
LONGEST_IDLE = 24 * 60  # minutes
MOST_LEVELS = 8  # of lists within lists, in values that are written as JSON
MOST_DIGITS = 6  # `int` refuses more than 4,300 with an error that is none of the form's


def _number(text: str, least: int, most: int) -> int | None:
    """What was typed, or None when it is no whole number from `least` to `most`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        return None
    return int(text) if least <= int(text) <= most else None


def _with_stored(choices: Iterable[tuple[str, str | Promise]], stored: Iterable[str]) -> Choices:
    """The choices, and what is stored without being one of them, so that saving keeps it."""
    known = dict(choices)
    return [*known.items(), *((k, rule_words.item_words(k)) for k in stored if k not in known)]


def _lines(data: Any, name: str, part: str = "") -> Iterator[str]:
    """The names of the boxes of a list as they were sent: `name_0`, `name_1` and so on."""
    numbered = (f"{name}_{line}" for line in itertools.count())
    return itertools.takewhile(lambda line: f"{line}{part}" in data, numbered)


class LadderWidget(forms.Widget):
    """Rungs of warnings, one line each: days, before or after, who. An empty line is left out."""

    template_name = "organizations/rules/ladder.html"
    use_fieldset = True
    roles: Choices = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        filled = list(value or ())
        spare = max(0, min(SPARE_RUNGS, MOST_RUNGS - len(filled)))
        return {
            **super().get_context(name, value, attrs),
            "rungs": [*filled, *({} for _spare in range(spare))],
            "when": WHEN, "roles": self.roles, "farthest": FARTHEST, "digits": MOST_DIGITS,
        }  # fmt: skip

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        lines = [
            {part: data.get(f"{line}_{part}", "") for part in ("days", "when", "role")}
            for line in _lines(data, name, "_days")
        ]
        return [line for line in lines if line["days"].strip()]


class LadderField(forms.Field):
    """The ladder of warnings; soonest first, each rung once."""

    widget = LadderWidget

    def __init__(self, *, initial: Any, **kwargs: Any) -> None:
        super().__init__(initial=initial, **kwargs)
        warned = [(role, rule_words.item_words(role)) for role in WARNED]
        roles = _with_stored(warned, [rung["role"] for rung in initial])
        self.roles = dict(roles)
        self.widget.roles = roles  # type: ignore[attr-defined]

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rungs = [self._rung(number, line) for number, line in enumerate(value or (), 1)]
        if len({tuple(rung.values()) for rung in rungs}) < len(rungs):
            raise ValidationError(_("The same warning stands there twice."))
        return sorted(rungs, key=_working_day)

    def _rung(self, number: int, line: Mapping[str, str]) -> dict[str, Any]:
        days = _number(line["days"].strip(), 0, FARTHEST)
        if days is None:
            words = _("Warning %(line)s: enter working days from 0 to %(most)s.")
            raise ValidationError(words % {"line": number, "most": FARTHEST})
        if line["when"] not in dict(WHEN) or line["role"] not in self.roles:
            words = _("Warning %(line)s: choose when it comes and who gets it.")
            raise ValidationError(words % {"line": number})
        return {"days": days, "when": line["when"], "role": line["role"]}


def _working_day(rung: Mapping[str, Any]) -> int:
    """Where a rung stands: working days from the due date on, negative before it."""
    return -int(rung["days"]) if rung["when"] == "before" else int(rung["days"])


class MinutesWidget(forms.Widget):
    """A line of minutes for each role; an empty one says nothing about that role."""

    template_name = "organizations/rules/minutes.html"
    use_fieldset = True
    roles: Choices = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        lines = [(key, words, (value or {}).get(key, "")) for key, words in self.roles]
        return {**context, "lines": lines, "digits": MOST_DIGITS}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{self.roles[0][0]}"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        typed = {key: data.get(f"{name}_{key}", "").strip() for key, _words in self.roles}
        return {key: minutes for key, minutes in typed.items() if minutes}


class MinutesField(forms.Field):
    widget = MinutesWidget

    def __init__(self, *, initial: Any, **kwargs: Any) -> None:
        super().__init__(initial=initial, **kwargs)
        self.widget.roles = _with_stored(role_choices(), initial)  # type: ignore[attr-defined]

    def clean(self, value: Any) -> dict[str, int]:
        return {role: self._minutes(role, typed) for role, typed in (value or {}).items()}

    @staticmethod
    def _minutes(role: str, typed: str) -> int:
        minutes = _number(typed, 1, LONGEST_IDLE)
        if minutes is None:
            words = _("%(role)s: enter minutes from 1 to %(most)s.")
            facts = {"role": rule_words.item_words(role), "most": LONGEST_IDLE}
            raise ValidationError(words % facts)
        return minutes


class OrderWidget(forms.Widget):
    """What stands first, second and so on: one choice for each place."""

    template_name = "organizations/rules/order.html"
    use_fieldset = True
    choices: Choices = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        filled = list(value or ())
        places = [*filled, *([""] * (len(self.choices) - len(filled)))]
        return {**context, "places": places, "choices": [("", CHOOSE), *self.choices]}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        places = [data.get(line, "") for line in _lines(data, name)]
        while places and not places[-1]:
            places.pop()
        return places


class OrderField(forms.Field):
    widget = OrderWidget

    def __init__(self, *, choices: Choices, initial: Any, **kwargs: Any) -> None:
        super().__init__(initial=initial, **kwargs)
        choices = _with_stored(choices, [place for place in initial if place])
        self.known = {key for key, _words in choices}
        self.widget.choices = choices  # type: ignore[attr-defined]

    def clean(self, value: Any) -> list[str]:
        if not value or not self.known.issuperset(value) or len(set(value)) < len(value):
            raise ValidationError(_("Choose each part once, without gaps."))
        return list(value)


class RulesForm(Form):
    """One kind of rules as fields; a shape that nobody made boxes for is written as JSON."""

    valid_from = VietnameseDateField(label=gettext_lazy("In force from"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=255)

    def __init__(self, *args: Any, kind: RuleKind[Any], values: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, known = kind, as_data(values)
        hints = typing.get_type_hints(kind.shape)
        self.names = [field.name for field in dataclasses.fields(kind.shape)]
        for field in dataclasses.fields(kind.shape):
            made = _field(field.name, hints[field.name], known[field.name])
            made.label = rule_words.label(field.name)
            made.help_text = rule_words.help_of(field.name, field.metadata.get("source", ""))
            self.fields[field.name] = made

    def values(self) -> dict[str, Any]:
        """What `change_rules` takes."""
        return {name: _plain(self.cleaned_data[name]) for name in self.names}


BOXES: dict[str, Callable[[Any], forms.Field]] = {
    "warnings": lambda value: LadderField(initial=value, required=False),
    "idle_minutes": lambda value: MinutesField(initial=value, required=False),
    "mfa_required": lambda value: forms.MultipleChoiceField(
        initial=value, required=False, choices=_with_stored(role_choices(), value),
        widget=forms.CheckboxSelectMultiple,
    ),
    "fields": lambda value: OrderField(initial=value, choices=list(rule_words.CARD.items())),
    "date_order": lambda value: forms.ChoiceField(
        initial=value, choices=_with_stored(rule_words.DATE_ORDERS.items(), [value])
    ),
}  # fmt: skip

MAY_BE_EMPTY = {  # codes that are not known yet are left out
    "identity_of_12_digits", "identity_of_9_digits", "identity_of_enterprise", "paid_at_counter",
}  # fmt: skip
LABELS = "label_"  # empty: the portal's own words


def _field(name: str, hint: Any, value: Any) -> forms.Field:
    if name in BOXES:
        return BOXES[name](value)
    if names := names_of(name):
        return forms.MultipleChoiceField(
            initial=value, required=False, choices=_with_stored(names.items(), value),
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    if hint is bool:
        return forms.BooleanField(initial=value, required=False)
    if hint is int:
        box = forms.NumberInput(attrs={"class": "input-number"})
        most = 10**MOST_DIGITS - 1
        return forms.IntegerField(initial=value, min_value=0, max_value=most, widget=box)
    if hint is dt.time:
        return forms.TimeField(initial=value, widget=forms.TextInput)
    if typing.get_origin(hint) is typing.Literal:
        choices = [(item, rule_words.choice_words(item)) for item in typing.get_args(hint)]
        return forms.ChoiceField(initial=value, choices=choices)
    if hint is str:
        required = name not in MAY_BE_EMPTY and not name.startswith(LABELS)
        return forms.CharField(initial=value, max_length=300, strip=False, required=required)
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _JSONField(initial=text, widget=forms.Textarea(attrs={"rows": 6}))


class _JSONField(forms.CharField):
    """A list or table of values, written as JSON."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        too_deep = _("The values are nested too deeply.")
        try:
            found = json.loads(text)
        except ValueError as error:
            raise ValidationError(_("This is not valid JSON.")) from error
        except RecursionError as error:
            raise ValidationError(too_deep) from error
        if _is_deeper(found, MOST_LEVELS):
            raise ValidationError(too_deep)
        if not _can_be_stored(found):
            raise ValidationError(_("This is not valid JSON."))
        return found


def _can_be_stored(value: Any) -> bool:
    """PostgreSQL holds no NaN, no infinite number, no NUL and no half of a character."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and tables lie within each other for more than so many levels."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, dt.time) else value
