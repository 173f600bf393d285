"""Long lists to choose from: boxes in groups, one tick for a whole group, sifted by words.

Without scripts a plain list of boxes that scrolls; with them (`js/sift.js`) a box above it finds
words, a group's tick moves the others with it, and how many are chosen is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

WHOLE = "*"  # begins the value of a tick for a whole group
Words = Any  # a str or a lazy translation


@dataclass(frozen=True)
class Group:
    """Some of the choices under a heading; `all_words` name the tick for all of them, "" if there
    is none. With an empty label they stand without a heading."""

    key: str
    label: Words
    choices: Sequence[tuple[int, str]]
    all_words: Words = ""

    @property
    def whole(self) -> str:
        return f"{WHOLE}{self.key}"


class SiftedBoxes(forms.CheckboxSelectMultiple):
    template_name = "components/ticks.html"


class SiftedRadios(forms.RadioSelect):
    """One of many."""

    template_name = "components/ticks.html"


class GroupedField(forms.TypedChoiceField):
    """One of the choices of groups."""

    widget = SiftedRadios

    def offer(self, groups: Sequence[Group]) -> None:
        self.choices = [(each.label, list(each.choices)) for each in groups]


class TicksField(forms.TypedMultipleChoiceField):
    """Several of them. A group's tick stands for all that the group holds today."""

    widget = SiftedBoxes
    groups: Sequence[Group] = ()

    def offer(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.choices = [(each.label, _lines(each)) for each in groups]

    def clean(self, value: Any) -> Any:
        typed = [str(each) for each in value or ()]
        whole = [str(pk) for each in self.groups if each.whole in typed for pk, _ in each.choices]
        single = [each for each in typed if not each.startswith(WHOLE)]
        return super().clean(list(dict.fromkeys([*single, *whole])))


def singly(typed: Sequence[Any] | None) -> set[int]:
    """Those that were ticked themselves, not with their group."""
    return {int(each) for each in map(str, typed or ()) if each.isdecimal()}


def _lines(group: Group) -> list[tuple[Any, Any]]:
    """As the widget shows them, the tick for all of them first."""
    whole = [(group.whole, group.all_words)] if group.all_words else []
    return [*whole, *group.choices]
