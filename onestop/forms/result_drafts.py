"""Forms of a result that is written from a template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import Form
from papers.wording import LONGEST, Words


class ResultForm(Form):
    """The filled-in text: all of it may be changed."""

    title = forms.CharField(label=gettext_lazy("Title of the paper"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy("**bold**; a line that begins with > stands in the middle."),
    )  # fmt: skip
    recipients = forms.CharField(
        label=gettext_lazy("Recipients"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, words: Words) -> None:
        initial = {"title": words.title, "body": words.body, "recipients": words.sign_left}
        super().__init__(data, initial=initial)

    def texts(self) -> dict[str, str]:
        """With Unix line ends."""
        return {name: str(text).replace("\r\n", "\n") for name, text in self.cleaned_data.items()}
