"""Forms about units. Each takes `user`: choices are what that person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, VietnameseDateField
from common.text import unaccented
from organizations.forms.fields import ReasonForm, UnitChoice, open_units, today, yesterday
from organizations.models import Unit, UnitKind, User


class UnitSearchForm(Form):
    """The filter of the tree: words of the name, with or without marks, or of the code."""

    q = forms.CharField(label=gettext_lazy("Name or code"), required=False, max_length=100)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def narrow(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        words = unaccented(self.cleaned_data.get("q") or "").split()
        return [row for row in rows if _has(row["unit"], words)]


def _has(unit: Unit, words: list[str]) -> bool:
    text = unaccented(f"{unit.name} {unit.code}")
    return all(word in text for word in words)


class UnitForm(Form):
    """What can change in a unit."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"),
        help_text=gettext_lazy("In document numbers: SNNMT"),
        max_length=30,
        required=False,
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=255, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    place = forms.CharField(
        label=gettext_lazy("Place of its papers"), max_length=60, required=False
    )


class NewUnitForm(UnitForm):
    """A unit below another."""

    code = forms.RegexField(
        r"^[A-Z][0-9]{2}(\.[0-9A-Z]{1,4}){0,4}$",
        label=gettext_lazy("Identification code"),
        help_text=gettext_lazy("Such as H32.05.01 (Decision 20/2020/QĐ-TTg)"),
        max_length=35,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    valid_from = VietnameseDateField(label=gettext_lazy("From"), initial=today)
    field_order = ("code", "name", "kind", "symbol", "valid_from", "address", "phone", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *(choice for choice in UnitKind.choices if choice[0] != UnitKind.PROVINCE),
        ]


class CloseUnitForm(ReasonForm):
    on = VietnameseDateField(
        label=gettext_lazy("Last day"), initial=yesterday,
        help_text=gettext_lazy(
            "Before today. What was received until then is resolved or handed over first."
        ),
    )  # fmt: skip


class MergeForm(ReasonForm):
    """The successor of a unit."""

    successor = UnitChoice(queryset=None, label=gettext_lazy("Successor"))
    on = VietnameseDateField(
        label=gettext_lazy("Last day"), initial=yesterday,
        help_text=gettext_lazy(
            "Before today. Work and people change together, from the day after it."
        ),
    )  # fmt: skip
    field_order = ("successor", "on", "reason")

    def __init__(self, *args: Any, user: User, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = open_units(user, "manage_units").exclude(path__startswith=unit.path)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]
