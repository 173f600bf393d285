"""The filters of the board, which live in the address: a board, a year, who leads, who gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from directives.queries.board import FIELD, GIVER, LEAD, Wanted

YEARS = 5  # that are offered, this one among them
LONGEST = dt.timedelta(days=366)  # back to the last meeting
FILTERS = ("chu_tri", "nguoi_giao", "linh_vuc")


class BoardForm(Form):
    """Bound to the address; what it does not say, or says wrongly, is as usual."""

    bang = forms.ChoiceField(label=gettext_lazy("Tasks"))
    theo = forms.ChoiceField(
        label=gettext_lazy("Figures by row"),
        choices=[
            (LEAD, gettext_lazy("By lead agency")), (GIVER, gettext_lazy("By giver")),
            (FIELD, gettext_lazy("By field")),
        ],
    )  # fmt: skip
    nam = forms.TypedChoiceField(label=gettext_lazy("Completed in the year"), coerce=int)
    chu_tri = forms.TypedChoiceField(
        label=gettext_lazy("Lead"), required=False, coerce=int, empty_value=None
    )
    nguoi_giao = forms.TypedChoiceField(
        label=gettext_lazy("Giver"), required=False, coerce=int, empty_value=None
    )
    linh_vuc = forms.ChoiceField(label=gettext_lazy("Field of work"), required=False)
    tu = VietnameseDateField(label=gettext_lazy("Last meeting"))

    def __init__(
        self, data: Mapping[str, Any], *, bodies: list[tuple[str, str]], today: dt.date, days: int
    ) -> None:
        years = [str(today.year - n) for n in range(YEARS)]
        since = f"{today - days * dt.timedelta(days=1):%d/%m/%Y}"
        usual = {"bang": bodies[0][0], "theo": LEAD, "nam": years[0], "tu": since}
        known = {
            "bang": {key for key, _words in bodies},
            "theo": {LEAD, GIVER, FIELD},
            "nam": set(years),
        }
        full = {name: data.get(name) or usual.get(name, "") for name in self.base_fields}
        for name, values in known.items():
            if full[name] not in values:
                full[name] = usual[name]
        for name in FILTERS[:2]:
            full[name] = full[name] if full[name].isdecimal() and len(full[name]) < 18 else ""
        super().__init__(full)
        self.today, self.bodies = today, bodies
        self.usual_since = today - days * dt.timedelta(days=1)
        self._offer("bang", bodies)
        self._offer("nam", [(year, year) for year in years])
        self.named: dict[str, Any] = {
            name: int(full[name]) if full[name] else None for name in FILTERS[:2]
        } | {"linh_vuc": full["linh_vuc"] or None}

    def _offer(self, name: str, choices: Iterable[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def offer(self, names: Iterable[Mapping[Any, str]]) -> None:
        """What the board knows: leads, givers, fields; what the address names stays chosen."""
        for name, found in zip(FILTERS, names, strict=True):
            known = list(found.items())
            named = self.named[name]
            if named is not None and named not in found:
                known.append((named, _("Without tasks here")))
            self._offer(name, [("", _("All")), *known])

    def clean_tu(self) -> dt.date:
        day: dt.date = self.cleaned_data["tu"]
        if not self.today - LONGEST <= day <= self.today:
            raise ValidationError(_("Choose a day of the last twelve months."))
        return day

    @property
    def row_words(self) -> str:
        return {LEAD: _("Lead"), GIVER: _("Giver"), FIELD: _("Field of work")}[
            str(self.data["theo"])
        ]

    def told(self) -> list[str]:
        """Which board it is."""
        return [words for key, words in self.bodies if key == self.body]

    @property
    def body(self) -> str:
        return str(self.data["bang"])

    @property
    def wanted(self) -> Wanted:
        """What is shown. Call `offer` before: choices are checked with it."""
        return Wanted(
            int(self.data["nam"]), self.cleaned_data.get("tu", self.usual_since),
            str(self.data["theo"]), *(self.named[name] for name in FILTERS),
        )  # fmt: skip
