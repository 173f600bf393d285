"""What several services do with a locked dossier. Nothing here opens a transaction or locks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import (
    Dossier,
    Participant,
    Process,
    ProcessStep,
    Result,
    StatusChange,
    StepKind,
    StepRun,
)
from onestop.states import WAITING, Part, Status, StepState
from organizations import access, fields
from organizations.models import Unit, User

PERMISSION: dict[str, str] = {
    StepKind.RECEIVE: "receive_dossiers",
    StepKind.ASSIGN: "assign_dossiers",
    StepKind.PROCESS: "process_dossiers",
    StepKind.CONSULT: "process_dossiers",
    StepKind.REVIEW: "approve_dossiers",
    StepKind.APPROVE: "approve_dossiers",
    StepKind.RELEASE: "release_results",
    StepKind.FOLLOW: "receive_dossiers",
    StepKind.RETURN: "return_results",
}
APPROVING = {StepKind.REVIEW, StepKind.APPROVE}
WORKING = {StepKind.PROCESS, StepKind.CONSULT}
UNDER_WAY = {Status.RECEIVED, Status.IN_PROGRESS}


class NotYours(DomainError):
    """Somebody else has the dossier in hand."""

    code = "held_by_another"


def lock(dossier_id: int, *, step_id: int | None = None) -> Dossier:
    """Lock the dossier; when a page named the step it showed, it must still be the open one."""
    dossier: Dossier = Dossier.objects.lock(dossier_id)
    if dossier.is_void:
        raise DomainError(
            _("Dossier %(code)s was voided: its reception was a mistake.") % {"code": dossier.code}
        )
    if step_id is not None and dossier.step_id != step_id:
        raise AlreadyDone
    return dossier


def open_step(dossier: Dossier) -> StepRun:
    """The step under way of a locked dossier. One query for all its steps."""
    if dossier.step_id is None:
        raise AlreadyDone
    return next(run for run in dossier.runs if run.pk == dossier.step_id)


def require_step(
    dossier: Dossier, run: StepRun, actor: User, *, anybody: bool = False
) -> access.Right:
    """The actor may do this step now: he holds the right, and nobody else has it in hand."""
    if run.kind in APPROVING:
        right = require_decider(dossier, actor, dossier.holder_unit_id)
    else:
        right = access.require(actor, PERMISSION[run.kind], dossier.holder_unit_id)
    if dossier.status in WAITING or dossier.status == Status.WITHDRAWN:
        raise DomainError(
            _("Dossier %(code)s is “%(status)s”: the work goes on when that is settled.")
            % {"code": dossier.code, "status": dossier.get_status_display()}
        )
    if not anybody and dossier.holder_id not in (None, actor.pk):
        raise NotYours(
            _("This dossier is in the hands of %(name)s. Take it over first.")
            % {"name": dossier.holder.full_name}
        )
    return right


def require_decider(dossier: Dossier, actor: User, *unit_ids: int) -> access.Right:
    """The actor may decide in one of the units: a deputy with fields of his own, in these only.

    Two queries more for such a deputy.
    """
    right = access.require(actor, "approve_dossiers", *unit_ids)
    if not fields.assigned_to(actor):
        return right
    units = Unit.objects.in_bulk(unit_ids).values()
    return fields.require(actor, "approve_dossiers", *units, field=dossier.version.field)


def may_decide(dossier: Dossier, actor: User, *unit_ids: int) -> bool:
    """Whether `require_decider` would let the actor pass."""
    if not fields.assigned_to(actor):
        return any(access.may(actor, "approve_dossiers", unit_id) for unit_id in unit_ids)
    units = Unit.objects.in_bulk(unit_ids).values()
    return fields.may(actor, "approve_dossiers", *units, field=dossier.version.field)


def correctable(dossier: Dossier, run: StepRun) -> list[StepRun]:
    """Earlier steps that did work and can do it again, each in its last round, the step first to
    which a dossier goes back when nobody says otherwise: the last appraisal."""
    done = {
        step.order: step
        for step in dossier.runs
        if step.kind in WORKING and step.state == StepState.CLOSED and step.order < run.order
    }
    return sorted(done.values(), key=lambda step: (step.kind != StepKind.PROCESS, -step.order))


def is_signed(dossier: Dossier) -> bool:
    """The result is approved for the last time: what follows only numbers and returns it."""
    last = {run.order: run for run in dossier.runs if run.kind == StepKind.APPROVE}
    return bool(last) and all(run.state == StepState.CLOSED for run in last.values())


def require_acceptance(dossier: Dossier) -> None:
    """What arrived online and was not accepted has no clock and no steps."""
    if dossier.accepted_at is None:
        raise TransitionError(
            _("Dossier %(code)s is not accepted yet: the one-stop counter decides on it first.")
            % {"code": dossier.code}
        )


def require_work(dossier: Dossier, run: StepRun) -> None:
    """Asking, drafting and consulting belong to the steps in which the work is done."""
    if not is_work(dossier, run):
        raise TransitionError(
            _("At the step “%(step)s” this is no longer possible. Return it for correction first.")
            % {"step": run.name}
        )


def is_work(dossier: Dossier, run: StepRun) -> bool:
    """A step of appraisal; in a short process, where nobody appraises, the step that signs."""
    if run.kind != StepKind.APPROVE:
        return run.kind in WORKING
    return not StepRun.objects.filter(dossier=dossier, kind__in=WORKING).exists()


def change_status(
    dossier: Dossier, status: Status, *, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Move the status in memory and write its history row; the caller saves the dossier."""
    before = dossier.status
    dossier.move_to(status)
    StatusChange.objects.create(
        dossier=dossier, from_status=before, to_status=status, at=at, by=actor, reason=reason[:1000]
    )


def start_work(dossier: Dossier, *, actor: User | None, at: dt.datetime) -> None:
    """A received dossier is in progress from the first act of the agency."""
    if dossier.status == Status.RECEIVED:
        change_status(dossier, Status.IN_PROGRESS, actor=actor, at=at)


def close_run(
    run: StepRun, *, actor: User, at: dt.datetime, right: access.Right, note: str = "",
    state: StepState = StepState.CLOSED,
) -> None:  # fmt: skip
    """Nobody has it in hand any more; `ENDED` was not done: its dossier ended before."""
    run.state = state
    run.closed_at = at
    run.closed_by = actor
    run.on_behalf_of = right.on_behalf_of
    run.note = note[:1000]
    run.save(update_fields=["state", "closed_at", "closed_by", "on_behalf_of", "note"])


def next_run(dossier: Dossier, run: StepRun) -> StepRun | None:
    """The next planned step. No query after `open_step`, which has read them all."""
    planned = [step for step in dossier.runs if step.state == StepState.PLANNED]
    ahead = [step for step in planned if step.order > run.order]
    return min(ahead, key=lambda step: (step.order, -step.round), default=None)


def enter(dossier: Dossier, run: StepRun, *, at: dt.datetime, person: User | None = None) -> None:
    """Open a step: the dossier lies in its unit, in a person's hands or in nobody's yet."""
    run.state = StepState.OPEN
    run.opened_at = at
    run.person = person
    run.save(update_fields=["state", "opened_at", "person", "unit"])
    dossier.step = run
    dossier.holder_unit = run.unit
    dossier.holder = person


def add_participants(dossier: Dossier, part: Part, unit_ids: Iterable[int]) -> None:
    """From now on these units see the dossier; who handles the lead's dossier, its parts, too."""
    units = sorted(set(unit_ids))
    rows = [Participant(dossier=dossier, unit_id=pk, part=part) for pk in units]
    if dossier.group_id and part == Part.HANDLING:
        children = Dossier.objects.filter(parent=dossier).values_list("pk", flat=True)
        rows += [
            Participant(dossier_id=child, unit_id=pk, part=Part.LEAD)
            for child in children
            for pk in units
        ]
    Participant.objects.bulk_create(rows, ignore_conflicts=True)


def unit_of(step: ProcessStep, dossier: Dossier) -> int:
    """Where a step of the process is done (models.processes.ProcessStep)."""
    if step.unit_id:
        return int(step.unit_id)
    if step.kind in (StepKind.RECEIVE, StepKind.FOLLOW, StepKind.RETURN):
        return int(dossier.receiving_unit_id)
    if step.kind in (StepKind.APPROVE, StepKind.RELEASE):
        return int(dossier.competent_unit_id)
    return int(dossier.handling_unit_id)


def handling_unit_of(process: Process, competent: Unit, on: dt.date) -> int:
    """The division that works on it: named by the process, else the only one, else the agency.

    A unit of another agency, where a later step is done, is not the competent unit's division.
    """
    named = [
        step.unit_id
        for step in process.steps.all()
        if step.kind in (StepKind.ASSIGN, StepKind.PROCESS) and step.unit_id
    ]
    if named:
        own = set(Unit.objects.below(competent).filter(pk__in=named).values_list("pk", flat=True))
        for unit_id in named:
            if unit_id in own:
                return int(unit_id)
    divisions = list(
        Unit.objects.valid_on(on)
        .filter(parent=competent, kind="division")
        .values_list("pk", flat=True)[:2]
    )
    return int(divisions[0]) if len(divisions) == 1 else int(competent.pk)


def result_of(dossier: Dossier) -> Result:
    """The dossier's result row; made on first need. One query, three for the first."""
    found: Result | None = Result.objects.filter(dossier=dossier).first()
    if found is None:
        draft_result(dossier, None)
        found = Result.objects.get(dossier=dossier)
    return found


_DRAFT_SQL = """
    INSERT INTO onestop_result (province_id, dossier_id, drafted_by_id, name, number,
        on_behalf_of, capacity)
    SELECT province_id, %(dossier)s, %(author)s,
        COALESCE(NULLIF(result_name, ''), left(name, 300)), '', '', ''
    FROM onestop_procedureversion WHERE province_id = %(province)s AND id = %(version)s
    ON CONFLICT (province_id, dossier_id) DO UPDATE SET drafted_by_id = EXCLUDED.drafted_by_id
        WHERE onestop_result.approved_at IS NULL
"""


def draft_result(dossier: Dossier, author: User | None) -> None:
    """Who does the appraisal is the author of the result until it is approved. One query."""
    known = {
        "dossier": dossier.pk, "author": author.pk if author else None,
        "province": dossier.province_id, "version": dossier.version_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DRAFT_SQL, known)


def facts(dossier: Dossier, **more: Any) -> dict[str, Any]:
    """What every event of a dossier tells: enough for a consumer to need no guess."""
    return {"code": dossier.code, "status": dossier.status, **more}
