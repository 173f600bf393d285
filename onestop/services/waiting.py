"""When the citizen is asked for something: papers or a payment; the clock stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.money import LARGEST_VND
from onestop.models import Dossier, FeeReceipt, StepKind, SupplementRound
from onestop.services import clock, papers_of, parts, steps
from onestop.services.reception import PaperFacts, save_papers
from onestop.states import OnLapse, PauseReason, Status
from organizations import access
from organizations.models import User
from organizations.rulesets import CLOCK, rules


class NeedsConsent(DomainError):
    """QĐ 766/QĐ-TTg counts a dossier asked for papers more than once as late."""

    code = "needs_consent"


@transaction.atomic
def ask_supplement(
    dossier_id: int,
    *,
    actor: User,
    items: Sequence[str],
    reason: str,
    apply_by: dt.date,
    on_lapse: str = OnLapse.REMIND,
    consent_reason: str = "",
    step_id: int | None = None,
) -> SupplementRound:
    """Ask for papers, all at once (NĐ 61/2018 Điều 19.3): Mẫu 02, status 5, the clock stops.

    A second round needs a person with the right to approve, who says why.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    deciding = (dossier.competent_unit_id, dossier.handling_unit_id)
    decides = steps.may_decide(dossier, actor, *deciding)
    if decides:
        right = steps.require_decider(dossier, actor, *deciding)
    else:
        right = steps.require_step(dossier, run, actor)
    parts.require_whole(dossier)
    if run.kind != StepKind.FOLLOW:  # the counter that follows asks for what a part lacks
        steps.require_work(dossier, run)
    lines = [item.strip() for item in items if item.strip()]
    if not lines or not reason.strip():
        raise DomainError(_("Say which papers are missing and why they are needed."))
    clock.require_deadline(apply_by, timezone.localdate(at))
    number = dossier.rounds.count() + 1
    consent = None
    if number > 1:
        if not decides:
            raise NeedsConsent(
                _("Papers were already asked for once. Only the head may ask again, with a reason.")
            )
        if not consent_reason.strip():
            raise NeedsConsent(_("Say why papers are asked for a second time."))
        consent = actor
    steps.change_status(dossier, Status.SUPPLEMENT, actor=actor, at=at, reason=reason)
    clock.stop_clock(dossier, PauseReason.SUPPLEMENT, actor=actor, at=at)
    round_ = SupplementRound.objects.create(
        dossier=dossier, number=number, items=lines, reason=reason, asked_at=at, asked_by=actor,
        apply_by=apply_by, on_lapse=on_lapse, consent_by=consent, consent_reason=consent_reason,
    )  # fmt: skip
    round_.form = papers_of.issue_supplement(
        dossier, round_, actor=actor, at=at, on_behalf_of=right.on_behalf_of
    )
    round_.save(update_fields=["form"])
    dossier.save(update_fields=["status"])
    record(
        dossier, "dossier.supplement_requested", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, items=lines, reason=reason, apply_by=apply_by.isoformat()),
    )  # fmt: skip
    return round_


@transaction.atomic
def receive_supplement(
    dossier_id: int, *, actor: User, note: str = "", papers: Sequence[PaperFacts] = ()
) -> Dossier:
    """The papers came: status as before, and the clock goes on, or anew for old dossiers."""
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = access.require(
        actor, "receive_dossiers", dossier.receiving_unit_id, dossier.competent_unit_id
    )
    steps.require_acceptance(dossier)
    _take_papers(dossier, note, papers, actor=actor, at=at)
    _go_on(dossier, actor=actor, at=at, note=note, right=right)
    return dossier


@transaction.atomic
def answer_supplement(
    dossier_id: int, *, actor: User, note: str = "", papers: Sequence[PaperFacts] = ()
) -> Dossier:
    """The applicant's papers came through another system, whose account acts for nobody.

    After acceptance the clock goes on at once: no agency gains days by looking at them late.
    Before it, the counter looks and accepts; nothing runs yet.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    units = (dossier.receiving_unit_id, dossier.competent_unit_id)
    right = access.require(actor, "view_dossiers", *units)
    _take_papers(dossier, note, papers, actor=actor, at=at)
    if dossier.accepted_at is not None:
        _go_on(dossier, actor=actor, at=at, note=note, right=right)
        return dossier
    record(
        dossier, "dossier.supplement_answered", actor=actor, unit=dossier.receiving_unit,
        data=steps.facts(dossier, note=note),
    )  # fmt: skip
    return dossier


def _take_papers(
    dossier: Dossier, note: str, papers: Sequence[PaperFacts], *, actor: User, at: dt.datetime
) -> None:
    """What was asked for is there: the round ends, the papers hang on the dossier and its parts."""
    parts.require_whole(dossier)
    round_ = dossier.rounds.filter(answered_at=None).first()
    if dossier.status != Status.SUPPLEMENT or round_ is None:
        raise AlreadyDone
    before = dossier.papers.count()
    round_.answered_at, round_.answered_note = at, note
    round_.save(update_fields=["answered_at", "answered_note"])
    save_papers(dossier, papers, actor=actor, at=at)
    _hand_on(dossier, since=before, actor=actor, at=at)


def _go_on(
    dossier: Dossier, *, actor: User, at: dt.datetime, note: str, right: access.Right
) -> None:
    """Status as before the request, and the clock goes on, or anew for old dossiers."""
    back = dossier.status_changes.filter(to_status=Status.SUPPLEMENT).latest("at", "pk").from_status
    steps.change_status(
        dossier, Status.RECEIVED if back == Status.RECEIVED else Status.IN_PROGRESS,
        actor=actor, at=at,
    )  # fmt: skip
    assert dossier.accepted_at is not None
    assert dossier.due_at is not None
    mode = rules(CLOCK, timezone.localdate(dossier.accepted_at)).supplement_mode
    clock.start_clock(dossier, at=at, restart=mode == "restart")
    dossier.save(update_fields=["status", *clock.CLOCK_FIELDS])
    record(
        dossier, "dossier.supplemented", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier, note=note, due_at=dossier.due_at.isoformat(), person=dossier.holder_id
        ),
    )  # fmt: skip


def _hand_on(dossier: Dossier, *, since: int, actor: User, at: dt.datetime) -> None:
    """The new papers go to the parts that wait for them, and these go on."""
    waiting = [part for part in parts.open_of(dossier) if part.status == Status.SUPPLEMENT]
    if waiting:
        fresh = list(dossier.papers.filter(order__gt=since).order_by("order"))
        for part in waiting:
            parts.hand_papers(dossier, part, fresh)
            parts.go_on(part, actor=actor, at=at)


@transaction.atomic
def lapse_supplement(round_id: int, *, at: dt.datetime) -> bool:
    """The applicant's deadline passed: said once, to official and applicant. A beat job's act."""
    found = SupplementRound.objects.filter(pk=round_id).values_list("dossier_id", flat=True).first()
    if found is None:
        return False
    dossier = steps.lock(found)
    round_ = SupplementRound.objects.get(pk=round_id)
    if round_.lapsed_at or round_.answered_at or dossier.status != Status.SUPPLEMENT:
        return False
    round_.lapsed_at = at
    round_.save(update_fields=["lapsed_at"])
    record(
        dossier, "dossier.supplement_lapsed", actor=None, unit=dossier.holder_unit,
        data=steps.facts(dossier, on_lapse=round_.on_lapse, person=dossier.holder_id),
    )  # fmt: skip
    return True


@transaction.atomic
def require_payment(
    dossier_id: int, *, actor: User, amount_vnd: int, note: str, step_id: int | None = None
) -> Dossier:
    """The citizen owes a financial duty (tax, land fee): status 6, the clock stops."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    right = steps.require_step(dossier, run, actor)
    parts.require_whole(dossier)
    steps.require_work(dossier, run)
    if amount_vnd <= 0 or not note.strip():
        raise DomainError(_("Say how much is to be paid and what for."))
    if dossier.fee_due_vnd + amount_vnd > LARGEST_VND:
        raise DomainError(_("The amount is too large: check the zeros."))
    if dossier.status == Status.RECEIVED:
        steps.start_work(dossier, actor=actor, at=at)
    steps.change_status(dossier, Status.PAYMENT, actor=actor, at=at, reason=note)
    clock.stop_clock(dossier, PauseReason.PAYMENT, actor=actor, at=at)
    dossier.fee_due_vnd += amount_vnd
    dossier.save(update_fields=["status", "fee_due_vnd"])
    record(
        dossier, "dossier.payment_required", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, amount_vnd=amount_vnd, note=note),
    )  # fmt: skip
    return dossier


@transaction.atomic
def confirm_payment(dossier_id: int, *, actor: User, amount_vnd: int, number: str) -> Dossier:
    """Somebody saw the receipt: the work and the clock go on."""
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = _cashier(dossier, actor)
    if dossier.status != Status.PAYMENT:
        raise AlreadyDone
    owed = dossier.fee_due_vnd - dossier.fee_taken_vnd
    if amount_vnd != owed or not number.strip():
        raise DomainError(
            _("%(owed)s VND are owed. Enter this amount and the number of the receipt.")
            % {"owed": f"{owed:,}".replace(",", ".")}
        )
    _take(dossier, amount_vnd, number, actor=actor, at=at)
    steps.change_status(dossier, Status.IN_PROGRESS, actor=actor, at=at)
    clock.start_clock(dossier, at=at)
    dossier.save(update_fields=["status", "fee_taken_vnd", *clock.CLOCK_FIELDS])
    record(
        dossier, "dossier.payment_confirmed", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, amount_vnd=amount_vnd, number=number, person=dossier.holder_id),
    )  # fmt: skip
    return dossier


@transaction.atomic
def take_fee(dossier_id: int, *, actor: User, amount_vnd: int, number: str) -> Dossier:
    """Take a fee that is still owed while the dossier goes its way; nothing else changes."""
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    steps.require_acceptance(dossier)
    parts.require_whole(dossier)
    owed = dossier.fee_due_vnd - dossier.fee_taken_vnd
    if dossier.closed_at or dossier.status == Status.PAYMENT or owed <= 0:
        raise AlreadyDone
    if not 0 < amount_vnd <= owed or not number.strip():
        raise DomainError(_("Enter at most what is owed, and the number of the receipt."))
    _take(dossier, amount_vnd, number, actor=actor, at=at)
    dossier.save(update_fields=["fee_taken_vnd"])
    record(dossier, "dossier.fee_taken", actor=actor, unit=dossier.receiving_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(dossier, amount_vnd=amount_vnd, number=number))  # fmt: skip
    return dossier


def _cashier(dossier: Dossier, actor: User) -> access.Right:
    if access.may(actor, "receive_dossiers", dossier.receiving_unit_id):
        return access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    return access.require(actor, "process_dossiers", dossier.holder_unit_id)


def _take(dossier: Dossier, amount: int, number: str, *, actor: User, at: dt.datetime) -> None:
    FeeReceipt.objects.create(
        dossier=dossier, due_vnd=amount, taken_vnd=amount, number=number, taken_at=at,
        taken_by=actor,
    )  # fmt: skip
    dossier.fee_taken_vnd += amount
