"""Correct a reception: the people, sets, summary and delivery as they should have been written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from common.forms import Form
from onestop.forms.persons import (
    ApplicantForm,
    AuthorisedForm,
    Came,
    PeoplePage,
    PersonForm,
    SubmitterForm,
)
from onestop.models import Channel, Dossier
from onestop.queries.counter import person_facts
from onestop.services.corrections import Correction
from onestop.states import Delivery, PersonPart


class CorrectionForm(Form):
    """What is no person, and why."""

    came = forms.ChoiceField(
        label=gettext_lazy("Who hands the dossier in"), choices=Came.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    delivery = forms.ChoiceField(label=gettext_lazy("Where the result goes"))
    copies = forms.IntegerField(label=gettext_lazy("Number of sets"), min_value=1, max_value=999)
    summary = forms.CharField(label=gettext_lazy("Summary"), max_length=1000, required=False)
    reason = forms.CharField(
        label=gettext_lazy("What was wrong"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        online = dossier.version.channels.filter(channel=Channel.ONLINE).exists()
        self.fields["delivery"].choices = [  # type: ignore[attr-defined]
            (value, words)
            for value, words in Delivery.choices
            if value != Delivery.ONLINE or online or dossier.delivery == value
        ]


class CorrectionPage(PeoplePage):
    """The forms of the page, filled with what was written down. Three queries."""

    def __init__(self, dossier: Dossier, data: QueryDict | None = None) -> None:
        self.dossier, self.data = dossier, data
        persons = {row.part: person_facts(row) for row in dossier.persons.all()}
        came = Came.SELF
        for part, choice in ((PersonPart.SUBMITTER, Came.SUBMITTER),
                             (PersonPart.AUTHORISED, Came.AUTHORISED)):  # fmt: skip
            came = choice if part in persons else came
        initial = {
            "came": came, "delivery": dossier.delivery, "copies": dossier.copies,
            "summary": dossier.summary,
        }  # fmt: skip
        self.main = CorrectionForm(data, dossier=dossier, initial=initial)
        self.applicant = self._form(ApplicantForm, PersonPart.APPLICANT, persons)
        self.submitter = self._form(SubmitterForm, PersonPart.SUBMITTER, persons)
        self.authorised = self._form(AuthorisedForm, PersonPart.AUTHORISED, persons)

    def _form(self, kind: type[PersonForm], part: str, persons: dict[str, Any]) -> PersonForm:
        return kind(self.data, prefix=part, initial=kind.initial_of(persons.get(part)))

    @property
    def in_order(self) -> list[Form]:
        return [form for form in (self.applicant, self.other, self.main) if form is not None]

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in self.in_order]  # each says its faults
        self.check_delivery()
        return all(found) and not self.applicant.errors

    def facts(self) -> Correction:
        """What the service takes. Only after `is_valid`."""
        data = self.main.cleaned_data
        return Correction(
            applicant=self.applicant.facts(), submitter=self.facts_of(Came.SUBMITTER),
            authorised=self.facts_of(Came.AUTHORISED), copies=data["copies"],
            summary=data["summary"], delivery=data["delivery"],
        )  # fmt: skip
