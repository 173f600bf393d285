"""What the forms of this app share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.forms import Form
from organizations import access
from organizations.models import User


def today() -> dt.date:
    return timezone.localdate()


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units in tree order, shown with their code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.username})"


def open_units(user: User, permission: str) -> Any:
    return access.units_visible_to(user, permission).valid_on(today()).order_by("path")  # type: ignore[attr-defined]


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=255)
