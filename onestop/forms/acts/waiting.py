"""When the citizen is asked for something: papers or a payment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import MoneyField, VietnameseDateField
from common.templatetags.ui import day_only
from common.working_time import add_working_days
from files.forms import UploadField
from onestop.forms.acts.base import ActForm, lines_field, reason_field
from onestop.models import PhraseUse
from onestop.services import clock, waiting
from onestop.services.reception import PaperFacts
from onestop.states import OnLapse
from organizations.calendars import calendar_for
from organizations.rulesets import CLOCK, rules


class SupplementForm(ActForm):
    """Mẫu 02 after acceptance."""

    title = gettext_lazy("Request supplement")
    button = gettext_lazy("Send the request")
    done = gettext_lazy("The request is sent and the clock stands still. Form 02 is ready.")
    explanation = gettext_lazy(
        "Ask for everything that is missing at once. The time limit stops until the papers come."
    )
    icon = "corner-down-left"
    phrases_for = PhraseUse.SUPPLEMENT

    items = lines_field(
        gettext_lazy("Papers to add or correct"), gettext_lazy("One paper on each line")
    )
    reason = reason_field()
    apply_by = VietnameseDateField(label=gettext_lazy("Applicant's deadline"))
    on_lapse = forms.ChoiceField(
        label=gettext_lazy("When the deadline passes"), choices=OnLapse.choices
    )
    consent_reason = forms.CharField(
        label=gettext_lazy("Why a second time"), required=False, max_length=500,
        help_text=gettext_lazy("Only the head may ask again; the dossier will be counted late."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        days = rules(CLOCK, today).supplement_days
        deadline = self.fields["apply_by"]
        deadline.initial = add_working_days(calendar_for(), today, days)
        furthest = day_only(clock.furthest_deadline(today))
        deadline.help_text = _("No later than %(day)s") % {"day": furthest}
        if not self.dossier.rounds.exists():
            del self.fields["consent_reason"]

    def perform(self) -> object:
        data = self.cleaned_data
        return waiting.ask_supplement(
            self.dossier.pk, actor=self.user, items=data["items"].splitlines(),
            reason=data["reason"], apply_by=data["apply_by"], on_lapse=data["on_lapse"],
            consent_reason=data.get("consent_reason", ""), step_id=self.step_id,
        )  # fmt: skip


class ReceiveSupplementForm(ActForm):
    title = gettext_lazy("Receive the missing papers")
    button = gettext_lazy("Papers received")
    done = gettext_lazy("The papers are received and the clock runs again.")
    icon = "inbox"

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    scans = UploadField(label=gettext_lazy("Scans"), required=False, multiple=True)

    def perform(self) -> object:
        files = tuple(self.cleaned_data["scans"])
        asked = self.dossier.rounds.filter(answered_at=None).first()
        papers = [PaperFacts("; ".join(asked.items)[:500], file_ids=files)] if asked else []
        return waiting.receive_supplement(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"], papers=papers
        )


class RequirePaymentForm(ActForm):
    title = gettext_lazy("Ask for a payment")
    button = gettext_lazy("Ask for the payment")
    done = gettext_lazy("The citizen is told to pay; the clock stands still.")
    icon = "banknote"

    amount = MoneyField(label=gettext_lazy("Amount (VND)"))
    note = reason_field(gettext_lazy("What for"))

    def perform(self) -> object:
        return waiting.require_payment(
            self.dossier.pk, actor=self.user, amount_vnd=self.cleaned_data["amount"],
            note=self.cleaned_data["note"], step_id=self.step_id,
        )  # fmt: skip


class ConfirmPaymentForm(ActForm):
    title = gettext_lazy("Confirm the payment")
    button = gettext_lazy("Paid")
    done = gettext_lazy("The payment is confirmed and the clock runs again.")
    icon = "banknote"

    amount = MoneyField(label=gettext_lazy("Amount (VND)"))
    number = forms.CharField(label=gettext_lazy("Number of the receipt"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = self.dossier.fee_due_vnd - self.dossier.fee_taken_vnd

    def perform(self) -> object:
        return waiting.confirm_payment(
            self.dossier.pk, actor=self.user, amount_vnd=self.cleaned_data["amount"],
            number=self.cleaned_data["number"],
        )  # fmt: skip


class TakeFeeForm(ConfirmPaymentForm):
    title = gettext_lazy("Take the fee")
    button = gettext_lazy("Fee taken")
    done = gettext_lazy("The fee is noted.")

    def perform(self) -> object:
        return waiting.take_fee(
            self.dossier.pk, actor=self.user, amount_vnd=self.cleaned_data["amount"],
            number=self.cleaned_data["number"],
        )  # fmt: skip
