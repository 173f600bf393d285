"""Forms of the frameworks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from ranking.rules.faults import Fault, Faulty
from ranking.rules.framework import Framework
from ranking.rules.storing import storing_faults
from ranking.rules.yaml_files import LARGEST, read_framework, write_framework
from ranking.wording import sentence_of
from ranking.workbooks.build import Brought, read_workbook

MOST_FAULTS = 50
PACKED = b"PK\x03\x04"
SHEETS = (".xlsx", ".xls", ".xlsm", ".ods")


class BringInForm(Form):
    """A framework as a YAML or Excel file, or its text (YAML) once the preview was seen."""

    file = forms.FileField(label=_("Criteria set (YAML or Excel)"))
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST)

    content: Framework | None = None
    brought: Brought | None = None  # of a workbook: where its pieces stand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = cleaned.get("file")
        if given is None and not cleaned.get("text"):
            return cleaned
        if given is not None and given.size > LARGEST:
            self.add_error("file", _("The file is too large for a framework."))
            return cleaned
        try:
            self._read(given.read() if given is not None else cleaned["text"].encode())
        except Faulty as wrong:
            self._tell(wrong.faults)
        if self.content is not None:
            self._tell(storing_faults(self.content))
            cleaned["text"] = write_framework(self.content)
        return cleaned

    def _read(self, raw: bytes) -> None:
        if raw.startswith(PACKED) or self.is_called_workbook:
            self.content, self.brought = read_workbook(raw)
        else:
            self.content = read_framework(raw)

    @property
    def is_called_workbook(self) -> bool:
        """By its name: what is in it may be an older Excel's or no table at all."""
        given = self.files.get("file")
        return given is not None and str(given.name).lower().endswith(SHEETS)

    def _tell(self, faults: Iterable[Fault]) -> None:
        for fault in islice(faults, MOST_FAULTS):
            self.add_error("file", self.sentence(fault))

    def sentence(self, fault: Fault) -> str:
        """With sheet and cell, where it came from a workbook."""
        return sentence_of(self.brought.located(fault) if self.brought else fault)


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
        label=_("Your comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
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
    framework = forms.FileField(
        label=_("Framework (YAML)"),
        help_text=_("As the page of a criteria set gives it, or a smaller one with components."),
    )
    scores = forms.FileField(
        label=_("Scores (CSV)"),
        help_text=_(
            "Columns: unit, group, max, submitted_on and one for each criterion, area or component."
            " NA: does not apply; empty: not appraised, so there is no total."
        ),
    )
