"""Forms about clients of the machine interface."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from common.forms import Form
from organizations import access
from organizations.forms.fields import open_units
from organizations.models import ApiClient, ApiScope, User
from organizations.models.units import AGENCY_KINDS, UnitKind
from organizations.services.machines import MOST_DAYS, OVERLAP_DAYS

DEFAULT_PER_MINUTE, MOST_PER_MINUTE = 120, 6000
DEFAULT_DAYS = 365


class UnitsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class TokenForm(Form):
    """How long the new token is valid, and the old one beside it."""

    days = forms.IntegerField(
        label=gettext_lazy("Token valid for (days)"),
        initial=DEFAULT_DAYS, min_value=1, max_value=MOST_DAYS,
    )  # fmt: skip
    overlap_days = forms.IntegerField(
        label=gettext_lazy("The old token goes on for (days)"),
        help_text=gettext_lazy("0: it stops at once, for instance because it became known."),
        initial=7, min_value=0, max_value=OVERLAP_DAYS,
    )  # fmt: skip


class ClientRights(Form):
    """What an administrator decides about a client, whenever he does."""

    contact = forms.CharField(
        label=gettext_lazy("Who answers for it"),
        help_text=gettext_lazy("Name, agency and phone of a person"),
        max_length=200,
    )
    units = UnitsChoice(
        queryset=None,
        label=gettext_lazy("Units"),
        help_text=gettext_lazy(
            "It sees the dossiers of these units and of those below them. Hold Ctrl for several."
        ),
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=ApiScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    per_minute = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        initial=DEFAULT_PER_MINUTE, min_value=1, max_value=MOST_PER_MINUTE,
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, held: Iterable[int] = (), **kwargs: Any) -> None:
        """`held`: ids of the units that it has; they stay to be chosen when they were closed."""
        super().__init__(*args, **kwargs)
        kinds = [UnitKind.PROVINCE, *AGENCY_KINDS]
        offered = open_units(user, "manage_people").filter(kind__in=kinds).values("pk")
        units = access.units_visible_to(user, "manage_people")
        self.fields["units"].queryset = units.filter(  # type: ignore[attr-defined]
            Q(pk__in=offered) | Q(pk__in=list(held))
        ).order_by("code")


class ClientForm(ClientRights):
    """A new client with its first token."""

    name = forms.CharField(
        label=gettext_lazy("Name of the system"),
        help_text=gettext_lazy("As the log of acts will show it: Cổng Dịch vụ công quốc gia"),
        max_length=150,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Token valid for (days)"),
        initial=DEFAULT_DAYS, min_value=1, max_value=MOST_DAYS,
    )  # fmt: skip

    field_order = ("name",)


class ClientChangeForm(ClientRights):
    """A client that is known: its name and its tokens stay."""

    def __init__(self, *args: Any, user: User, client: ApiClient, **kwargs: Any) -> None:
        held = [place.unit_id for place in client.units.all()]
        facts = {
            "contact": client.contact, "units": held, "scopes": client.scopes,
            "per_minute": client.per_minute,
        }  # fmt: skip
        super().__init__(*args, user=user, held=held, initial=facts, **kwargs)
