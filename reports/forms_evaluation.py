"""What is written in the monthly evaluation: a remark, a decision, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from reports.rules_evaluation import Grade


class RemarkForm(Form):
    """What the person himself says about his month."""

    text = forms.CharField(
        label=gettext_lazy("Your remark"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who decides on your row reads it."),
    )  # fmt: skip


class JudgeForm(Form):
    """The head's decision on one row."""

    grade = forms.ChoiceField(label=gettext_lazy("Classification"), choices=Grade)
    reason = forms.CharField(
        label=gettext_lazy("Why it differs from the proposal"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Head's comment"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, proposed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        differs = data.get("grade") not in (None, self.proposed)
        if differs and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why the classification differs from the proposal."))
        return data


class CorrectForm(Form):
    """Why there is to be a new version."""

    reason = forms.CharField(
        label=gettext_lazy("Why the figures are counted anew"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
