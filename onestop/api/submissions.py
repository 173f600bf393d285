"""What a machine hands in: shape here, what the codes name in the queries, the act in a service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from common.api import Narrow
from files.forms import ids_of_tokens
from onestop.forms.persons import ApplicantForm, AuthorisedForm, PersonForm, SubmitterForm
from onestop.models import Channel
from onestop.queries import hand_in_by_machine as named
from onestop.services.reception import PaperFacts, PersonFacts, Reception
from onestop.states import Delivery, PersonKind
from organizations.models import User

MOST_PAPERS, MOST_FILES = 60, 20
MANY = 32_767  # the largest number of sheets that the table takes


class PersonIn(Narrow):
    """Checked by the same rules as at the counter."""

    form: type[PersonForm] = SubmitterForm

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(
        max_length=30, help_text=gettext_lazy("Identity or tax number; its end opens the look-up")
    )
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked = self.form(data={name: str(value) for name, value in attrs.items()})
        if not checked.is_valid():
            faults = checked.errors.items()
            raise ValidationError({name: [str(each) for each in words] for name, words in faults})
        return {"facts": checked.facts()}


class ApplicantIn(PersonIn):
    form = ApplicantForm
    kind = serializers.ChoiceField(choices=PersonKind.choices, default=PersonKind.CITIZEN)
    born_on = serializers.DateField(required=False)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class SubmitterIn(PersonIn):
    number = serializers.CharField(max_length=30, required=False, allow_blank=True)


class AuthorisedIn(PersonIn):
    form = AuthorisedForm
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    authorisation = serializers.CharField(
        max_length=300, help_text=gettext_lazy("Kind, number and date of the document")
    )


class PaperIn(Narrow):
    component = serializers.IntegerField(
        required=False, min_value=0, max_value=MANY,
        help_text=gettext_lazy("Number of the paper in the procedure"),
    )  # fmt: skip
    name = serializers.CharField(
        max_length=500, required=False,
        help_text=gettext_lazy("Needed for a paper that the procedure does not name"),
    )  # fmt: skip
    originals = serializers.IntegerField(required=False, min_value=0, max_value=MANY, default=0)
    copies = serializers.IntegerField(required=False, min_value=0, max_value=MANY, default=0)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    files = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=MOST_FILES, required=False,
        default=list, help_text=gettext_lazy("What `files/` answered as id"),
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "component" not in attrs and not attrs.get("name"):
            raise ValidationError({"name": [_("Name the paper, or the component that it is.")]})
        return attrs


CODE = RegexValidator(r"^[0-9A-Za-z.\-]{1,35}\Z")


class DossierIn(Narrow):
    procedure = serializers.RegexField(
        r"^[0-9]\.[0-9]{6}\Z", help_text=gettext_lazy("Code of the procedure")
    )
    competent_unit = serializers.CharField(
        max_length=35, validators=[CODE],
        help_text=gettext_lazy("Code of a unit that resolves the procedure"),
    )  # fmt: skip
    receiving_unit = serializers.CharField(
        max_length=35, validators=[CODE], required=False,
        help_text=gettext_lazy("Code of the counter; left out: the one of the competent unit"),
    )  # fmt: skip
    applicant = ApplicantIn()
    submitter = SubmitterIn(required=False)
    authorised = AuthorisedIn(required=False)
    papers = PaperIn(many=True, required=False, default=list, max_length=MOST_PAPERS)  # type: ignore[call-arg]
    copies = serializers.IntegerField(required=False, min_value=1, max_value=99, default=1)
    summary = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    delivery = serializers.ChoiceField(choices=Delivery.choices, default=Delivery.COUNTER)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["delivery"] == Delivery.POST and not attrs["applicant"]["facts"].address:
            words = [_("Enter the address that the post goes to.")]
            raise ValidationError({"applicant": {"address": words}})
        return attrs


class SupplementIn(Narrow):
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    papers = PaperIn(many=True, min_length=1, max_length=MOST_PAPERS)  # type: ignore[call-arg]


def facts_of(sent: Mapping[str, Any], user: User, at: dt.datetime) -> Reception:
    """What the service takes. Faults name the field whose code names nothing."""
    day = timezone.localdate(at)
    version = named.version_of(sent["procedure"], day)
    if version is None:
        raise ValidationError({"procedure": [_("No published procedure in force has this code.")]})
    competent = named.competent_unit(version, sent["competent_unit"], day)
    if competent is None:
        words = [_("No open unit with this code resolves the procedure.")]
        raise ValidationError({"competent_unit": words})
    receiving = named.receiving_unit(competent, sent.get("receiving_unit", ""), user, day)
    if receiving is None:
        words = [_("No unit with this code belongs to your token.")]
        raise ValidationError({"receiving_unit": words})
    components = named.components_of(version)
    return Reception(
        version_id=version.pk,
        receiving_unit_id=receiving.pk,
        competent_unit_id=competent.pk,
        applicant=sent["applicant"]["facts"],
        submitter=_person(sent, "submitter"),
        authorised=_person(sent, "authorised"),
        papers=papers_of(sent["papers"], user, components),
        channel=Channel.ONLINE,
        copies=sent["copies"],
        summary=sent["summary"],
        delivery=sent["delivery"],
    )


def _person(sent: Mapping[str, Any], part: str) -> PersonFacts | None:
    found: PersonFacts | None = sent[part]["facts"] if part in sent else None
    return found


def papers_of(
    rows: list[dict[str, Any]], user: User, components: Mapping[int, Any]
) -> tuple[PaperFacts, ...]:
    """Rows of the checklist. A file is handed in once, on one paper."""
    tokens = [token for row in rows for token in row["files"]]
    if len(set(tokens)) != len(tokens):
        raise ValidationError({"papers": [_("A file is named twice.")]})
    found = []
    for row in rows:
        component = components.get(row["component"]) if "component" in row else None
        if "component" in row and component is None:
            raise ValidationError({"papers": [_("The procedure has no paper of this number.")]})
        found.append(
            PaperFacts(
                name=row.get("name") or component.name,  # type: ignore[union-attr]
                component_id=component.pk if component else None,
                originals=row["originals"],
                copies=row["copies"],
                note=row["note"],
                file_ids=tuple(ids_of_tokens(row["files"], user)),
            )
        )
    return tuple(found)
