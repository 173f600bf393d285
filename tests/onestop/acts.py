"""Every act on a dossier as one call, with words that would do: tried by the tests of rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from onestop.models import Dossier
from onestop.queries.detail import DossierPage
from onestop.services import (
    arrivals,
    assignment,
    clock,
    control_sheets,
    corrections,
    endings,
    extensions,
    lost_receipts,
    opinions,
    part_decisions,
    processing,
    refunds,
    waiting,
)
from onestop.services.corrections import Correction
from organizations.models import Unit, User
from tests.onestop.dossiers import APPLICANT

WHY = "Lý do thử"
Act = Callable[[Dossier, User], object]


def far() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=20)


def _owed(dossier: Dossier) -> int:
    return max(dossier.fee_due_vnd - dossier.fee_taken_vnd, 1)


def _assign(dossier: Dossier, actor: User) -> object:
    people = assignment.candidates(dossier, dossier.step) if dossier.step else []
    others = [person.pk for person, _unit in people if person.pk != dossier.holder_id]
    return assignment.assign(dossier.pk, actor=actor, person_id=others[0] if others else actor.pk)


def _correct(dossier: Dossier, actor: User) -> object:
    right = Correction(APPLICANT, None, None, dossier.copies + 1, "", "counter")
    return corrections.correct(dossier.pk, right, actor=actor, reason=WHY)


def _ask_opinion(dossier: Dossier, actor: User) -> object:
    unit = Unit.objects.get(kind="commune")
    return opinions.ask_opinion(
        dossier.pk, actor=actor, unit_id=unit.pk, question="Ý kiến?", due_on=far()
    )


def _add_draft(dossier: Dossier, actor: User) -> object:
    """The signed result, which may come wherever anything may be uploaded."""
    return processing.add_draft(dossier.pk, actor=actor, file_ids=[1], kind="result")


def _ask_extension(dossier: Dossier, actor: User) -> object:
    calendar = clock.calendar_for(dossier.competent_unit_id)
    day = timezone.localdate(dossier.due_at) if dossier.due_at else far()
    later = calendar.add_working_days(day, 2)
    return extensions.ask_extension(dossier.pk, actor=actor, new_on=later, reason=WHY)


def _part_of(dossier: Dossier, *statuses: int) -> int:
    """A part of the whole in one of these states; nobody's when it has none."""
    rows = dossier.parts.filter(settlement="", dossier__status__in=statuses)
    return int(rows.values_list("dossier_id", flat=True).first() or 0)


def _simple(service: Any, **words: Any) -> Act:
    return lambda dossier, actor: service(dossier.pk, actor=actor, **words)


HANDED = processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678")
ACTS: dict[str, Act] = {
    "accept": _simple(arrivals.accept_arrival),
    "ask_arrival": lambda d, who: arrivals.ask_arrival(
        d.pk, actor=who, items=["Ảnh"], reason=WHY, apply_by=far()),
    "refuse_arrival": _simple(arrivals.refuse_arrival, reason=WHY),
    "stop_arrival": _simple(arrivals.stop_arrival, reason=WHY),
    "receive_supplement": _simple(waiting.receive_supplement),
    "confirm_payment": lambda d, who: waiting.confirm_payment(
        d.pk, actor=who, amount_vnd=_owed(d), number="BL 1"),
    "take_fee": lambda d, who: waiting.take_fee(
        d.pk, actor=who, amount_vnd=_owed(d), number="BL 2"),
    "grant_withdrawal": _simple(endings.grant_withdrawal, reason=WHY),
    "refuse_withdrawal": _simple(endings.refuse_withdrawal, reason=WHY),
    "hand_over": _simple(processing.hand_over, facts=HANDED),
    "assign": _assign,
    "forward": _simple(processing.forward),
    "add_draft": _add_draft,
    "ask_supplement": lambda d, who: waiting.ask_supplement(
        d.pk, actor=who, items=["Ảnh"], reason=WHY, apply_by=far(), consent_reason=WHY),
    "ask_opinion": _ask_opinion,
    "require_payment": _simple(waiting.require_payment, amount_vnd=50_000, note="Lệ phí"),
    "ask_extension": _ask_extension,
    "sign_extension": _simple(extensions.sign_extension),
    "refuse_extension": _simple(extensions.refuse_extension, reason=WHY),
    "control_sheet": _simple(control_sheets.make_control_sheet),
    "replace_receipt": _simple(
        lost_receipts.replace_receipt, number="999 012 345 678", proof="CCCD"),
    "send_back": _simple(processing.return_for_correction, reason=WHY),
    "take_over": _simple(assignment.take_over),
    "refuse": _simple(endings.refuse, reason=WHY),
    "stop": _simple(endings.stop, reason=WHY),
    "request_withdrawal": _simple(endings.request_withdrawal, reason=WHY, asked_by="Trần Thử"),
    "correct": _correct,
    "void": _simple(corrections.void, reason=WHY, refund="Phiếu chi 1"),
    "record_refund": _simple(
        refunds.record_refund, amount_vnd=1, reason=WHY, number="Phiếu chi 2"),
    "approve": _simple(processing.approve),
    "ask_lead": _simple(part_decisions.ask_lead, reason=WHY),
    "refuse_part": _simple(endings.refuse_part, reason=WHY),
    "answer_part": lambda d, who: part_decisions.answer_part(
        d.pk, _part_of(d, 5), actor=who, note=WHY),
    "renew_part": lambda d, who: part_decisions.renew_part(
        d.pk, _part_of(d, 3), actor=who, reason=WHY),
    "waive_part": lambda d, who: part_decisions.waive_part(
        d.pk, _part_of(d, 2, 3, 4, 5), actor=who, reason=WHY),
}  # fmt: skip


def offered(dossier: Dossier, user: User) -> set[str]:
    """Names of the acts on the person's page; a decision is to approve."""
    names = {act.name for act in DossierPage(dossier, user).acts}
    return {"approve" if name == "decide" else name for name in names}
