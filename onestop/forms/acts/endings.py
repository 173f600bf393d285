"""How a dossier ends: its result in the citizen's hands, or another way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import MoneyField, VietnameseDateField
from common.templatetags.ui import vnd
from onestop.forms.acts.base import ActForm, ReasonForm, lines_field, reason_field
from onestop.models import HandoverMethod, PhraseUse
from onestop.services import corrections, endings, processing, refunds
from onestop.services.papers_of import StopRequest


class RefuseForm(ReasonForm):
    title = gettext_lazy("Reject dossier")
    button = gettext_lazy("Reject")
    done = gettext_lazy("The dossier is refused. Form 03 is ready to print.")
    phrases_for = PhraseUse.REFUSAL
    service = staticmethod(endings.refuse)


HOW_ASKED = {
    "written": gettext_lazy("A written request at the counter"),
    "online": gettext_lazy("Online, in the account on the National Portal"),
    "post": gettext_lazy("A letter by post"),
}


class StopForm(ReasonForm):
    title = gettext_lazy("Stop processing")
    button = gettext_lazy("Stop")
    done = gettext_lazy("The dossier is stopped.")
    icon = "circle-stop"
    phrases_for = PhraseUse.STOP
    explanation = gettext_lazy(
        "When the applicant asked for it, say when and how: form 05 is made for him."
    )

    asked_on = VietnameseDateField(
        label=gettext_lazy("The applicant asked on"), required=False,
        help_text=gettext_lazy("Leave empty when the agency stops of its own accord"),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("How he asked"), required=False,
        choices=[("", gettext_lazy("not at all")), *HOW_ASKED.items()],
    )  # fmt: skip
    fees = forms.CharField(
        label=gettext_lazy("What happens with the fee"), max_length=300, required=False
    )
    returned = lines_field(
        gettext_lazy("Papers that he gets back"), gettext_lazy("One paper on each line")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returned"].required = False
        originals = self.dossier.papers.filter(originals__gt=0).order_by("order")
        self.fields["returned"].initial = "\n".join(originals.values_list("name", flat=True))
        if not self.dossier.fee_taken_vnd:
            del self.fields["fees"]
            return
        self.fields["fees"].help_text = _("%(amount)s was taken for this dossier.") % {
            "amount": vnd(self.dossier.fee_taken_vnd)
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        needs = ["asked_on", "how"] if data.get("asked_on") or data.get("how") else []
        if needs and "fees" in self.fields:
            needs.append("fees")
        for name in needs:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Enter %(field)s.") % {"field": self.fields[name].label})
        return data

    def perform(self) -> object:
        data, request = self.cleaned_data, None
        if data["asked_on"]:
            with translation.override("vi"):
                how = str(HOW_ASKED[data["how"]])
            lines = tuple(filter(None, map(str.strip, data["returned"].splitlines())))
            request = StopRequest(data["asked_on"], how, data.get("fees", ""), lines)
        return endings.stop(
            self.dossier.pk, actor=self.user, reason=data["reason"], request=request
        )


class GrantWithdrawalForm(ReasonForm):
    title = gettext_lazy("Grant the withdrawal")
    button = gettext_lazy("Give the dossier back")
    done = gettext_lazy("The dossier is given back to the applicant.")
    icon = "undo-2"
    service = staticmethod(endings.grant_withdrawal)


class RefuseWithdrawalForm(ReasonForm):
    title = gettext_lazy("Refuse the withdrawal")
    button = gettext_lazy("Go on with the dossier")
    done = gettext_lazy("The work on the dossier goes on.")
    icon = "play"
    is_grave = False
    service = staticmethod(endings.refuse_withdrawal)


class VoidForm(ReasonForm):
    title = gettext_lazy("Void the reception")
    button = gettext_lazy("Void")
    done = gettext_lazy("The reception is void; its code stays with the reason.")
    icon = "ban"
    explanation = gettext_lazy("Only for a reception made in error. The code is not used again.")

    refund = forms.CharField(
        label=gettext_lazy("Refund: number of the slip, or how"), max_length=100
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.dossier.fee_taken_vnd:
            del self.fields["refund"]
            return
        self.fields["refund"].help_text = _("%(amount)s was taken and must be given back.") % {
            "amount": vnd(self.dossier.fee_taken_vnd)
        }

    def perform(self) -> object:
        data = self.cleaned_data
        return corrections.void(
            self.dossier.pk, actor=self.user, reason=data["reason"], refund=data.get("refund", "")
        )


class RefundForm(ActForm):
    title = gettext_lazy("Note a refund of the fee")
    button = gettext_lazy("Note the refund")
    done = gettext_lazy("The refund is noted.")
    icon = "banknote"
    explanation = gettext_lazy("Write down what was given back. Nothing is paid by this act.")

    amount = MoneyField(label=gettext_lazy("Amount given back (VND)"))
    number = forms.CharField(
        label=gettext_lazy("Number of the receipt of the refund"), max_length=40
    )
    reason = reason_field(gettext_lazy("Why it is given back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("%(amount)s was taken for this dossier.") % {
            "amount": vnd(self.dossier.fee_taken_vnd)
        }

    def perform(self) -> object:
        data = self.cleaned_data
        return refunds.record_refund(
            self.dossier.pk, actor=self.user, amount_vnd=data["amount"], reason=data["reason"],
            number=data["number"],
        )  # fmt: skip


class RequestWithdrawalForm(ReasonForm):
    title = gettext_lazy("Note a request to withdraw")
    button = gettext_lazy("Note the request")
    done = gettext_lazy("The request is noted; the head decides.")
    icon = "message-square-warning"
    is_grave = False

    asked_by = forms.CharField(label=gettext_lazy("Who asked"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].initial = self.dossier.applicant_name

    def perform(self) -> object:
        return endings.request_withdrawal(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"],
            asked_by=self.cleaned_data["asked_by"],
        )  # fmt: skip


class HandOverForm(ActForm):
    title = gettext_lazy("Return result")
    button = gettext_lazy("Result returned")
    done = gettext_lazy("The result is returned and the dossier is closed.")
    icon = "package-check"

    method = forms.ChoiceField(label=gettext_lazy("How"), choices=HandoverMethod.choices)
    taken_by = forms.CharField(label=gettext_lazy("Who takes it"), max_length=200)
    number = forms.CharField(label=gettext_lazy("Identity number"), max_length=20, required=False)
    authorisation = forms.CharField(
        label=gettext_lazy("Authorisation document"), max_length=300, required=False
    )
    post_number = forms.CharField(
        label=gettext_lazy("Number of the postal item"), max_length=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_delivery = {"post": HandoverMethod.POST, "online": HandoverMethod.ONLINE}
        self.fields["method"].initial = by_delivery.get(
            self.dossier.delivery, HandoverMethod.IN_PERSON
        )
        self.fields["taken_by"].initial = self.dossier.applicant_name
        self.fields["number"].initial = self.dossier.applicant_number

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        needs = {
            HandoverMethod.IN_PERSON: ["number"],
            HandoverMethod.AUTHORISED: ["number", "authorisation"],
            HandoverMethod.POST: ["post_number"],
        }.get(data.get("method", ""), [])  # type: ignore[call-overload]
        for name in needs:
            if not data.get(name):
                self.add_error(name, _("Enter %(field)s.") % {"field": self.fields[name].label})
        return data

    def perform(self) -> object:
        return processing.hand_over(
            self.dossier.pk, actor=self.user, step_id=self.step_id,
            facts=processing.HandoverFacts(**self.cleaned_data),
        )  # fmt: skip
