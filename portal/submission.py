"""The own online form: one plain page with the applicant, the papers and nothing else."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.checks import UploadError, check
from files.forms import Sent, UploadField
from files.services import limits, store
from onestop.forms.persons import ApplicantForm
from onestop.models import Channel
from onestop.queries.desks import nearest_desk
from onestop.queries.submission import Submittable
from onestop.services.reception import FeeFacts, PaperFacts, PersonFacts, Reception

MOST_FILES = 5  # of one paper
MOST_IN_FORM = 20  # of all papers: each file is looked at in a process of its own


class OpenUploadField(UploadField):
    """Uploads of somebody without an account: the form looks at them, when all else is right."""

    def clean(self, value: Sent | None) -> list[Any]:  # type: ignore[override]
        files = (value or Sent()).files
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.most:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            )
        return files


class SubmissionForm(ApplicantForm):
    """Chủ hồ sơ, the agency where there are several, and a file for each paper."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Agency that handles it"), coerce=int)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    field_order = ("unit", *ApplicantForm.field_order)  # type: ignore[assignment]

    def __init__(self, *args: Any, opened: Submittable, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": secrets.token_urlsafe(24)}, **kwargs)
        self.opened = opened
        choices = [(unit.pk, unit.name) for unit in opened.units]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["unit"].initial = choices[0][0]
        for component in opened.components:
            self.fields[f"paper-{component.pk}"] = OpenUploadField(
                label=component.name, required=component.is_required, multiple=True,
                most=MOST_FILES,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Files come last: to look at them is dear, and a page that is faulty is shown again."""
        data = super().clean()
        papers = {name: data.get(name, []) for name in self.fields if name.startswith("paper-")}
        if self.errors:
            return data
        if sum(map(len, papers.values())) > MOST_IN_FORM:
            words = _("At most %(most)s files in one form.") % {"most": MOST_IN_FORM}
            self.add_error(list(papers)[-1], words)
            return data
        for name, files in papers.items():
            fault = _fault_of(files)
            if fault is not None:
                self.add_error(name, fault)
        return data

    def facts(self) -> PersonFacts:
        names = ApplicantForm.field_order
        return PersonFacts(**{name: self.cleaned_data[name] for name in names})

    def reception(self) -> tuple[Reception, str]:
        """What was filled in, and the key of this submission; stores the files, so call it once,
        inside the request.

        The page's own key is not enough: a page that a browser restored, for a correction or for
        the next person, carries it too. So what was filled in and the files are part of the key.
        """
        unit = next(each for each in self.opened.units if each.pk == self.cleaned_data["unit"])
        papers, digests = [], {}
        for component in self.opened.components:
            files = [store(each, actor=None) for each in self.cleaned_data[f"paper-{component.pk}"]]
            if files:
                digests[component.pk] = [stored.sha256 for stored in files]
                ids = tuple(stored.pk for stored in files)
                papers.append(
                    PaperFacts(component.name, component_id=component.pk, copies=1, file_ids=ids)
                )
        procedure = self.opened.version.procedure_id
        applicant = self.facts()
        said = [self.cleaned_data["key"], procedure, unit.pk, vars(applicant), digests]
        seal = json.dumps(said, default=str, sort_keys=True)
        facts = Reception(
            version_id=self.opened.version.pk,
            receiving_unit_id=nearest_desk(unit, timezone.localdate()).pk,
            competent_unit_id=unit.pk,
            applicant=applicant,
            papers=papers,
            fee=FeeFacts(due_vnd=self.opened.fee_vnd),
            channel=Channel.ONLINE,
        )
        return facts, hashlib.sha256(seal.encode()).hexdigest()


def _fault_of(files: list[Any]) -> ValidationError | None:
    """What is wrong with the first of the files that is not in order."""
    for file in files:
        try:
            check(file.name or "", file.file, limits())
        except UploadError as error:
            words = _("%(name)s: %(fault)s") % {"name": file.name, "fault": error}
            return ValidationError(words, code=error.code)
    return None
