"""The way through the process: assign, pass on, draft, consult, approve."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, VietnameseDateField
from files.forms import UploadField
from onestop.forms.acts.base import ActForm, reason_field
from onestop.models import FileKind, PhraseUse
from onestop.services import (
    assignment,
    opinions,
    processing,
    steps,
)
from organizations import absences
from organizations.models import AGENCY_KINDS, Unit
from organizations.words import away_words


class AssignForm(ActForm):
    """People who can do the step, by given name, with their unit."""

    title = gettext_lazy("Assign…")
    button = gettext_lazy("Assign")
    done = gettext_lazy("The dossier is assigned.")
    icon = "user-check"

    person = forms.ChoiceField(label=gettext_lazy("Officer in charge"))
    note = forms.CharField(label=gettext_lazy("Instruction"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.run is not None
        able = assignment.candidates(self.dossier, self.run)
        away = absences.of_people(person.pk for person, _unit in able)
        here_first = sorted(able, key=lambda one: one[0].pk in away)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (str(person.pk), f"{person.full_name} – {unit.name}{away_words(away.get(person.pk))}")
            for person, unit in here_first
        ]

    def perform(self) -> object:
        return assignment.assign(
            self.dossier.pk, actor=self.user, person_id=int(self.cleaned_data["person"]),
            note=self.cleaned_data["note"], step_id=self.step_id,
        )  # fmt: skip


class TakeOverForm(ActForm):
    title = gettext_lazy("Take over")
    button = gettext_lazy("Take over")
    done = gettext_lazy("The dossier is in your hands.")
    icon = "hand"

    def perform(self) -> object:
        return assignment.take_over(self.dossier.pk, actor=self.user, step_id=self.step_id)


class ForwardForm(ActForm):
    title = gettext_lazy("Next step")
    button = gettext_lazy("Pass on")
    done = gettext_lazy("The dossier has gone to its next step.")
    icon = "send"

    note = forms.CharField(
        label=gettext_lazy("Message to the next person"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    draft = UploadField(
        label=gettext_lazy("Draft result"), required=False, multiple=True,
        help_text=gettext_lazy("Replaces the draft that is there"),
    )  # fmt: skip
    through = forms.TypedChoiceField(
        label=gettext_lazy("Close in one act"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        together = processing.closable_together(self.dossier, self.run, self.user)
        if len(together) > 1:
            self.fields["through"].choices = [  # type: ignore[attr-defined]
                (step.order, " + ".join(each.name for each in together[: index + 1]))
                for index, step in enumerate(together)
            ]
        else:
            del self.fields["through"]
        if self.run is None or self.run.kind not in ("process", "consult"):
            del self.fields["draft"]

    def perform(self) -> object:
        data = self.cleaned_data
        return processing.forward(
            self.dossier.pk, actor=self.user, note=data["note"], through=data.get("through"),
            draft_ids=data.get("draft") or (), step_id=self.step_id,
        )  # fmt: skip


class SendBackForm(ActForm):
    title = gettext_lazy("Return for correction")
    button = gettext_lazy("Return")
    done = gettext_lazy("Returned with your reason.")
    icon = "undo-2"
    is_grave = True
    phrases_for = PhraseUse.CORRECTION

    to = forms.TypedChoiceField(label=gettext_lazy("Back to"), coerce=int)
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A query for each step, where several can be done again."""
        super().__init__(*args, **kwargs)
        targets = steps.correctable(self.dossier, self.run) if self.run else []
        if len(targets) < 2:
            del self.fields["to"]
            return
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (step.order, f"{step.name} – {step.closed_by.full_name}")
            for step in sorted(targets, key=lambda step: step.order)
        ]
        self.fields["to"].initial = targets[0].order

    def perform(self) -> object:
        data = self.cleaned_data
        return processing.return_for_correction(
            self.dossier.pk, actor=self.user, reason=data["reason"], to=data.get("to"),
            step_id=self.step_id,
        )  # fmt: skip


class DraftForm(ActForm):
    title = gettext_lazy("Draft result")
    button = gettext_lazy("Upload")
    done = gettext_lazy("The file is on the dossier.")
    icon = "upload"

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(FileKind.DRAFT, FileKind.DRAFT.label), (FileKind.RESULT, FileKind.RESULT.label)],
    )
    uploads = UploadField(label=gettext_lazy("File"), multiple=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = processing.uploads_at(self.dossier, self.run) if self.run else []
        self.fields["kind"].choices = [(kind, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def perform(self) -> object:
        return processing.add_draft(
            self.dossier.pk, actor=self.user, kind=FileKind(self.cleaned_data["kind"]),
            file_ids=self.cleaned_data["uploads"],
        )  # fmt: skip


class OpinionForm(ActForm):
    title = gettext_lazy("Ask another unit")
    button = gettext_lazy("Ask")
    done = gettext_lazy("The unit was asked and can see the dossier.")
    icon = "message-circle-question"
    explanation = gettext_lazy("The time limit of the dossier goes on.")

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    question = reason_field(gettext_lazy("Question"))
    due_on = VietnameseDateField(label=gettext_lazy("Answer by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.valid_on(timezone.localdate()).exclude(kind="province")
        named = units.exclude(pk=self.dossier.holder_unit_id).order_by("name", "parent__name")
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *(
                (str(pk), name if kind in AGENCY_KINDS else f"{name} – {above}")
                for pk, name, kind, above in named.values_list("pk", "name", "kind", "parent__name")
            ),
        ]

    def perform(self) -> object:
        data = self.cleaned_data
        return opinions.ask_opinion(
            self.dossier.pk, actor=self.user, unit_id=int(data["unit"]),
            question=data["question"], due_on=data["due_on"], step_id=self.step_id,
        )  # fmt: skip


class ApproveForm(ActForm):
    title = gettext_lazy("Approve")
    button = gettext_lazy("Approve")
    done = gettext_lazy("Approved.")
    icon = "badge-check"

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def perform(self) -> object:
        return processing.approve(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"], step_id=self.step_id
        )


class NoteForm(ActForm):
    title = gettext_lazy("Internal note")
    button = gettext_lazy("Add the note")
    done = gettext_lazy("The note is in the timeline.")

    text = forms.CharField(
        label=gettext_lazy("Internal note"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def perform(self) -> object:
        return opinions.add_note(self.dossier.pk, actor=self.user, text=self.cleaned_data["text"])


# name of the act (rules.actions) -> (address, form); "decide" and "correct" have pages of their own
