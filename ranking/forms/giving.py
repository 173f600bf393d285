"""A colleague is asked to fill in criteria."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from organizations.models import User
from ranking.models import Criterion


class GivingForm(Form):
    """Who it is, of those that are listed, and which other criteria besides."""

    q = forms.CharField(label=_("Look for a colleague"), required=False, max_length=100)
    colleague = forms.TypedChoiceField(
        label=_("Colleague"), coerce=int, error_messages={"required": _("Choose a colleague.")}
    )
    criteria = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, people: Iterable[User], others: Iterable[Criterion]) -> None:
        super().__init__(data)
        who, also = self.fields["colleague"], self.fields["criteria"]
        assert isinstance(who, forms.ChoiceField)
        assert isinstance(also, forms.ChoiceField)
        who.choices = [(each.pk, each.full_name) for each in people]
        also.choices = [(node.pk, node.code) for node in others]

    def ticked(self) -> set[int]:
        """Boxes that are ticked, also while somebody is looked for."""
        return {int(each) for each in self["criteria"].value() or [] if str(each).isdecimal()}
