"""The small form of one criterion: its fields are what the rule asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form
from ranking.models import Answer, Criterion
from ranking.rules.faults import Faulty
from ranking.rules.numbers import plain
from ranking.scoring import Input, Rule, Scored
from ranking.wording import quoted, sentence_of

YES_NO = [("", CHOOSE), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
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
        self.rule: Rule = criterion.scoring_rule
        super().__init__(*args, prefix=f"{self.mark}{criterion.pk}", **kwargs)
        asked = {name: field_of(each, name) for name, each in flat(self.rule.inputs)}
        for field in asked.values():
            field.is_asked = True  # type: ignore[attr-defined]  # saved without it, yet not optional
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

    def missing(self) -> list[str]:
        """Labels of the figures that are not given."""
        return [str(box.label) for box in self.figures() if box.value() in ("", None)]

    def grouped(self) -> list[tuple[str, str, str]]:
        """Figures that may be meant with a point between thousands: as typed, as they are read,
        and as they would be written without it."""
        typed = [str(box.value() or "").strip() for box in self.figures()]
        return [
            (each, each.replace(".", ","), each.replace(".", ""))
            for each in typed
            if THOUSANDS.fullmatch(each)
        ]

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
                    if names:  # the field says where it is
                        self.add_error(names[0], sentence_of(replace(fault, where=())))
                    else:
                        self.add_error(None, sentence_of(fault))
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


def field_of(wanted: Input, name: str) -> forms.Field:
    """The field of one input; what it may be is checked by the rule alone."""
    label = label_of(wanted)
    if wanted.kind == "choice":
        return forms.ChoiceField(
            label=label, required=False, choices=[("", CHOOSE), *wanted.choices]
        )
    if wanted.kind == "yes_no":
        return YesNoField(label=label, required=False, choices=YES_NO)
    if wanted.kind == "text":
        return forms.CharField(label=label, required=False, max_length=2000)
    guide = ""
    if name == "points" and wanted.highest is not None:  # the label says how, not what
        label, guide = _("Points (0–%(n)s)") % {"n": plain(wanted.highest)}, wanted.label
    pad = {"inputmode": "decimal", "autocomplete": "off", "class": "input-number"}
    return forms.CharField(
        label=label, required=False, max_length=60, help_text=guide,
        widget=forms.TextInput(attrs=pad),
    )  # fmt: skip


LABELS = {
    "a": gettext_lazy("Number reached"), "b": gettext_lazy("Number in all"),
    "choice": gettext_lazy("What is so"), "count": gettext_lazy("Number"),
    "points": gettext_lazy("Points"), "met": gettext_lazy("Target met"),
}  # fmt: skip


def label_of(wanted: Input) -> str:
    return str(wanted.label or LABELS.get(wanted.name, wanted.name))


def told_answer(answer: Answer) -> list[tuple[str, str]]:
    """A stored answer in words: what was asked and what was said, then the explanation.

    Reads `answer.criterion`: one query if not loaded.
    """
    told = [(label, words) for _kind, label, words in _told(answer.criterion, answer.input)]
    if answer.not_applicable and answer.input is None:
        told.append((_("Does not apply to our unit"), _("Yes")))
    if answer.explanation:
        told.append((_("Explanation"), answer.explanation))
    return told


def told_input(node: Criterion, given: Any) -> str:
    """Declared figures on one line: "có máy: 3; cán bộ: 4"; a choice needs no label."""
    return "; ".join(
        words if kind == "choice" else f"{label}: {quoted(words)}"
        for kind, label, words in _told(node, given)
    )


def _told(node: Criterion, given: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    """Of each figure that is there: its kind, what was asked, and what was said."""
    values = AnswerForm.initial_of(given)
    for name, wanted in flat(node.scoring_rule.inputs):
        if values.get(name) not in (None, ""):
            names = dict(YES_NO if wanted.kind == "yes_no" else wanted.choices)
            # the label of graded points says how to give them, not what they are
            label = str(LABELS[name]) if name == "points" else label_of(wanted)
            yield wanted.kind, label, str(names.get(values[name], values[name]))


def named(name: str, where: tuple[str, ...]) -> bool:
    """Whether a fault's place is this field: ("parts", "a", "count") is "a--count"."""
    return name == MARK.join(where[1:] if where[:1] == ("parts",) else where)


def shown(value: Any) -> Any:
    """A stored value as its field shows it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
