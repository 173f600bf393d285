"""Forms of the frameworks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from ranking.rules.faults import Faulty
from ranking.rules.framework import Framework
from ranking.rules.yaml_files import LARGEST, read_framework
from ranking.wording import sentence_of


class BringInForm(Form):
    """A framework as a YAML file, or its text once the preview was seen."""

    file = forms.FileField(label=_("Framework (YAML)"), required=False)
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST)

    content: Framework | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = cleaned.get("file")
        if given is None and not cleaned.get("text"):
            self.add_error("file", _("Choose a file."))
            return cleaned
        if given is not None and given.size > LARGEST:
            self.add_error("file", _("The file is too large for a framework."))
            return cleaned
        raw = given.read() if given is not None else cleaned["text"].encode()
        try:
            self.content = read_framework(raw)
        except Faulty as wrong:
            for fault in wrong.faults[:50]:
                self.add_error("file", str(sentence_of(fault)))
        else:
            cleaned["text"] = raw.decode("utf-8-sig")
        return cleaned


class CopyForm(Form):
    code = forms.SlugField(label=_("Code"), max_length=40)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class CommentsForm(Form):
    until = VietnameseDateField(label=_("Comments until"))


class CommentForm(Form):
    """What a unit says to a draft; about the whole or one criterion."""

    unit = forms.ChoiceField(label=_("For the unit"))
    criterion = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, units: list[tuple[int, str]], criteria: list[tuple[int, str]], *args: Any,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["criterion"].choices = [("", _("The whole framework")), *criteria]  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why something is done that others read."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DryRunForm(Form):
    framework = forms.FileField(label=_("Framework (YAML)"))
    scores = forms.FileField(label=_("Scores (CSV)"))
