"""Who asks at the counter who opened his dossier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from onestop.models import Dossier


class ReadersForm(Form):
    """One of the people of the dossier, whose identity was checked."""

    asked_by = forms.ChoiceField(label=_("Who asks"), widget=forms.RadioSelect)
    is_checked = forms.BooleanField(
        label=_("I have checked the identity card"),
        error_messages={"required": _("Check the identity card first.")},
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = dossier.persons.order_by("pk")
        self.fields["asked_by"].choices = [  # type: ignore[attr-defined]
            (each.part, f"{each.name} ({each.get_part_display()})") for each in people
        ]
