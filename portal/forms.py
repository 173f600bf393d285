"""The one form of the public look-up."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from papers.rules import is_dossier_code, is_lookup_number

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
