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
from onestop.queries.submission import Submittable, receiving_counter
from onestop.services.reception import FeeFacts, PaperFacts, PersonFacts, Reception

MOST_FILES = 5  # of one paper


class OpenUploadField(UploadField):
    """Uploads of somebody without an account: looked at here, kept only when the page is right."""

    def clean(self, value: Sent | None) -> list[Any]:  # type: ignore[override]
        files = (value or Sent()).files
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.most:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            )
        for file in files:
            try:
                check(file.name or "", file.file, limits())  # type: ignore[arg-type]
            except UploadError as error:
                words = _("%(name)s: %(fault)s") % {"name": file.name, "fault": error}
                raise ValidationError(words, code=error.code) from error
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
            receiving_unit_id=receiving_counter(unit, timezone.localdate()).pk,
            competent_unit_id=unit.pk,
            applicant=applicant,
            papers=papers,
            fee=FeeFacts(due_vnd=self.opened.fee_vnd),
            channel=Channel.ONLINE,
        )
        return facts, hashlib.sha256(seal.encode()).hexdigest()
