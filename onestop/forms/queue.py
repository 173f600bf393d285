"""The filter row of the queue, and small forms beside lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from common.searches import LOST, numbers_joined
from onestop.models.dossiers import DossierQuerySet
from onestop.queries import dossiers as queries
from onestop.states import Status
from organizations import absences, access
from organizations.models import Unit, User

SIZES = (25, 50, 100, 250)
WHO = (
    ("", gettext_lazy("All")),
    ("toi", gettext_lazy("Mine")),
    ("chua", gettext_lazy("Not assigned")),
    ("vang", gettext_lazy("Of colleagues for whom I stand in")),
)


class QueueForm(Form):
    """All of it lives in the address, so that Back and bookmarks work."""

    q = forms.CharField(
        label=gettext_lazy("Search code or name"), required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    nguoi = forms.CharField(label=gettext_lazy("Officer in charge"), required=False)
    tt = forms.TypedChoiceField(
        label=gettext_lazy("Status"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("All")), *Status.choices],
    )  # fmt: skip
    thu_tuc = forms.CharField(label=gettext_lazy("Procedure code"), required=False, max_length=12)
    tu = VietnameseDateField(label=gettext_lazy("Changed since"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["nguoi"].widget = forms.Select(choices=self._people(data))
        self.is_valid()
        if self.cleaned_data.get("q") == LOST:  # not for the field
            shown = data.copy()
            shown["q"] = ""
            self.data = shown

    @staticmethod
    def _people(data: Any) -> list[tuple[str, Any]]:
        chosen = data.get("nguoi", "")
        named = [(chosen, gettext_lazy("The chosen person"))] if chosen.isdecimal() else []
        return [*WHO, *named]

    @property
    def view(self) -> str:
        name = self.data.get("xem", "")
        return name if name in (*queries.VIEWS, "tat-ca") else queries.VIEWS[0]

    @property
    def size(self) -> int:
        asked = self.data.get("dong", "")
        return int(asked) if asked.isdecimal() and int(asked) in SIZES else SIZES[0]

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    def narrow(self, found: DossierQuerySet, user: User) -> DossierQuerySet:
        """The rows that pass the filters; a filter that was typed wrongly is left out."""
        data = self.cleaned_data
        if words := data.get("q"):
            found = found.none() if words == LOST else queries.search(found, numbers_joined(words))
        match data.get("nguoi", ""):
            case "toi":
                found = found.filter(holder=user)
            case "chua":
                found = found.filter(holder=None)
            case "vang":
                away = absences.covered_by(user).values("user")
                found = found.filter(holder__in=away)
            case who if who.isdecimal():
                found = found.filter(holder_id=int(who))
        if data.get("tt"):
            found = found.filter(status=data["tt"])
        if code := data.get("thu_tuc"):
            found = found.filter(procedure__code=code)
        if day := data.get("tu"):
            found = queries.changed_since(found, day)
        return found


class SinceForm(Form):
    """“Changed since” of a list that has no other filter; a day typed wrongly is left out."""

    tu = VietnameseDateField(label=gettext_lazy("Changed since"), required=False)

    @property
    def since(self) -> dt.date | None:
        found: dt.date | None = self.cleaned_data.get("tu") if self.is_valid() else None
        return found

    def narrow(self, found: Any) -> Any:
        """The dossiers of the list on which anybody acted since. One query of the log."""
        return queries.changed_since(found, self.since) if self.since else found


class AnswerForm(Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SaveViewForm(Form):
    """The name of a view, and with whom it is shared; only where the person may assign."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=60)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Share with a unit"), required=False, queryset=Unit.objects.none(),
        help_text=gettext_lazy("Everybody who works there or below it sees the view."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = access.units_visible_to(user, "assign_dossiers").order_by("path")
        field.empty_label = gettext_lazy("Only for me")
        if not access.may(user, "assign_dossiers"):
            del self.fields["unit"]
