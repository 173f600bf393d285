"""Other ends than a result: refusal after acceptance, withdrawal, stop."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from common.templatetags.ui import vnd
from onestop.models import Dossier, StepRun
from onestop.services import clock, papers_of, parts, steps
from onestop.services.papers_of import StopRequest
from onestop.states import PauseReason, Status, StepState
from organizations import access
from organizations.models import User

ENDED = [
    "status", "step", "holder", "finished_at", "closed_at", "granted_at", *clock.CLOCK_FIELDS,
]  # fmt: skip


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give a reason: the citizen will read it."))
    return text.strip()


def _locked(
    dossier_id: int, actor: User, step_id: int | None = None
) -> tuple[Dossier, access.Right]:
    """The dossier for its end: who decides that may approve, in the agency or the division."""
    dossier = steps.lock(dossier_id, step_id=step_id)
    steps.require_acceptance(dossier)
    right = steps.require_decider(
        dossier, actor, dossier.competent_unit_id, dossier.handling_unit_id
    )
    return dossier, right


def _require_unsigned(dossier: Dossier) -> None:
    """What is signed is issued and goes to the citizen (TT 03/2025/TT-VPCP Điều 7 stops only while
    no decision is). The open parts are locked: none of them is being signed now."""
    parts.open_of(dossier)
    if steps.is_signed(dossier) or parts.is_lead_signed(dossier):
        raise TransitionError(
            _(
                "The result is signed already: the dossier ends with its return. If there is a "
                "mistake in it, have it returned for correction first."
            )
        )


def _asked_back(dossier_id: int, actor: User) -> tuple[Dossier, access.Right]:
    """The same of a dossier that the citizen wants back; nobody has decided it yet."""
    dossier, right = _locked(dossier_id, actor)
    parts.require_whole(dossier)
    if dossier.status != Status.WITHDRAWN or dossier.granted_at:
        raise TransitionError(_("There is no withdrawal to decide."))
    return dossier, right


def _end(dossier: Dossier, *, actor: User, at: dt.datetime, right: access.Right, note: str) -> None:
    """Nothing is left to do: the open step ends undone, the pause ends, what was planned is
    skipped."""
    _go_on(dossier, at=at)
    dossier.rounds.filter(answered_at=None).update(answered_at=at, answered_note=note[:1000])
    if dossier.step_id:
        steps.close_run(
            steps.open_step(dossier), actor=actor, at=at, right=right, note=note,
            state=StepState.ENDED,
        )  # fmt: skip
    StepRun.objects.filter(dossier=dossier, state=StepState.PLANNED).update(state=StepState.SKIPPED)
    dossier.step, dossier.holder = None, None
    dossier.finished_at = dossier.closed_at = at


def _take_in_hand(dossier: Dossier, actor: User) -> None:
    """Who refuses, at a step that decides and that nobody had in hand, had it to decide: it is his,
    in time or late. Two queries more for a deputy with fields of his own."""
    run = steps.open_step(dossier)
    if (
        run.kind in steps.APPROVING
        and dossier.holder_id is None
        and steps.may_decide(dossier, actor, run.unit_id)
    ):
        run.person = actor
        run.save(update_fields=["person"])


def _go_on(dossier: Dossier, *, at: dt.datetime) -> None:
    """Nobody waits for the citizen any more: the wait moves the due moment, whoever ended it."""
    if not clock.is_running(dossier):
        clock.start_clock(dossier, at=at)


def _require_request(dossier: Dossier, request: StopRequest, at: dt.datetime) -> str:
    """The request is complete and not of tomorrow; answers how far the dossier is."""
    if request.asked_on > timezone.localdate(at):
        raise DomainError(_("The request cannot be of a later day."))
    if not request.how.strip():
        raise DomainError(_("Say how the applicant asked for it."))
    if dossier.fee_taken_vnd and not request.fees.strip():
        raise DomainError(
            _("%(amount)s was taken for this dossier. Say what happens with it.")
            % {"amount": vnd(dossier.fee_taken_vnd)}
        )
    return steps.open_step(dossier).name if dossier.step_id else ""


def end_part(
    part: Dossier, status: Status, *, actor: User, at: dt.datetime, right: access.Right, note: str
) -> None:  # fmt: skip
    """A part ends with its whole, or because the lead goes on without it; who had it in hand is
    told."""
    person = part.holder_id
    if status == Status.WITHDRAWN:
        part.granted_at = at
    else:
        steps.change_status(part, status, actor=actor, at=at, reason=note)
    _end(part, actor=actor, at=at, right=right, note=note)
    part.save(update_fields=ENDED)
    record(part, "part.ended", actor=actor, unit=part.competent_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(part, reason=note, person=person))  # fmt: skip


def _end_parts(
    dossier: Dossier, status: Status, *, actor: User, at: dt.datetime, right: access.Right,
    note: str,
) -> None:  # fmt: skip
    for part in parts.open_of(dossier):
        end_part(part, status, actor=actor, at=at, right=right, note=note)


@transaction.atomic
def refuse(dossier_id: int, *, actor: User, reason: str, step_id: int | None = None) -> Dossier:
    """Refuse after acceptance, with Mẫu 03, within the time limit (NĐ 61/2018 Điều 19.8).

    With a linked dossier its open parts are stopped.
    """
    at, reason = timezone.now(), _reason(reason)
    dossier, right = _locked(dossier_id, actor, step_id)
    parts.require_whole(dossier)
    _require_unsigned(dossier)
    _take_in_hand(dossier, actor)
    steps.change_status(dossier, Status.NOT_ACCEPTED, actor=actor, at=at, reason=reason)
    _end(dossier, actor=actor, at=at, right=right, note=reason)
    dossier.save(update_fields=ENDED)
    _end_parts(dossier, Status.STOPPED, actor=actor, at=at, right=right, note=reason)
    papers_of.issue_refusal(dossier, reason, actor=actor, at=at, on_behalf_of=right.on_behalf_of)
    _tell(dossier, "dossier.refused", actor, right, reason)
    return dossier


@transaction.atomic
def refuse_part(
    dossier_id: int, *, actor: User, reason: str, step_id: int | None = None
) -> Dossier:  # fmt: skip
    """The unit of a part refuses its part, and nothing more: the lead reads why, and decides."""
    at, reason = timezone.now(), _reason(reason)
    part, right = _locked(dossier_id, actor, step_id)
    parts.require_part(part)
    _require_unsigned(part)
    _take_in_hand(part, actor)
    steps.change_status(part, Status.NOT_ACCEPTED, actor=actor, at=at, reason=reason)
    _end(part, actor=actor, at=at, right=right, note=reason)
    part.save(update_fields=ENDED)
    _tell(part, "part.refused", actor, right, reason)
    parts.tell_parent(part, "dossier.part_refused", actor=actor, reason=reason)
    return part


@transaction.atomic
def stop(
    dossier_id: int, *, actor: User, reason: str, step_id: int | None = None,
    request: StopRequest | None = None,
) -> Dossier:  # fmt: skip
    """Stop processing while no decision is issued (TT 03/2025/TT-VPCP Điều 7).

    On the applicant's request, the notice (Mẫu 05) says what he asked and what he gets back.
    """
    at, reason = timezone.now(), _reason(reason)
    dossier, right = _locked(dossier_id, actor, step_id)
    parts.require_whole(dossier)
    _require_unsigned(dossier)
    stage = _require_request(dossier, request, at) if request else ""
    steps.change_status(dossier, Status.STOPPED, actor=actor, at=at, reason=reason)
    _end(dossier, actor=actor, at=at, right=right, note=reason)
    dossier.save(update_fields=ENDED)
    _end_parts(dossier, Status.STOPPED, actor=actor, at=at, right=right, note=reason)
    if request:
        papers_of.issue_stop(
            dossier, request, reason=reason, stage=stage, actor=actor, at=at, right=right
        )
    asked = {"asked_on": request.asked_on.isoformat()} if request else {}
    _tell(dossier, "dossier.stopped", actor, right, reason, **asked)
    return dossier


@transaction.atomic
def request_withdrawal(dossier_id: int, *, actor: User, reason: str, asked_by: str) -> Dossier:
    """Note that the citizen wants the dossier back: status 7 until somebody decides.

    That is the agency's turn: what the citizen was waited for, the clock waits for no more.
    """
    at, reason = timezone.now(), _reason(reason)
    dossier = steps.lock(dossier_id)
    steps.require_acceptance(dossier)
    right = access.require(
        actor, "receive_dossiers", dossier.receiving_unit_id, dossier.competent_unit_id
    )
    parts.require_whole(dossier)
    _require_unsigned(dossier)
    if not asked_by.strip():
        raise DomainError(_("Say who asked for the withdrawal."))
    steps.change_status(
        dossier, Status.WITHDRAWN, actor=actor, at=at, reason=f"{asked_by.strip()}: {reason}"
    )
    _go_on(dossier, at=at)
    dossier.save(update_fields=["status", *clock.CLOCK_FIELDS])
    for part in parts.open_of(dossier):  # nobody works on while the whole is asked back
        steps.change_status(part, Status.WITHDRAWN, actor=actor, at=at, reason=reason)
        _go_on(part, at=at)
        part.save(update_fields=["status", *clock.CLOCK_FIELDS])
        _tell(part, "part.held", actor, right, reason)
    _tell(dossier, "dossier.withdrawal_requested", actor, right, reason, asked_by=asked_by)
    return dossier


@transaction.atomic
def grant_withdrawal(dossier_id: int, *, actor: User, reason: str) -> Dossier:
    """Give the dossier back: final."""
    at, reason = timezone.now(), _reason(reason)
    dossier, right = _asked_back(dossier_id, actor)
    _require_unsigned(dossier)
    dossier.granted_at = at
    _end(dossier, actor=actor, at=at, right=right, note=reason)
    dossier.save(update_fields=ENDED)
    _end_parts(dossier, Status.WITHDRAWN, actor=actor, at=at, right=right, note=reason)
    _tell(dossier, "dossier.withdrawn", actor, right, reason)
    return dossier


@transaction.atomic
def refuse_withdrawal(dossier_id: int, *, actor: User, reason: str) -> Dossier:
    """The request is refused: the work goes on; what was awaited is awaited no more."""
    at, reason = timezone.now(), _reason(reason)
    dossier, right = _asked_back(dossier_id, actor)
    steps.change_status(dossier, Status.IN_PROGRESS, actor=actor, at=at, reason=reason)
    dossier.rounds.filter(answered_at=None).update(answered_at=at, answered_note=reason[:1000])
    _go_on(dossier, at=at)
    dossier.save(update_fields=["status", *clock.CLOCK_FIELDS])
    for part in parts.open_of(dossier):
        _resume_part(part, actor=actor, at=at, reason=reason)
        _tell(part, "part.resumed", actor, right, reason)
    _tell(dossier, "dossier.withdrawal_refused", actor, right, reason)
    return dossier


def _resume_part(part: Dossier, *, actor: User, at: dt.datetime, reason: str) -> None:
    """The work on a part goes on; one that had asked its lead goes on asking, its clock still."""
    history = part.status_changes.order_by("-at", "-pk")
    held = history.filter(to_status=Status.WITHDRAWN).first()
    steps.change_status(part, Status.IN_PROGRESS, actor=actor, at=at, reason=reason)
    if held is not None and held.from_status == Status.SUPPLEMENT:
        asked = history.filter(to_status=Status.SUPPLEMENT).first()
        steps.change_status(
            part, Status.SUPPLEMENT, actor=actor, at=at, reason=asked.reason if asked else reason
        )
        clock.stop_clock(part, PauseReason.SUPPLEMENT, actor=actor, at=at)
    part.save(update_fields=["status"])


def _tell(
    dossier: Dossier, action: str, actor: User, right: access.Right, reason: str, **more: str
) -> None:
    record(
        dossier, action, actor=actor, unit=dossier.holder_unit, on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, reason=reason, person=dossier.holder_id, **more),
    )  # fmt: skip
