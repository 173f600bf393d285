"""The small form of one criterion: its fields are what the rule asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form
from ranking.models import Criterion
from ranking.rules.faults import Faulty
from ranking.scoring import Input, Rule, Scored, parse_rule
from ranking.wording import sentence_of

YES_NO = [("", CHOOSE), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
MARK = "--"  # between a part and its input: "a--count"


class AnswerForm(Form):
    """Declared figures, explanation, "does not apply". Every figure stays as it was typed."""

    explanation = forms.CharField(
        label=gettext_lazy("Explanation"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    not_applicable = forms.BooleanField(
        label=gettext_lazy("Does not apply to our unit"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    mark = "c"  # before the names of its fields; several forms may stand on a page
    scored: Scored | None = None  # after is_valid(); None: nothing is answered

    def __init__(self, criterion: Criterion, *args: Any, **kwargs: Any) -> None:
        self.criterion = criterion
        self.rule: Rule = parse_rule(criterion.rule, criterion.maximum or Decimal(0))
        super().__init__(*args, prefix=f"{self.mark}{criterion.pk}", **kwargs)
        asked = {name: field_of(each) for name, each in flat(self.rule.inputs)}
        self.fields = {**asked, **self.fields}
        self.asked = list(asked)

    @staticmethod
    def initial_of(given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Stored input as values of the fields."""
        found: dict[str, Any] = {}
        for name, value in (given or {}).items():
            if name == "parts":
                for code, inner in value.items():
                    found |= {f"{code}{MARK}{key}": shown(each) for key, each in inner.items()}
            else:
                found[name] = shown(value)
        return found

    def figures(self) -> list[forms.BoundField]:
        """The fields of the rule, for the template."""
        return [self[name] for name in self.asked]

    def clean(self) -> dict[str, Any]:
        """Score what was given; a figure that cannot be is a sentence at its field."""
        cleaned = super().clean() or {}
        cleaned["given"] = self._given(cleaned)
        if cleaned.get("not_applicable"):
            if cleaned["given"]:
                self.add_error("not_applicable", _("Either not applicable or a figure, not both."))
            elif not cleaned.get("explanation"):
                self.add_error(
                    "explanation", _("Say why the criterion does not apply to your unit.")
                )
            return cleaned
        if cleaned["given"]:
            try:
                self.scored = self.rule.score(cleaned["given"])
            except Faulty as wrong:
                for fault in wrong.faults:
                    names = [name for name in self.asked if named(name, fault.where)]
                    self.add_error(names[0] if names else None, sentence_of(fault))
        return cleaned

    def _given(self, cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
        given: dict[str, Any] = {}
        for name in self.asked:
            value = cleaned.get(name)
            if value in ("", None):
                continue
            if isinstance(self.fields[name], YesNoField):
                value = value == "yes"
            part, mark, key = name.partition(MARK)
            if mark:
                given.setdefault("parts", {}).setdefault(part, {})[key] = value
            else:
                given[name] = value
        return given or None


class YesNoField(forms.ChoiceField):
    """Yes, no, or not answered yet."""


def flat(inputs: tuple[Input, ...]) -> Iterator[tuple[str, Input]]:
    """The inputs with the names of their fields; those of parts carry the part's code."""
    for each in inputs:
        if each.kind != "parts":
            yield each.name, each
            continue
        for code, title, inner in each.parts:
            for one in inner:
                label = f"{title}: {one.label}" if one.label else title
                yield (
                    f"{code}{MARK}{one.name}",
                    Input(one.name, one.kind, label, one.choices, one.highest, one.is_whole),
                )


def field_of(wanted: Input) -> forms.Field:
    """The field of one input; what it may be is checked by the rule alone."""
    label = wanted.label or LABELS.get(wanted.name, wanted.name)
    if wanted.kind == "choice":
        return forms.ChoiceField(
            label=label, required=False, choices=[("", CHOOSE), *wanted.choices]
        )
    if wanted.kind == "yes_no":
        return YesNoField(label=label, required=False, choices=YES_NO)
    if wanted.kind == "text":
        return forms.CharField(label=label, required=False, max_length=2000)
    pad = {"inputmode": "decimal", "autocomplete": "off", "class": "input-number"}
    return forms.CharField(
        label=label, required=False, max_length=60, widget=forms.TextInput(attrs=pad)
    )


LABELS = {
    "a": gettext_lazy("Number reached"), "b": gettext_lazy("Number in all"),
    "choice": gettext_lazy("What is so"), "count": gettext_lazy("Number"),
    "points": gettext_lazy("Points"), "met": gettext_lazy("Target met"),
}  # fmt: skip


def named(name: str, where: tuple[str, ...]) -> bool:
    """Whether a fault's place is this field: ("parts", "a", "count") is "a--count"."""
    return name == MARK.join(where[1:] if where[:1] == ("parts",) else where)


def shown(value: Any) -> Any:
    """A stored value as its field shows it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
