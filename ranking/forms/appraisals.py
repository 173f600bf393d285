"""Forms of the appraisal: a verdict, with the figures that the rule asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from files.forms import UploadField, upload_as
from organizations.models import User
from ranking.forms.answers import AnswerForm
from ranking.models import Choice, Criterion, FigureSource
from ranking.services.appraisal import MEANT, VerdictFacts

FOUND_BY_OTHERS = (FigureSource.DEPARTMENT, FigureSource.SURVEY)


class VerdictForm(AnswerForm):
    """What counts, of what there is; the figures are read only when another one is entered."""

    counts = forms.ChoiceField(label=_("What counts"), widget=forms.RadioSelect)
    newest = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    beside = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, criterion: Criterion, *args: Any, offered: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(criterion, *args, **kwargs)
        self.fields["counts"].choices = offered  # type: ignore[attr-defined]
        reason = self.fields["explanation"]
        reason.label = _("Reason (the unit reads it)")
        reason.is_asked = True  # type: ignore[attr-defined]  # of every choice but the unit's own
        self.fields["not_applicable"].label = _("Does not apply to this unit")

    def clean(self) -> dict[str, Any]:
        """Figures count only with "another figure"; the service asks for the reason."""
        if self.cleaned_data.get("counts") != Choice.OTHER:
            return {**self.cleaned_data, "given": None, "not_applicable": False}
        return super().clean()

    def facts(self) -> VerdictFacts:
        done = self.cleaned_data
        return VerdictFacts(
            self.criterion.pk, done["counts"],
            (done["newest"] or 0, done["revision"] or 0, done["beside"] or 0),
            done["given"], done["not_applicable"], done["explanation"],
        )  # fmt: skip

    def clean_explanation(self) -> str:
        """A changed score needs a reason that says something."""
        words = str(self.cleaned_data["explanation"]).strip()
        if self.data.get(self.add_prefix("counts")) != Choice.OWN and len(words) < MEANT:
            raise forms.ValidationError(
                _("Say why: the unit reads it and can only mend what it understands.")
            )
        return words


class FigureForm(AnswerForm):
    """What somebody else found, with who, when and where."""

    mark = "f"

    source = forms.ChoiceField(
        label=_("Where it comes from"),
        choices=[(each.value, each.label) for each in FOUND_BY_OTHERS],
    )

    found_on = VietnameseDateField(label=_("Day of the survey"), required=False)
    upload = UploadField(label=_("Minutes or photo of the survey"), required=False)

    def __init__(
        self, criterion: Criterion, *args: Any, user: User, is_checked: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(criterion, *args, **kwargs)
        if is_checked:  # the department says it itself
            self.fields["source"].choices = [  # type: ignore[attr-defined]
                (FigureSource.SURVEY.value, FigureSource.SURVEY.label)
            ]
        upload_as(user, self)
        note = self.fields["explanation"]
        note.label, note.required = _("Who found it, when and where"), True
        self.fields["found_on"].is_asked = True  # type: ignore[attr-defined]  # of a survey
        del self.fields["not_applicable"], self.fields["revision"]
        self.order_fields(["source", *self.asked, "found_on", "explanation", "upload"])

    def clean(self) -> dict[str, Any]:
        """A survey has its day."""
        cleaned = super().clean()
        is_survey = cleaned.get("source") == FigureSource.SURVEY
        if is_survey and not cleaned.get("found_on") and "found_on" not in self.errors:
            self.add_error("found_on", _("Enter the day of the survey."))
        return cleaned


class TextForm(Form):
    """A question, a reply, an appeal or an answer to it."""

    text = forms.CharField(
        label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AppealForm(Form):
    """What the unit asks for, and why."""

    text = forms.CharField(
        label=_("What is asked for, and why"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    upload = UploadField(label=_("A document that shows it"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        upload_as(user, self)


class AppealAnswerForm(TextForm):
    is_granted = forms.TypedChoiceField(
        label=_("Answer to the appeal"), coerce=lambda value: value == "yes",
        choices=[("yes", _("Granted: decided anew")), ("no", _("Not granted"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
