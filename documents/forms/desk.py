"""The leader's short way: one unit leads, until a day, with or without words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.forms import Form
from documents.models import Incoming
from documents.queries.desk import OFFERED
from documents.services import directing
from organizations.models import Unit, User


class GiveForm(Form):
    """Giao đơn vị chủ trì: the units used most are buttons, the others a list."""

    lead = forms.TypedChoiceField(label=gettext_lazy("Lead"), coerce=int)
    opinion = forms.CharField(label=gettext_lazy("Opinion"), required=False, max_length=2000)

    def __init__(self, data: Any = None, *, key: int, units: list[Unit]) -> None:
        super().__init__(data, auto_id=f"give-{key}-%s")
        self.near, self.far = units[:OFFERED], units[OFFERED:]
        self.fields["lead"].choices = [  # type: ignore[attr-defined]
            (unit.pk, unit.name) for unit in units
        ]

    def perform(self, incoming: Incoming, actor: User) -> Incoming:
        """The time limit is the day on which the sender wants an answer, if that is to come."""
        asked = incoming.answer_by
        due_on = asked if asked and asked >= timezone.localdate() else None
        return directing.give(
            incoming.pk, actor=actor, unit_id=self.cleaned_data["lead"],
            opinion=self.cleaned_data["opinion"], due_on=due_on,
        )  # fmt: skip
