"""The people on a slip: applicant, submitter and authorised person, each with its own rules."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from common.templatetags.ui import error_summary
from onestop.rules.identity_card import check_number, check_phone
from onestop.services.reception import PersonFacts
from onestop.states import Delivery, PersonKind


class Came:
    """Who stands at the counter."""

    SELF, SUBMITTER, AUTHORISED = "self", "submitter", "authorised"
    choices = [
        (SELF, gettext_lazy("The applicant")),
        (SUBMITTER, gettext_lazy("Somebody who brings the papers")),
        (AUTHORISED, gettext_lazy("An authorised person")),
    ]


class PersonForm(Form):
    """What all three roles have. Names come in NFC with single spaces, numbers without blanks."""

    number_is_required = True
    is_unusual = False

    number = forms.CharField(label=gettext_lazy("Identity number"), max_length=30, required=False)
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)

    def __init__(self, *args: Any, number_is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]
        number.required = number_is_required and type(self).number_is_required
        number.error_messages["required"] = _(
            "Enter the number: its last four digits open the look-up."
        )
        for name, hints in HINTS.items():
            if name in self.fields:
                self.fields[name].widget.attrs.update(hints)

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not re.search(r"[^\W\d_]", name):
            raise ValidationError(_("Enter the name in letters."))
        return name

    def clean_phone(self) -> str:
        text = str(self.cleaned_data["phone"])
        if not text:
            return ""
        phone = check_phone(text)
        if phone is None:
            raise ValidationError(_("Enter a phone number of 10 or 11 digits, like 0901234567."))
        return phone

    def clean_address(self) -> str:
        return " ".join(str(self.cleaned_data["address"]).split())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        text, kind = data.get("number", ""), data.get("kind") or PersonKind.CITIZEN
        if text:
            number = check_number(text, kind)
            self.is_unusual = number.is_unusual
            data["number"] = number.text
            if not number.is_valid or len(number.text) > 20:
                self.add_error("number", NUMBER_FAULTS[kind])
        return data

    def facts(self) -> PersonFacts:
        return PersonFacts(**self.cleaned_data)

    @classmethod
    def initial_of(cls, facts: PersonFacts | None) -> dict[str, Any]:
        return dict(vars(facts)) if facts else {}


class ApplicantForm(PersonForm):
    """Chủ hồ sơ: a person or an organisation."""

    kind = forms.ChoiceField(label=gettext_lazy("Who applies"), choices=PersonKind.choices)
    number = forms.CharField(
        label=gettext_lazy("Identity or tax number"), max_length=30, required=False
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    born_on = VietnameseDateField(label=gettext_lazy("Date of birth"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)

    field_order = ("kind", "number", "name", "born_on", "phone", "email", "address")

    def clean_born_on(self) -> Any:
        day = self.cleaned_data["born_on"]
        if day and (day.year < 1900 or day > timezone.localdate()):
            raise ValidationError(_("A date of birth lies in the past."))
        return day


class SubmitterForm(PersonForm):
    """Người nộp: brings the papers and takes the slip, without acting for the applicant."""

    number_is_required = False


class AuthorisedForm(PersonForm):
    """Người được ủy quyền: acts for the applicant, with a document that says so."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    authorisation = forms.CharField(
        label=gettext_lazy("Authorisation document"), max_length=300,
        help_text=gettext_lazy("Kind, number and date of the document"),
    )  # fmt: skip

    field_order = ("number", "name", "authorisation", "phone", "email", "address")


HINTS: dict[str, dict[str, str]] = {
    "number": {"autocomplete": "off", "class": "input-id"},
    "name": {"autocomplete": "off", "autocapitalize": "words"},
    "phone": {"autocomplete": "off", "inputmode": "tel", "class": "input-phone"},
    "email": {"autocomplete": "off"},
    "address": {"autocomplete": "off"},
}
NUMBER_FAULTS = {
    PersonKind.CITIZEN: gettext_lazy(
        "Enter the 12 digits of the identity number (or an old card of 9, or a passport)."
    ),
    PersonKind.ENTERPRISE: gettext_lazy("Enter the tax number: 10 digits, or 13."),
    PersonKind.AGENCY: gettext_lazy("Enter the tax number or the identification code."),
    PersonKind.OTHER: gettext_lazy("Enter the tax number or the number of the decision."),
}


class PeoplePage(ABC):
    """What the pages of reception and correction share: who applies, who came, where it goes.

    `main` has the fields `came` and `delivery`.
    """

    data: QueryDict | None
    main: Form
    applicant: PersonForm
    submitter: PersonForm
    authorised: PersonForm

    @property
    def other(self) -> PersonForm | None:
        """The form of who came, when it is not the applicant."""
        forms_of = {Came.SUBMITTER: self.submitter, Came.AUTHORISED: self.authorised}
        return forms_of.get(self.main["came"].value())

    @property
    @abstractmethod
    def in_order(self) -> Sequence[Form | None]:
        """The forms in the order of the page; None: not there."""

    @property
    def errors(self) -> bool:
        return bool(self.faults)

    @property
    def faults(self) -> list[dict[str, str]]:
        """Every fault in the order of the page, with the box it is in."""
        if self.data is None:
            return []
        faults: list[dict[str, str]] = error_summary(*[f for f in self.in_order if f])["faults"]
        return faults

    def check_delivery(self) -> None:
        """A result that goes by post needs the address it goes to."""
        by_post = self.main.cleaned_data.get("delivery") == Delivery.POST
        if by_post and not self.applicant.cleaned_data.get("address"):
            self.applicant.add_error("address", _("Enter the address that the post goes to."))

    def facts_of(self, came: str) -> PersonFacts | None:
        """Who came, when it was somebody in that part. Only after `is_valid`."""
        form = self.other if self.main.cleaned_data["came"] == came else None
        return form.facts() if form is not None else None
