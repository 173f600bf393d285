"""One small form for each act on a dossier: what it asks, and which service it calls."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, MoneyField, VietnameseDateField
from common.working_time import add_working_days
from files.forms import UploadField
from onestop.models import (
    Dossier,
    FileKind,
    HandoverMethod,
    Phrase,
    PhraseUse,
    StepRun,
)
from onestop.services import (
    arrivals,
    assignment,
    corrections,
    endings,
    opinions,
    processing,
    waiting,
)
from onestop.services.reception import PaperFacts
from onestop.states import OnLapse
from organizations.calendars import calendar_for
from organizations.models import AGENCY_KINDS, Unit, User
from organizations.rulesets import CLOCK, rules

Words = Any  # a str or a lazy translation; django-stubs knows only its own promise


def lines_field(label: Words, help_text: Words = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )


REASON = gettext_lazy("Reason")


def reason_field(label: Words = REASON) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        error_messages={
            "required": gettext_lazy("Give a reason, so that the receiver knows what to do.")
        },
    )  # fmt: skip


class ActForm(Form):
    """Base: knows the dossier, its open step and who acts."""

    title: ClassVar[Words] = ""
    button: ClassVar[Words] = ""
    done: ClassVar[Words] = gettext_lazy("Done.")
    explanation: ClassVar[Words] = ""
    icon: ClassVar[str] = "check"
    is_grave: ClassVar[bool] = False  # asks for a second look: red button
    phrases_for: ClassVar[str] = ""  # a PhraseUse whose sentences are offered

    def __init__(
        self, *args: Any, dossier: Dossier, run: StepRun | None, user: User, **kwargs: Any
    ) -> None:
        self.dossier, self.run, self.user = dossier, run, user
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, UploadField):
                field.actor = user
        self.phrases = (
            list(Phrase.objects.filter(use=self.phrases_for).order_by("order", "pk"))
            if self.phrases_for
            else []
        )

    @property
    def heading(self) -> str:
        """The act as the title of its own page: without the three dots of a button."""
        return str(self.title).rstrip("…")

    @property
    def step_id(self) -> int | None:
        return self.run.pk if self.run else None

    def perform(self) -> object:
        """Call the one service; people's mistakes come out as DomainError."""
        raise AssertionError("every act has its own perform()")


class AcceptForm(ActForm):
    title = gettext_lazy("Accept the dossier")
    button = gettext_lazy("Accept")
    done = gettext_lazy("The dossier is accepted. Print the receipt for the applicant.")
    explanation = gettext_lazy("The papers are complete and correct. The time limit starts now.")

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def perform(self) -> object:
        return arrivals.accept_arrival(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"]
        )


class RefuseArrivalForm(ActForm):
    title = gettext_lazy("Do not accept the dossier")
    button = gettext_lazy("Do not accept")
    done = gettext_lazy("The dossier was not accepted. Form 03 is ready to print.")
    icon = "circle-x"
    is_grave = True
    phrases_for = PhraseUse.REFUSAL

    reason = reason_field(gettext_lazy("Reason (the citizen will read it)"))

    def perform(self) -> object:
        return arrivals.refuse_arrival(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class StopArrivalForm(ActForm):
    title = gettext_lazy("Close the dossier")
    button = gettext_lazy("Close")
    done = gettext_lazy("The dossier is closed without having been accepted.")
    explanation = gettext_lazy("The papers that were asked for did not come.")
    icon = "circle-stop"
    is_grave = True
    phrases_for = PhraseUse.STOP

    reason = reason_field(gettext_lazy("Reason (the citizen will read it)"))

    def perform(self) -> object:
        return arrivals.stop_arrival(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


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
        self.fields["apply_by"].initial = add_working_days(calendar_for(), today, days)
        if not self.dossier.rounds.exists():
            del self.fields["consent_reason"]

    def perform(self) -> object:
        data = self.cleaned_data
        return waiting.ask_supplement(
            self.dossier.pk, actor=self.user, items=data["items"].splitlines(),
            reason=data["reason"], apply_by=data["apply_by"], on_lapse=data["on_lapse"],
            consent_reason=data.get("consent_reason", ""), step_id=self.step_id,
        )  # fmt: skip


class AskArrivalForm(SupplementForm):
    """Mẫu 02 before acceptance."""

    done = gettext_lazy("The request is sent. Form 02 is ready to print.")
    explanation = gettext_lazy("Ask for everything that is missing at once.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on_lapse"]
        self.fields.pop("consent_reason", None)

    def perform(self) -> object:
        data = self.cleaned_data
        return arrivals.ask_arrival(
            self.dossier.pk, actor=self.user, items=data["items"].splitlines(),
            reason=data["reason"], apply_by=data["apply_by"],
        )  # fmt: skip


class ReceiveSupplementForm(ActForm):
    title = gettext_lazy("Receive the missing papers")
    button = gettext_lazy("Papers received")
    done = gettext_lazy("The papers are received and the clock runs again.")
    icon = "inbox"

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    scans = UploadField(label=gettext_lazy("Scans"), required=False, multiple=True)

    def perform(self) -> object:
        round_ = self.dossier.rounds.filter(answered_at=None).first()
        files = tuple(self.cleaned_data["scans"])
        papers = []
        if round_ is not None:
            first = PaperFacts(name="; ".join(round_.items)[:500], file_ids=files)
            papers = [first]
        return waiting.receive_supplement(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"], papers=papers
        )


class PersonChoiceMixin:
    """People who can do the step, by given name, with their unit and what they have in hand."""

    def _people(self, form: ActForm, field: str, *, required: bool) -> None:
        assert form.run is not None
        pairs = assignment.candidates(form.dossier, form.run)
        choices = [(str(person.pk), f"{person.full_name} – {unit.name}") for person, unit in pairs]
        form.fields[field].choices = choices if required else [("", CHOOSE), *choices]  # type: ignore[attr-defined]


class AssignForm(PersonChoiceMixin, ActForm):
    title = gettext_lazy("Assign…")
    button = gettext_lazy("Assign")
    done = gettext_lazy("The dossier is assigned.")
    icon = "user-check"

    person = forms.ChoiceField(label=gettext_lazy("Officer in charge"))
    note = forms.CharField(label=gettext_lazy("Instruction"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people(self, "person", required=True)

    def perform(self) -> object:
        return assignment.assign(
            self.dossier.pk, actor=self.user, person_id=int(self.cleaned_data["person"]),
            note=self.cleaned_data["note"], step_id=self.step_id,
        )  # fmt: skip


class TakeOverForm(ActForm):
    title = gettext_lazy("Take over")
    button = gettext_lazy("Take over")
    done = gettext_lazy("The dossier is in your hands.")
    icon = "hand"

    def perform(self) -> object:
        return assignment.take_over(self.dossier.pk, actor=self.user, step_id=self.step_id)


class ForwardForm(ActForm):
    title = gettext_lazy("Next step")
    button = gettext_lazy("Pass on")
    done = gettext_lazy("The dossier has gone to its next step.")
    icon = "send"

    note = forms.CharField(
        label=gettext_lazy("Message to the next person"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    draft = UploadField(
        label=gettext_lazy("Draft result"), required=False, multiple=True,
        help_text=gettext_lazy("Replaces the draft that is there"),
    )  # fmt: skip
    through = forms.TypedChoiceField(
        label=gettext_lazy("Close in one act"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = processing.closable_together(self.dossier, self.run, self.user)
        if len(steps) > 1:
            self.fields["through"].choices = [  # type: ignore[attr-defined]
                (step.order, " + ".join(each.name for each in steps[: index + 1]))
                for index, step in enumerate(steps)
            ]
        else:
            del self.fields["through"]
        if self.run is None or self.run.kind not in ("process", "consult"):
            del self.fields["draft"]

    def perform(self) -> object:
        data = self.cleaned_data
        return processing.forward(
            self.dossier.pk, actor=self.user, note=data["note"], through=data.get("through"),
            draft_ids=data.get("draft") or (), step_id=self.step_id,
        )  # fmt: skip


class SendBackForm(ActForm):
    title = gettext_lazy("Return for correction")
    button = gettext_lazy("Return")
    done = gettext_lazy("Returned with your reason.")
    icon = "undo-2"
    is_grave = True
    phrases_for = PhraseUse.CORRECTION

    reason = reason_field()

    def perform(self) -> object:
        return processing.return_for_correction(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"],
            step_id=self.step_id,
        )  # fmt: skip


class DraftForm(ActForm):
    title = gettext_lazy("Draft result")
    button = gettext_lazy("Upload")
    done = gettext_lazy("The file is on the dossier.")
    icon = "upload"

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(FileKind.DRAFT, FileKind.DRAFT.label), (FileKind.RESULT, FileKind.RESULT.label)],
    )
    uploads = UploadField(label=gettext_lazy("File"), multiple=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = processing.uploads_at(self.dossier, self.run) if self.run else []
        self.fields["kind"].choices = [(kind, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def perform(self) -> object:
        return processing.add_draft(
            self.dossier.pk, actor=self.user, kind=FileKind(self.cleaned_data["kind"]),
            file_ids=self.cleaned_data["uploads"],
        )  # fmt: skip


class OpinionForm(ActForm):
    title = gettext_lazy("Ask another unit")
    button = gettext_lazy("Ask")
    done = gettext_lazy("The unit was asked and can see the dossier.")
    icon = "message-circle-question"
    explanation = gettext_lazy("The time limit of the dossier goes on.")

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    question = reason_field(gettext_lazy("Question"))
    due_on = VietnameseDateField(label=gettext_lazy("Answer by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.valid_on(timezone.localdate()).exclude(kind="province")
        named = units.exclude(pk=self.dossier.holder_unit_id).order_by("name", "parent__name")
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *(
                (str(pk), name if kind in AGENCY_KINDS else f"{name} – {above}")
                for pk, name, kind, above in named.values_list("pk", "name", "kind", "parent__name")
            ),
        ]

    def perform(self) -> object:
        data = self.cleaned_data
        return opinions.ask_opinion(
            self.dossier.pk, actor=self.user, unit_id=int(data["unit"]),
            question=data["question"], due_on=data["due_on"], step_id=self.step_id,
        )  # fmt: skip


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


class ReceiptMixin(forms.Form):
    amount = MoneyField(label=gettext_lazy("Amount (VND)"))
    number = forms.CharField(label=gettext_lazy("Number of the receipt"), max_length=40)


class ConfirmPaymentForm(ReceiptMixin, ActForm):
    title = gettext_lazy("Confirm the payment")
    button = gettext_lazy("Paid")
    done = gettext_lazy("The payment is confirmed and the clock runs again.")
    icon = "banknote"

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


class ReasonForm(ActForm):
    """Base of the acts that need a reason and nothing else."""

    icon = "circle-x"
    is_grave = True
    reason = reason_field(gettext_lazy("Reason (the citizen will read it)"))
    service: ClassVar[Any] = None

    def perform(self) -> object:
        return type(self).service(
            self.dossier.pk, actor=self.user, reason=self.cleaned_data["reason"]
        )


class RefuseForm(ReasonForm):
    title = gettext_lazy("Reject dossier")
    button = gettext_lazy("Reject")
    done = gettext_lazy("The dossier is refused. Form 03 is ready to print.")
    phrases_for = PhraseUse.REFUSAL
    service = staticmethod(endings.refuse)


class StopForm(ReasonForm):
    title = gettext_lazy("Stop processing")
    button = gettext_lazy("Stop")
    done = gettext_lazy("The dossier is stopped.")
    icon = "circle-stop"
    phrases_for = PhraseUse.STOP
    service = staticmethod(endings.stop)


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
    service = staticmethod(corrections.void)


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


class ApproveForm(ActForm):
    title = gettext_lazy("Approve")
    button = gettext_lazy("Approve")
    done = gettext_lazy("Approved.")
    icon = "badge-check"

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def perform(self) -> object:
        return processing.approve(
            self.dossier.pk, actor=self.user, note=self.cleaned_data["note"], step_id=self.step_id
        )


class NoteForm(ActForm):
    title = gettext_lazy("Internal note")
    button = gettext_lazy("Add the note")
    done = gettext_lazy("The note is in the timeline.")

    text = forms.CharField(
        label=gettext_lazy("Internal note"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def perform(self) -> object:
        return opinions.add_note(self.dossier.pk, actor=self.user, text=self.cleaned_data["text"])


# name of the act (rules.actions) -> (address, form); "decide" and "correct" have pages of their own
FORMS: dict[str, tuple[str, type[ActForm]]] = {
    "accept": ("tiep-nhan", AcceptForm),
    "ask_arrival": ("yeu-cau-bo-sung", AskArrivalForm),
    "refuse_arrival": ("khong-tiep-nhan", RefuseArrivalForm),
    "stop_arrival": ("dong", StopArrivalForm),
    "receive_supplement": ("nhan-bo-sung", ReceiveSupplementForm),
    "confirm_payment": ("xac-nhan-nop", ConfirmPaymentForm),
    "take_fee": ("thu-phi", TakeFeeForm),
    "grant_withdrawal": ("cho-rut", GrantWithdrawalForm),
    "refuse_withdrawal": ("khong-cho-rut", RefuseWithdrawalForm),
    "hand_over": ("tra-ket-qua", HandOverForm),
    "assign": ("phan-cong", AssignForm),
    "forward": ("chuyen-buoc", ForwardForm),
    "add_draft": ("du-thao", DraftForm),
    "ask_supplement": ("bo-sung", SupplementForm),
    "ask_opinion": ("y-kien", OpinionForm),
    "require_payment": ("nghia-vu", RequirePaymentForm),
    "send_back": ("tra-lai", SendBackForm),
    "take_over": ("nhan-xu-ly", TakeOverForm),
    "refuse": ("tu-choi", RefuseForm),
    "stop": ("dung", StopForm),
    "request_withdrawal": ("xin-rut", RequestWithdrawalForm),
    "void": ("huy", VoidForm),
}
