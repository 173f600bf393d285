"""What the forms of all acts on a dossier share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy

from common.forms import Form
from files.forms import upload_as
from onestop.models import Dossier, Phrase, StepRun
from organizations.models import User

Words = Any  # a str or a lazy translation; django-stubs knows only its own promise


def lines_field(label: Words, help_text: Words = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )


REASON = gettext_lazy("Reason")


def reason_field(label: Words = REASON) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        error_messages={
            "required": gettext_lazy("Give a reason, so that the receiver knows what to do.")
        },
    )  # fmt: skip


class ActForm(Form):
    """Base: knows the dossier, its open step and who acts."""

    title: ClassVar[Words] = ""
    button: ClassVar[Words] = ""
    done: ClassVar[Words] = gettext_lazy("Done.")
    explanation: ClassVar[Words] = ""
    warning: Words = ""  # of this dossier, beside the explanation
    icon: ClassVar[str] = "check"
    is_grave: ClassVar[bool] = False  # asks for a second look: red button
    phrases_for: ClassVar[str] = ""  # a PhraseUse whose sentences are offered

    def __init__(
        self, *args: Any, dossier: Dossier, run: StepRun | None, user: User, **kwargs: Any
    ) -> None:
        self.dossier, self.run, self.user = dossier, run, user
        super().__init__(*args, **kwargs)
        upload_as(user, self)
        self.phrases = (
            list(Phrase.objects.filter(use=self.phrases_for).order_by("order", "pk"))
            if self.phrases_for
            else []
        )

    @property
    def heading(self) -> str:
        """The act as the title of its own page: without the three dots of a button."""
        return str(self.title).rstrip("…")

    @property
    def step_id(self) -> int | None:
        return self.run.pk if self.run else None

    def refuse(self, sentence: str) -> None:
        """Show it as it was filled in, with why the service refused it and no other error. Checked
        once more for the files that are in already."""
        self.full_clean()
        self._errors = ErrorDict(renderer=self.renderer)
        self.add_error(None, sentence)

    def perform(self) -> object:
        """Call the one service; people's mistakes come out as DomainError."""
        raise AssertionError("every act has its own perform()")


class ReasonForm(ActForm):
    """Base of the acts that need a reason and nothing else."""

    icon = "circle-x"
    is_grave = True
    reason = reason_field(gettext_lazy("Reason (the citizen will read it)"))
    service: ClassVar[Any] = None

    def perform(self) -> object:
        return type(self).service(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )
