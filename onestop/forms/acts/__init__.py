"""One small form for each act on a dossier: what it asks, and which service it calls."""

from __future__ import annotations

from onestop.forms.acts.arrivals import (
    AcceptForm,
    AskArrivalForm,
    RefuseArrivalForm,
    StopArrivalForm,
)
from onestop.forms.acts.base import ActForm
from onestop.forms.acts.endings import (
    GrantWithdrawalForm,
    HandOverForm,
    RefundForm,
    RefuseForm,
    RefuseWithdrawalForm,
    RequestWithdrawalForm,
    StopForm,
    VoidForm,
)
from onestop.forms.acts.extensions import (
    AskExtensionForm,
    RefuseExtensionForm,
    SignExtensionForm,
)
from onestop.forms.acts.linked import (
    AnswerPartForm,
    AskLeadForm,
    RefusePartForm,
    RenewPartForm,
    WaivePartForm,
)
from onestop.forms.acts.papers import ControlSheetForm, ReplaceReceiptForm
from onestop.forms.acts.waiting import (
    ConfirmPaymentForm,
    ReceiveSupplementForm,
    RequirePaymentForm,
    SupplementForm,
    TakeFeeForm,
)
from onestop.forms.acts.work import (
    ApproveForm,
    AssignForm,
    DraftForm,
    ForwardForm,
    NoteForm,
    OpinionForm,
    SendBackForm,
    TakeOverForm,
)

__all__ = ["FORMS", "ActForm", "ApproveForm", "NoteForm", "SendBackForm"]

# name of the act (rules.actions) -> (address, form); "decide" and "correct" have their own pages
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
    "ask_extension": ("gia-han", AskExtensionForm),
    "sign_extension": ("ky-gia-han", SignExtensionForm),
    "refuse_extension": ("khong-gia-han", RefuseExtensionForm),
    "send_back": ("tra-lai", SendBackForm),
    "take_over": ("nhan-xu-ly", TakeOverForm),
    "refuse": ("tu-choi", RefuseForm),
    "stop": ("dung", StopForm),
    "request_withdrawal": ("xin-rut", RequestWithdrawalForm),
    "control_sheet": ("phieu-kiem-soat", ControlSheetForm),
    "replace_receipt": ("mat-giay", ReplaceReceiptForm),
    "void": ("huy", VoidForm),
    "record_refund": ("hoan-phi", RefundForm),
    "ask_lead": ("hoi-chu-tri", AskLeadForm),
    "refuse_part": ("tu-choi-phan-viec", RefusePartForm),
    "answer_part": ("tra-loi-phan-viec", AnswerPartForm),
    "renew_part": ("giao-lai-phan-viec", RenewPartForm),
    "waive_part": ("bo-qua-phan-viec", WaivePartForm),
}
