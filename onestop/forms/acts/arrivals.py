"""What the counter decides on a dossier that arrived online."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.ui import day_only
from onestop.forms.acts.base import ActForm, ReasonForm
from onestop.forms.acts.waiting import SupplementForm
from onestop.models import PhraseUse
from onestop.services import arrivals


class AcceptForm(ActForm):
    title = gettext_lazy("Accept the dossier")
    button = gettext_lazy("Accept")
    done = gettext_lazy("The dossier is accepted. Print the receipt for the applicant.")
    explanation = gettext_lazy("The papers are complete and correct. The time limit starts now.")

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = arrivals.version_on(self.dossier, timezone.localdate())
        self.fields["version"].initial = version.pk if version else self.dossier.version_id
        if version is None:
            self.warning = _(
                "The procedure is no longer offered as on the day of submission. The dossier is "
                "accepted under the version in force when it was submitted, on %(day)s."
            ) % {"day": day_only(self.dossier.arrived_at)}
        elif version.pk != self.dossier.version_id:
            self.warning = _(
                "The procedure has changed since the dossier was submitted on %(day)s. Time limit "
                "and process follow the version in force today: check the papers against it."
            ) % {"day": day_only(self.dossier.arrived_at)}

    def perform(self) -> object:
        return arrivals.accept_arrival(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"],
            version_id=self.cleaned_data["version"],
        )  # fmt: skip


class RefuseArrivalForm(ReasonForm):
    title = gettext_lazy("Do not accept the dossier")
    button = gettext_lazy("Do not accept")
    done = gettext_lazy("The dossier was not accepted. Form 03 is ready to print.")
    phrases_for = PhraseUse.REFUSAL
    service = staticmethod(arrivals.refuse_arrival)


class StopArrivalForm(ReasonForm):
    title = gettext_lazy("Close the dossier")
    button = gettext_lazy("Close")
    done = gettext_lazy("The dossier is closed without having been accepted.")
    explanation = gettext_lazy("The papers that were asked for did not come.")
    icon = "circle-stop"
    phrases_for = PhraseUse.STOP
    service = staticmethod(arrivals.stop_arrival)


class AskArrivalForm(SupplementForm):
    """Mẫu 02 before acceptance."""

    done = gettext_lazy("The request is sent. Form 02 is ready to print.")
    explanation = gettext_lazy("Ask for everything that is missing at once.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on_lapse"]
        self.fields.pop("consent_reason", None)

    def perform(self) -> object:
        data = self.cleaned_data
        return arrivals.ask_arrival(
            self.dossier.pk, actor=self.user, items=data["items"].splitlines(),
            reason=data["reason"], apply_by=data["apply_by"],
        )  # fmt: skip
