"""Papers that are made when somebody asks for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from onestop.forms.acts.base import ActForm
from onestop.services import control_sheets, lost_receipts


class ControlSheetForm(ActForm):
    title = gettext_lazy("Make the control sheet")
    button = gettext_lazy("Make form 06")
    done = gettext_lazy("Form 06 is up to date and ready to print, among the papers issued.")
    explanation = gettext_lazy(
        "One row for each hand-over so far: from whom to whom, when, and whether in time."
    )
    icon = "list-checks"

    def perform(self) -> object:
        return control_sheets.make_control_sheet(self.dossier.pk, actor=self.user)


class ReplaceReceiptForm(ActForm):
    title = gettext_lazy("Replace a lost slip")
    button = gettext_lazy("Make a new slip")
    done = gettext_lazy("The new slip is ready to print; the QR code of the lost one is dead.")
    explanation = gettext_lazy(
        "Look at the identity paper of who asks. The number must be that of the applicant, the"
        " submitter or the authorised person."
    )
    icon = "file-search"

    number = forms.CharField(label=gettext_lazy("Identity or tax number shown"), max_length=30)
    proof = forms.CharField(
        label=gettext_lazy("Paper shown"), max_length=300,
        help_text=gettext_lazy("For example: identity card, power of attorney"),
    )  # fmt: skip

    def perform(self) -> object:
        return lost_receipts.replace_receipt(
            self.dossier.pk, actor=self.user, number=self.cleaned_data["number"],
            proof=self.cleaned_data["proof"],
        )  # fmt: skip
