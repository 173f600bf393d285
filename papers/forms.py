"""Forms of the editor of words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from papers import form_words
from papers.fields import RESULT
from papers.models import FormWords
from papers.wording import LONGEST, Words, faults_in, has_number, shipped_of

LABEL = "label-"
ROWS = {"body": 22, "sign_left": 3, "sign_right": 3}


class WordsForm(Form):
    """Every text of a form; each fault is told at its text with its line."""

    name = forms.CharField(
        label=gettext_lazy("Name of the template"), max_length=150,
        help_text=gettext_lazy("Officials choose it by this name."),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Only for the procedure"), max_length=20, required=False,
        help_text=gettext_lazy("Code, such as 1.004194; empty: for every procedure."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Title of the paper"), max_length=200)
    number = forms.CharField(
        label=gettext_lazy("Number line"), max_length=100,
        help_text=gettext_lazy("Fields: {so_thu_tu}, {ky_hieu}, {nam}."),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("Form and legal basis"), max_length=200, required=False,
        help_text=gettext_lazy("Small, above the paper on the right."),
    )  # fmt: skip
    body = forms.CharField(label=gettext_lazy("Text"), max_length=LONGEST)
    sign_left = forms.CharField(
        label=gettext_lazy("Signature on the left"), max_length=600, required=False,
        help_text=gettext_lazy("Caption, how to sign, name: a line each."),
    )  # fmt: skip
    sign_right = forms.CharField(
        label=gettext_lazy("Signature on the right"), max_length=600, required=False,
        help_text=gettext_lazy("Caption, how to sign, name: a line each."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, kind: str, words: Words, row: FormWords) -> None:
        super().__init__(
            data, initial={**words.as_data(), "name": row.name, "subject": row.subject}
        )
        self.kind, self.before = kind, words
        for name, rows in ROWS.items():
            self.fields[name].widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
            self.initial[name] = getattr(words, name)
        left_out = [] if has_number(kind) else ["number"]
        left_out += ["basis"] if kind == RESULT else ["name", "subject"]
        for name in left_out:
            del self.fields[name]
        shipped = shipped_of(kind)[-1].words.labels
        for key, value in words.labels.items():
            self.fields[LABEL + key] = forms.CharField(
                label=shipped.get(key, value), max_length=120, initial=value, required=False
            )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(LABEL)]

    @property
    def label_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(LABEL)]

    def words(self) -> Words:
        """What was written, with Unix line ends."""
        found = self.cleaned_data
        texts = {
            name: found.get(name, "").replace("\r\n", "\n").strip()
            for name in ("title", "number", "basis", *ROWS)
        }
        labels = {key: found[LABEL + key] for key in self.before.labels}
        return Words(**texts, labels=labels)

    @property
    def template(self) -> dict[str, str]:
        """Name and procedure of a template of draft results."""
        return {key: self.cleaned_data.get(key, "") for key in ("name", "subject")}

    def clean_subject(self) -> str:
        code = str(self.cleaned_data["subject"])
        if code and not form_words.is_subject(code):
            raise forms.ValidationError(_("There is no procedure with this code."))
        return code

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            for name, faults in faults_in(self.kind, self.words()).items():
                for fault in faults:
                    self.add_error(name if name in self.fields else None, str(fault))
        return self.cleaned_data


class PublishForm(Form):
    """From which day, and on whose word."""

    valid_from = VietnameseDateField(label=gettext_lazy("From day"))
    source = forms.CharField(
        label=gettext_lazy("On what ground"), max_length=300,
        help_text=gettext_lazy("The act or decision, such as: QĐ 12/QĐ-UBND ngày 02/03/2026."),
    )  # fmt: skip

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(
                _("Words hold from today or a later day on, never backwards.")
            )
        return day
