"""Forms of the appraisal: a verdict, with the figures that the rule asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from ranking.forms.answers import AnswerForm
from ranking.models import Choice, Criterion, FigureSource
from ranking.services.appraisal import MEANT

FOUND_BY_OTHERS = (FigureSource.DEPARTMENT, FigureSource.SURVEY)


class VerdictForm(AnswerForm):
    """What counts; the figures are read only when another one is entered."""

    counts = forms.ChoiceField(label=_("What counts"), choices=Choice.choices,
                               widget=forms.RadioSelect)  # fmt: skip
    newest = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, criterion: Criterion, *args: Any, **kwargs: Any) -> None:
        super().__init__(criterion, *args, **kwargs)
        reason = self.fields["explanation"]
        reason.label = _("Reason (the unit reads it)")
        self.fields["not_applicable"].label = _("Does not apply to this unit")

    def clean(self) -> dict[str, Any]:
        """Figures count only with "another figure"; the service asks for the reason."""
        if self.cleaned_data.get("counts") != Choice.OTHER:
            return {**self.cleaned_data, "given": None, "not_applicable": False}
        return super().clean()

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

    def __init__(self, criterion: Criterion, *args: Any, **kwargs: Any) -> None:
        super().__init__(criterion, *args, **kwargs)
        self.fields["explanation"].label = _("Who found it, when and where")
        del self.fields["not_applicable"], self.fields["revision"]


class TextForm(Form):
    """A question, a reply, an appeal or an answer to it."""

    text = forms.CharField(
        label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AppealAnswerForm(TextForm):
    is_granted = forms.TypedChoiceField(
        label=_("Answer to the appeal"), coerce=lambda value: value == "yes",
        choices=[("yes", _("Granted: decided anew")), ("no", _("Not granted"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
