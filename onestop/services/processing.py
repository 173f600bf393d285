"""The way through the process: forward, back, draft, approve, release, hand over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import (
    Dossier,
    DossierFile,
    FileKind,
    Handover,
    ResultDraft,
    StepKind,
    StepRun,
)
from onestop.services import parts, steps
from onestop.services.batches import Outcome, each_for_itself
from onestop.services.reception import attach
from onestop.services.result_drafts import Written
from onestop.states import Status, StepState
from organizations import access
from organizations.models import User
from organizations.words import signing_words
from papers.services import next_number

# Each closed by an act of its own, and never together with the step before it.
ALONE = {*steps.APPROVING, StepKind.ASSIGN, StepKind.FOLLOW, StepKind.RETURN}
MOVED = ["status", "step", "holder_unit", "holder", "finished_at", "closed_at", "returned_at"]


class NeedsAnotherPerson(DomainError):
    """Who approves must not be who prepared it."""

    code = "needs_another_person"


@transaction.atomic
def forward(
    dossier_id: int,
    *,
    actor: User,
    note: str = "",
    through: int | None = None,
    draft_ids: Sequence[int] = (),
    step_id: int | None = None,
) -> Dossier:
    """Close the open step and open the next one.

    With `through` (the order of a later step) the same person closes consecutive steps in one
    act; a step with the right to approve is never among them. An approving step is closed by
    `approve`, assigning by `assign`, the return by `hand_over`.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    where = run.unit  # of the act; afterwards the dossier lies elsewhere
    right = steps.require_step(dossier, run, actor)
    if run.kind in ALONE:
        raise TransitionError(_("This step is closed by its own act, not by passing it on."))
    steps.start_work(dossier, actor=actor, at=at)
    if draft_ids:
        steps.require_work(dossier, run)
        _replace_files(dossier, FileKind.DRAFT, draft_ids, actor=actor, at=at)
    closed = [_pass_on(dossier, run, actor=actor, at=at, right=right, note=note)]
    while through is not None and dossier.step and dossier.step.order <= through:
        run = dossier.step
        if run.kind in ALONE:
            raise NeedsAnotherPerson(
                _("“%(step)s” must be done by another person.") % {"step": run.name}
            )
        right = access.require(actor, steps.PERMISSION[run.kind], run.unit_id)
        closed.append(_pass_on(dossier, run, actor=actor, at=at, right=right, note=""))
    dossier.save(update_fields=MOVED)
    record(
        dossier, "dossier.forwarded", actor=actor, unit=where,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier, closed=closed, step=dossier.step.name if dossier.step else "",
            person=dossier.holder_id, note=note,
        ),
    )  # fmt: skip
    return dossier


def _pass_on(
    dossier: Dossier, run: StepRun, *, actor: User, at: dt.datetime, right: access.Right, note: str
) -> str:
    """Close one step and enter what follows; the last working step completes the dossier."""
    if run.kind in (StepKind.PROCESS, StepKind.CONSULT):
        steps.draft_result(dossier, actor)
    following = steps.next_run(dossier, run)
    if following is None or following.kind == StepKind.RETURN:
        _complete(dossier, actor=actor, at=at)
    steps.close_run(run, actor=actor, at=at, right=right, note=note)
    if dossier.is_part and dossier.status == Status.COMPLETED:
        number = steps.result_of(dossier).number
        parts.hand_in(dossier, following, actor=actor, at=at, number=number)
    elif following is None:
        dossier.step, dossier.holder = None, None
    else:
        steps.enter(dossier, following, at=at)
    return run.name


def _complete(dossier: Dossier, *, actor: User, at: dt.datetime) -> None:
    """The result is numbered and released: status 9, and the clock of the agency ends."""
    parts.require_done(dossier)
    result = steps.result_of(dossier)
    if result.approved_at is None:
        raise TransitionError(_("Nobody has approved the result yet."))
    if not result.number:
        year = timezone.localdate(at).year
        number = next_number(dossier.competent_unit_id, "result", str(year))
        symbol = dossier.competent_unit.symbol or dossier.competent_unit.code
        result.number = f"{number:02d}/KQ-{symbol}"
    result.released_at, result.released_by = at, actor
    result.save(update_fields=["number", "released_at", "released_by"])
    steps.change_status(dossier, Status.COMPLETED, actor=actor, at=at)
    dossier.finished_at = at


@transaction.atomic
def return_for_correction(
    dossier_id: int,
    *,
    actor: User,
    reason: str,
    to: int | None = None,
    step_id: int | None = None,
) -> Dossier:
    """Send the draft back to who prepared it; he reads the reason (never a bare return).

    `to` is the order of one of `steps.correctable`.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    right = steps.require_step(dossier, run, actor)
    if not reason.strip():
        raise DomainError(_("Give a reason, so that the receiver knows what to do."))
    if dossier.status not in steps.UNDER_WAY:
        raise TransitionError(_("The result is released; it cannot be corrected any more."))
    possible = [step for step in steps.correctable(dossier, run) if to in (None, step.order)]
    target = possible[0] if possible else None
    if target is None:
        raise TransitionError(_("No earlier step can be corrected."))
    _again(dossier, target, run)
    steps.close_run(run, actor=actor, at=at, right=right, note=reason, state=StepState.SENT_BACK)
    result = steps.result_of(dossier)
    if result.approved_at and not result.released_at:
        result.approved_at, result.approved_by = None, None
        result.on_behalf_of = result.capacity = ""
        result.save(update_fields=["approved_at", "approved_by", "on_behalf_of", "capacity"])
    following = StepRun.objects.get(dossier=dossier, order=target.order, state=StepState.PLANNED)
    steps.enter(dossier, following, at=at, person=_author_if_there(target))
    dossier.save(update_fields=MOVED)
    record(
        dossier, "dossier.sent_back", actor=actor, unit=run.unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, reason=reason, person=dossier.holder_id, step=following.name),
    )  # fmt: skip
    return dossier


def _author_if_there(target: StepRun) -> User | None:
    """Who did the step, while he may still do it; nobody when he left or changed his office."""
    author = target.closed_by
    if author is None or not access.may(author, steps.PERMISSION[target.kind], target.unit_id):
        return None
    return author


def _again(dossier: Dossier, target: StepRun, until: StepRun) -> None:
    """Plan the steps from `target` to `until` once more; each keeps its planned end."""
    done = StepRun.objects.filter(
        dossier=dossier, order__gte=target.order, order__lte=until.order
    ).exclude(state=StepState.PLANNED)
    latest = {run.order: run for run in done.order_by("order", "round")}
    StepRun.objects.bulk_create(
        StepRun(
            dossier=dossier,
            process_step_id=run.process_step_id,
            order=run.order,
            round=run.round + 1,
            kind=run.kind,
            name=run.name,
            needs_approval=run.needs_approval,
            unit_id=run.unit_id,
            planned_end=run.planned_end,
        )
        for run in latest.values()
    )


@transaction.atomic
def add_draft(
    dossier_id: int, *, actor: User, file_ids: Sequence[int], kind: FileKind = FileKind.DRAFT,
    written: Written | None = None,
) -> Dossier:  # fmt: skip
    """Upload a draft or the signed result. A new one replaces what was there of its kind.

    With `written` the file was made here from a template: its words are kept beside it.

    A draft belongs to the appraisal: what was approved is not exchanged afterwards. The signed
    result may still come when it is numbered and released.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    run = steps.open_step(dossier)
    right = steps.require_step(dossier, run, actor)
    if kind not in uploads_at(dossier, run):
        steps.require_work(dossier, run)
        raise TransitionError(_("Upload the signed result here; a draft belongs to the appraisal."))
    if not file_ids:
        raise DomainError(_("Choose a file."))
    _replace_files(dossier, kind, file_ids, actor=actor, at=at)
    if kind == FileKind.DRAFT:
        steps.draft_result(dossier, actor)
    if written is not None:
        ResultDraft.objects.create(
            dossier=dossier, file=DossierFile.objects.get(dossier=dossier, stored_id=file_ids[0]),
            template_id=written.template_id, words=written.words.as_data(), head=written.head,
            made_at=at, made_by=actor,
        )  # fmt: skip
    record(dossier, "dossier.file_added", actor=actor, unit=dossier.holder_unit,
           on_behalf_of=right.on_behalf_of,
           data=steps.facts(dossier, kind=kind, files=list(file_ids)))  # fmt: skip
    return dossier


def uploads_at(dossier: Dossier, run: StepRun) -> list[FileKind]:
    """What may be uploaded at a step."""
    if run.kind in steps.WORKING:
        return [FileKind.DRAFT, FileKind.RESULT]
    signs = run.kind == StepKind.RELEASE or steps.is_work(dossier, run)
    return [FileKind.RESULT] if signs else []


def _replace_files(
    dossier: Dossier, kind: FileKind, file_ids: Sequence[int], *, actor: User, at: dt.datetime
) -> None:
    DossierFile.objects.filter(dossier=dossier, kind=kind, replaced_at=None).update(replaced_at=at)
    attach(dossier, kind, file_ids, actor=actor, at=at)


def closable_together(dossier: Dossier, run: StepRun | None, actor: User) -> list[StepRun]:
    """The open step and the ones after it that the same person may close in one act."""
    if run is None:
        return []
    together = [run]
    ahead = [step for step in dossier.runs if step.state == StepState.PLANNED]
    for step in sorted(ahead, key=lambda step: (step.order, -step.round)):
        if step.order <= run.order:
            continue
        if step.kind in ALONE or not access.may(actor, steps.PERMISSION[step.kind], step.unit_id):
            break
        together.append(step)
    return together


@transaction.atomic
def approve(dossier_id: int, *, actor: User, note: str = "", step_id: int | None = None) -> Dossier:
    """Approve the draft in person (QĐ 2947/QĐ-UBND 2016 Điều 9); the approver is not its author."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    if run.kind not in steps.APPROVING:
        raise TransitionError(_("The dossier is not waiting for an approval."))
    right = steps.require_step(dossier, run, actor)
    result = steps.result_of(dossier)
    prepared = {result.drafted_by_id, *_prepared(dossier, run)}
    if actor.pk in prepared:
        raise NeedsAnotherPerson(_who_helps(dossier, prepared))
    if run.kind == StepKind.APPROVE:
        parts.require_done(dossier)
        result.approved_by, result.approved_at = actor, at
        result.on_behalf_of, result.capacity = right.on_behalf_of, signing_words(right.title)
        result.save(update_fields=["approved_by", "approved_at", "on_behalf_of", "capacity"])
    steps.start_work(dossier, actor=actor, at=at)
    _pass_on(dossier, run, actor=actor, at=at, right=right, note=note)
    dossier.save(update_fields=MOVED)
    record(
        dossier, "dossier.approved", actor=actor, unit=run.unit, on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier, step=run.name, note=note, number=result.number,
            capacity=signing_words(right.title),
        ),
    )  # fmt: skip
    return dossier


def _prepared(dossier: Dossier, run: StepRun) -> set[int | None]:
    """Who appraised it, in the last round of each step before this one, and whose drafts lie in it.

    A draft stays its author's when another person passes it on.
    """
    last: dict[int, StepRun] = {}
    for step in sorted(dossier.steps.all(), key=lambda step: (step.order, step.round)):
        if step.kind in steps.WORKING and step.state == StepState.CLOSED and step.order < run.order:
            last[step.order] = step
    drafts = DossierFile.objects.filter(dossier=dossier, kind=FileKind.DRAFT, replaced_at=None)
    return {step.closed_by_id for step in last.values()} | set(
        drafts.values_list("added_by_id", flat=True)
    )


def _who_helps(dossier: Dossier, prepared: set[int | None]) -> str:
    """What who prepared the result himself can do about it. Names three people at most."""
    able = (
        person.full_name
        for person in access.people_over("approve_dossiers", dossier.holder_unit)
        if person.pk not in prepared and steps.may_decide(dossier, person, dossier.holder_unit_id)
    )
    if names := list(islice(able, 3)):
        return _(
            "You prepared this result yourself. Another person must approve it: %(names)s."
        ) % {"names": ", ".join(names)}
    return _(
        "You prepared this result yourself, and nobody else may approve it here. Delegate the "
        "approval to another person, or return it so that somebody else prepares it."
    )


def approve_many(picks: Iterable[tuple[int, int]], *, actor: User, note: str = "") -> list[Outcome]:
    """Approve several (dossier id, step id) after one confirmation; each stands for itself."""
    return each_for_itself(
        picks, lambda pk, step: approve(pk, actor=actor, note=note, step_id=step)
    )


@dataclass(frozen=True)
class HandoverFacts:
    """Who took the result, and the proof of it."""

    method: str
    taken_by: str
    number: str = ""
    authorisation: str = ""
    post_number: str = ""


@transaction.atomic
def hand_over(
    dossier_id: int, *, actor: User, facts: HandoverFacts, step_id: int | None = None
) -> Dossier:
    """Return the result to the citizen and close the dossier (NĐ 61/2018 Điều 20–22)."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    if dossier.status == Status.RETURNED:
        raise AlreadyDone
    right = access.require(actor, "return_results", dossier.holder_unit_id)
    parts.require_whole(dossier)
    if dossier.fee_taken_vnd < dossier.fee_due_vnd:
        raise DomainError(_("The fee is not fully paid yet. Take it first, then hand over."))
    steps.change_status(dossier, Status.RETURNED, actor=actor, at=at)
    if dossier.step_id:
        run = steps.open_step(dossier)
        steps.close_run(run, actor=actor, at=at, right=right)
    Handover.objects.create(dossier=dossier, at=at, by=actor, **vars(facts))
    dossier.step, dossier.holder = None, None
    dossier.returned_at = dossier.closed_at = at
    dossier.save(update_fields=MOVED)
    record(
        dossier, "dossier.returned", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, method=facts.method, taken_by=facts.taken_by),
    )  # fmt: skip
    return dossier
