"""The form of the registry: what is written on a document that came in."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.days import start_of
from common.forms import CHOOSE, Form, VietnameseDateField
from common.urgency import Urgency
from documents.document_types import type_choices
from documents.letters import MOST_PAGES, VIETNAMESE, Letter
from documents.models import Incoming, Registry
from documents.states import ENTERED, Channel
from files.forms import UploadField
from organizations.models import User

SECRET = _(
    "Secret documents do not belong into this system. Register it in the system for state secrets, "
    "and do not scan it here."
)


def seen_ids(told: str) -> list[int]:
    """Of the like documents that a page has shown: "12,15,"."""
    return [int(each) for each in told.split(",") if each.isdecimal() and len(each) < 16]


class LineForm(Form):
    """Base: what is written on a document."""

    type = forms.ChoiceField(label=_("Type of document"), required=False)
    reference = forms.CharField(label=_("Number and symbol"), max_length=60, required=False)
    issued_on = VietnameseDateField(label=_("Date of the document"), required=False)
    issuer = forms.CharField(label=_("Issuing body"), max_length=200)
    subject = forms.CharField(
        label=_("Abstract"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    signer_position = forms.CharField(
        label=_("Position of the signer"), max_length=100, required=False
    )
    signer_name = forms.CharField(label=_("Name of the signer"), max_length=100, required=False)
    urgency = forms.TypedChoiceField(label=_("Urgency"), coerce=int, choices=Urgency.choices)
    pages = forms.IntegerField(label=_("Pages"), min_value=1, max_value=MOST_PAGES, required=False)
    answer_by = VietnameseDateField(label=_("Answer asked for until"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    language = forms.CharField(label=_("Language"), max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", CHOOSE), *type_choices()]  # type: ignore[attr-defined]

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or VIETNAMESE


class EnterForm(LineForm):
    """One line of the register. Nothing of a secret document is kept, not even its scans."""

    secrecy = forms.ChoiceField(
        label=_("Secrecy"), required=False,
        choices=[("", _("Not secret")), ("secret", _("Secret, top secret or most secret"))],
    )  # fmt: skip
    registry = forms.TypedChoiceField(label=_("Register of"), coerce=int)
    channel = forms.ChoiceField(
        label=_("It came"), choices=[(each.value, each.label) for each in ENTERED]
    )
    arrived_on = VietnameseDateField(
        label=_("Day of arrival"), required=False,
        help_text=_("Empty: today. Of what waited longer than a working day say why in the note."),
    )  # fmt: skip
    scans = UploadField(label=_("Scans or files"), required=False, multiple=True)
    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(
        self, data: Any = None, files: Any = None, *, user: User, registries: list[Registry]
    ) -> None:
        is_secret = data is not None and bool(data.get("secrecy"))
        initial = {
            "form_token": secrets.token_urlsafe(24), "urgency": 0, "channel": Channel.PAPER.value,
            "registry": registries[0].pk, "language": VIETNAMESE,
        }  # fmt: skip
        super().__init__(data, None if is_secret else files, initial=initial)
        named = [(each.pk, each.name) for each in registries]
        self.fields["registry"].choices = named  # type: ignore[attr-defined]
        self.fields["scans"].actor = user  # type: ignore[attr-defined]
        self.double: list[Incoming] = []  # what the register has already, to be looked at

    def clean_secrecy(self) -> str:
        if self.cleaned_data["secrecy"]:
            raise ValidationError(SECRET)
        return ""

    def clean_seen(self) -> list[int]:
        return seen_ids(self.cleaned_data["seen"])

    @property
    def letter(self) -> Letter:
        asked = Letter.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return Letter(**{name: self.cleaned_data[name] for name in asked})

    @property
    def arrived_at(self) -> dt.datetime | None:
        """None: now. An earlier day stands for its first moment."""
        day: dt.date | None = self.cleaned_data["arrived_on"]
        return None if day in (None, timezone.localdate()) else start_of(day)
