"""The forms that citizens fill: the look-up and the rating."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from papers.rules import is_dossier_code, is_lookup_number
from portal.rules import ANSWERS, ASKED, NOT_ANSWERED, Question

_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans("–—‑−", "----")  # what phones make of a hyphen


class LookupForm(Form):
    """A dossier code with four digits, or a look-up number alone.

    A faulty look-up number is told before anybody looks: its check digit is public knowledge.
    """

    code = forms.CharField(
        label=gettext_lazy("Dossier code or look-up number"),
        max_length=70,
        help_text=gettext_lazy("Printed on the slip, e.g. H32.10-261102-0007 or 123 4567 8903."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters",
                                      "spellcheck": "false"}),
    )  # fmt: skip
    digits = forms.CharField(
        label=gettext_lazy("Last 4 of the identity or tax number"),
        max_length=10,
        help_text=gettext_lazy(
            "Needed with a dossier code only, to protect personal data. The slip says which number."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """A code in capitals, or the eleven digits of a look-up number."""
        typed = _SPACES.sub("", self.cleaned_data["code"]).translate(_DASHES).upper()
        bare = typed.replace("-", "").replace(".", "")
        if is_dossier_code(typed):
            return typed
        if is_lookup_number(bare):
            return bare
        if bare.isdigit():
            raise forms.ValidationError(
                _("A look-up number has 11 digits. Compare each of them with the slip.")
            )
        raise forms.ValidationError(
            _("This is neither a dossier code nor a look-up number. Type it as on the slip.")
        )

    def clean(self) -> dict[str, Any]:
        """Four characters are needed beside a code, and only there."""
        found = super().clean() or self.cleaned_data
        digits = _SPACES.sub("", found.get("digits") or "").upper()
        found["digits"] = digits
        if "code" not in found or self.is_number:
            self.errors.pop("digits", None)
        elif "digits" not in self.errors and not re.fullmatch(r"[0-9A-Z]{4}", digits):
            self.add_error("digits", _("Enter exactly 4 digits."))
        return found

    @property
    def is_number(self) -> bool:
        """Whether a look-up number was typed and not a code."""
        return is_lookup_number(self.cleaned_data.get("code", ""))


class KioskForm(LookupForm):
    """The same on a touch screen: four digits are asked for only when a code was given."""

    @property
    def asks_digits(self) -> bool:
        """Whether a dossier code was typed: its digits are needed too."""
        return self.is_bound and "code" not in self.errors and not self.is_number


class RatingForm(Form):
    """Four questions of TT 01/2018/TT-VPCP, and a few words that need not be there."""

    comment = forms.CharField(
        label=gettext_lazy("Anything else"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "At most 500 characters. Write no names and no numbers of people: nobody shall "
            "recognise you."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = (*Question.values, "comment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in Question.values:
            self.fields[question] = forms.TypedChoiceField(
                label=ASKED[question],
                choices=ANSWERS[question],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": NOT_ANSWERED[question]},
            )
        self.order_fields(self.field_order)

    @property
    def answers(self) -> dict[str, int]:
        """Points for each question."""
        return {question: self.cleaned_data[question] for question in Question.values}
