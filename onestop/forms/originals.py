"""Forms of the hand-over of originals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form
from onestop.models import OriginalsItem
from organizations.models import Unit

MISSING, NOTE = "missing-", "note-"


class HandOverForm(Form):
    """To whom; which papers are read from the ticked boxes of the table."""

    to_unit = forms.TypedChoiceField(label=gettext_lazy("Hand over to"), coerce=int)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, data: Any = None, *, units: list[Unit]) -> None:
        super().__init__(data)
        choices = [("", gettext_lazy("Choose…")), *((unit.pk, unit.name) for unit in units)]
        self.fields["to_unit"].choices = choices  # type: ignore[attr-defined]


class RefuseForm(Form):
    """Why nothing is taken over."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


def missing_in(data: Any, items: list[OriginalsItem]) -> dict[int, str]:
    """What the other side ticked as missing, with its note."""
    return {
        item.pk: data.get(f"{NOTE}{item.pk}", "").strip()
        for item in items
        if f"{MISSING}{item.pk}" in data
    }
