"""One small form for each act on an outgoing document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import Act, words_field
from common.forms import CHOOSE, VietnameseDateField
from common.urgency import Urgency
from documents.forms.receivers import ReceiversForm
from documents.models import Consultation, Outgoing
from documents.papers_of import keep_paper, pdf_of
from documents.queries.dispatches import outside_of
from documents.queries.drafters import receivers_of, units_to_ask
from documents.queries.outgoing_detail import OutgoingPage
from documents.services import (
    addressing,
    approving,
    drafting,
    issuing,
    posting,
    updating,
)
from organizations import access


class OutgoingAct(Act):
    """Base: knows the document."""

    page: OutgoingPage

    @property
    def outgoing(self) -> Outgoing:
        return self.page.outgoing

    @property
    def url(self) -> str:
        return reverse("documents:outgoing_act", args=[self.outgoing.pk, self.slug])


class ReadAct(OutgoingAct):
    """Base of the acts of who has read a version: a newer one is to be read first."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = words_field(gettext_lazy("Words with it"), required=False, most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.outgoing.version

    def read(self) -> dict[str, Any]:
        """What the services of such acts are told."""
        return {
            "actor": self.user, "version": self.cleaned_data["version"],
            "words": self.cleaned_data["words"],
        }  # fmt: skip


class ReasonAct(OutgoingAct):
    """Base of the acts that are nothing but a reason."""

    is_folded = True
    reason = words_field(gettext_lazy("Reason"))


class HandInForm(ReadAct):
    """Trình duyệt."""

    slug = "trinh"
    title = gettext_lazy("Hand the draft in")
    button = gettext_lazy("Hand in")
    done = gettext_lazy("Handed in.")
    is_main = True

    def perform(self) -> object:
        return drafting.hand_in(self.outgoing.pk, **self.read())


class ApproveForm(ReadAct):
    """Duyệt nội dung (Điều 12.1)."""

    slug = "duyet"
    title = gettext_lazy("Approve the content")
    button = gettext_lazy("Approve")
    done = gettext_lazy("Approved. It goes to the check of its form.")
    is_main = True

    def perform(self) -> object:
        return approving.approve_content(self.outgoing.pk, **self.read())


class PassForm(ReadAct):
    """Kiểm tra thể thức (Điều 12.2): the paper is made, and stored before anything is locked."""

    slug = "the-thuc"
    title = gettext_lazy("Pass the form")
    button = gettext_lazy("The form is right: to be signed")
    done = gettext_lazy("Passed. It waits for its signer.")
    is_main = True

    def perform(self) -> object:
        pdf = pdf_of(self.outgoing, self.page.drafts[0])
        paper = keep_paper(pdf, self.outgoing, self.user)
        return approving.pass_form(self.outgoing.pk, paper_id=paper, **self.read())


class SendBackForm(ReasonAct):
    """Trả lại."""

    slug = "tra-lai"
    title = gettext_lazy("Send it back to the drafter")
    button = gettext_lazy("Send back")
    done = gettext_lazy("Sent back.")

    def perform(self) -> object:
        return approving.send_back(
            self.outgoing.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class GiveUpForm(ReasonAct):
    """Bỏ dự thảo."""

    slug = "bo"
    title = gettext_lazy("Give the draft up")
    button = gettext_lazy("Give up")
    done = gettext_lazy("Given up.")

    def perform(self) -> object:
        return drafting.give_up(
            self.outgoing.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class TakeOverForm(OutgoingAct):
    """Giao người soạn thảo khác."""

    slug = "giao"
    title = gettext_lazy("Give the draft to somebody else")
    button = gettext_lazy("Give")
    done = gettext_lazy("Given.")
    is_folded = True
    person = forms.TypedChoiceField(label=gettext_lazy("New drafter"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = access.people_over("handle_documents", self.outgoing.unit)
        named = [(each.pk, each.full_name) for each in people
                 if each.pk != self.outgoing.drafter_id]  # fmt: skip
        self.fields["person"].choices = [("", CHOOSE), *named]  # type: ignore[attr-defined]

    def perform(self) -> object:
        return drafting.take_over(
            self.outgoing.pk, actor=self.user, drafter_id=self.cleaned_data["person"]
        )


class AskForm(OutgoingAct):
    """Lấy ý kiến các đơn vị (Điều 10.2)."""

    slug = "xin-y-kien"
    title = gettext_lazy("Ask units for their opinion")
    button = gettext_lazy("Ask")
    done = gettext_lazy("Asked.")
    is_folded = True
    template = "documents/_ask.html"
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    due_on = VietnameseDateField(label=gettext_lazy("Answer by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {each.unit_id for each in self.page.consultations if each.answered_at is None}
        units = units_to_ask(self.outgoing.registry, self.outgoing.unit_id)
        choices = [(each.pk, each.name) for each in units if each.pk not in asked]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]

    def perform(self) -> object:
        return approving.ask(
            self.outgoing.pk, actor=self.user, unit_ids=self.cleaned_data["units"],
            due_on=self.cleaned_data["due_on"],
        )  # fmt: skip


class AnswerForm(OutgoingAct):
    """Góp ý."""

    slug = "gop-y"
    title = gettext_lazy("Your opinion on the draft")
    button = gettext_lazy("Give the opinion")
    done = gettext_lazy("Your opinion is given.")
    is_main = True
    row_name = "consultation"
    row: Consultation
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("Opinion"), widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", gettext_lazy("Agrees")), ("no", gettext_lazy("Wants it otherwise"))],
    )  # fmt: skip
    words = words_field(gettext_lazy("Words with it"), required=False, most=2000)

    @property
    def about(self) -> str:
        return str(self.row.unit)

    def perform(self) -> object:
        return approving.answer(self.row.pk, actor=self.user, **self.cleaned_data)


class NumberForm(OutgoingAct):
    """Cấp số."""

    slug = "cap-so"
    title = gettext_lazy("Number and day")
    button = gettext_lazy("Give it the next number")
    done = gettext_lazy("Numbered.")
    is_main = True

    @property
    def about(self) -> str:
        return _("The number is the next of its series, the day is today. It is never used again.")

    def perform(self) -> object:
        return issuing.number(self.outgoing.pk, actor=self.user)


class IssueForm(OutgoingAct):
    """Phát hành."""

    slug = "phat-hanh"
    title = gettext_lazy("Issue")
    button = gettext_lazy("Issue to all receivers")
    done = gettext_lazy("Issued.")
    is_main = True

    @property
    def about(self) -> str:
        return _("Bodies of the province have it in their registry at once.")

    def perform(self) -> object:
        return issuing.issue(self.outgoing.pk, actor=self.user)


class ReaddressForm(OutgoingAct, ReceiversForm):
    """Sửa nơi nhận: for a receiver that was closed since, or forgotten."""

    slug = "noi-nhan"
    title = gettext_lazy("Change the receivers")
    button = gettext_lazy("Save the receivers")
    done = gettext_lazy("The receivers are saved.")
    is_folded = True
    template = "documents/_readdress.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(receivers_of(self.outgoing.registry), outside_of(self.outgoing))
        named = self.outgoing.dispatches.exclude(registry=None)
        for name, acts in (("action", True), ("inform", False)):
            rows = named.filter(is_for_action=acts).order_by("order")
            self.fields[name].initial = rows.values_list("registry_id", flat=True)

    @property
    def about(self) -> str:
        return _("What stands on the paper stays as it is.")

    def perform(self) -> object:
        return addressing.readdress(self.outgoing.pk, actor=self.user, receivers=self.receivers)


class PostForm(OutgoingAct):
    """Gửi bản giấy."""

    slug = "gui-giay"
    title = gettext_lazy("Sent on paper")
    button = gettext_lazy("Note it")
    done = gettext_lazy("Noted as sent on paper.")
    receivers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Receivers on paper"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    sent_on = VietnameseDateField(label=gettext_lazy("Day"))
    words = forms.CharField(
        label=gettext_lazy("How"), max_length=200, required=False,
        help_text=gettext_lazy("By post with its number, or who took it"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [(each.pk, each.name) for each in self.page.to_post]
        self.fields["receivers"].choices = waiting  # type: ignore[attr-defined]
        self.fields["receivers"].initial = [pk for pk, _name in waiting]
        self.fields["sent_on"].initial = self.page.today

    def perform(self) -> object:
        return posting.posted(self.outgoing.pk, actor=self.user, **self.cleaned_data)


class CancelForm(ReasonAct):
    """Hủy số."""

    slug = "huy-so"
    title = gettext_lazy("Cancel the number")
    button = gettext_lazy("Cancel the number")
    done = gettext_lazy("The number is cancelled; it stays in the register.")

    def perform(self) -> object:
        return issuing.cancel(self.outgoing.pk, actor=self.user, reason=self.cleaned_data["reason"])


class AmendForm(ReasonAct):
    """Sửa thông tin văn bản đã phát hành: the line of the register, here and at the receivers."""

    slug = "cap-nhat"
    title = gettext_lazy("Change what the registers say of it")
    button = gettext_lazy("Change it here and at the receivers")
    done = gettext_lazy("Changed. The receivers are told.")
    field_order = ("subject", "urgency", "reason")
    subject = words_field(gettext_lazy("Subject"), most=500, rows=2)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency.choices, coerce=int
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].initial = self.outgoing.subject
        self.fields["urgency"].initial = self.outgoing.urgency

    @property
    def about(self) -> str:
        return _("What stands on the paper stays as it is.")

    def perform(self) -> object:
        return updating.amend(self.outgoing.pk, actor=self.user, **self.cleaned_data)


class RecallForm(ReasonAct):
    """Thu hồi (Điều 18.4)."""

    slug = "thu-hoi"
    title = gettext_lazy("Recall the document")
    button = gettext_lazy("Recall")
    done = gettext_lazy("Recalled. The receivers are asked to give it back.")

    def perform(self) -> object:
        return issuing.recall(self.outgoing.pk, actor=self.user, reason=self.cleaned_data["reason"])
