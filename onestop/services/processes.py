"""Changes of internal processes: draft, steps, put in use; and the process a dossier follows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Procedure, ProcedureVersion, Process, ProcessState, ProcessStep
from onestop.models.processes import NEXT_PROCESS
from onestop.queries.catalogue import limit_of
from onestop.rules import processes as rules
from onestop.rules.processes import StepData
from onestop.services.rights import require_catalogue
from organizations.models import Unit, User
from organizations.roles import ROLES


class ProcessRefused(DomainError):
    """The steps do not make a process; the sentence names every fault."""

    code = "process_refused"


class NotADraft(TransitionError):
    default_message = gettext_lazy(
        "Only a draft can be changed. Make a new version of the process first."
    )


def process_for(version: ProcedureVersion, unit: Unit, on: dt.date) -> Process:
    """The process that a dossier received on that day follows in its competent unit.

    The unit's own process, else the general one, else the default made from the limit. A process
    whose shares were made for another limit than the version's is passed over: a dossier never
    follows shares that do not add up to its own limit. Joins the caller's transaction.
    """
    limit = limit_of(version)
    candidates: Iterable[Process] = (
        Process.objects.filter(procedure_id=version.procedure_id, state=ProcessState.ACTIVE)
        .filter(Q(unit=unit) | Q(unit=None))
        .filter(Q(is_default=True) | Q(valid_from__lte=on))
        .order_by("is_default", F("unit").asc(nulls_last=True))
    )
    for process in candidates:
        if fits(process, limit):
            return process
    return _new_default(version, limit, on)


def fits(process: Process, limit: tuple[Decimal, str]) -> bool:
    """Made for this limit. A person who accepted other units of time keeps them (a warning)."""
    amount, unit = limit
    if process.is_default:
        return (process.limit_amount, process.limit_unit) == (amount, unit)
    return process.limit_unit != unit or process.limit_amount == amount


def _new_default(version: ProcedureVersion, limit: tuple[Decimal, str], on: dt.date) -> Process:
    """One default at a time: the procedure's lock decides between two counters."""
    procedure = Procedure.objects.lock(version.procedure_id)
    of_procedure = Process.objects.filter(
        procedure=procedure, state=ProcessState.ACTIVE, is_default=True
    )
    faster: Process | None = of_procedure.first()
    if faster and fits(faster, limit):  # the other counter was faster
        return faster
    of_procedure.update(state=ProcessState.RETIRED)
    process: Process = Process.objects.create(
        procedure=procedure,
        number=_next_number(procedure.pk),
        state=ProcessState.ACTIVE,
        valid_from=on,
        limit_amount=limit[0],
        limit_unit=limit[1],
        is_default=True,
    )
    write_steps(process, rules.default_process(*limit))
    record(process, "process.default_made", actor=None, data={"procedure": procedure.code})
    return process


def _next_number(procedure_id: int) -> int:
    last = Process.objects.filter(procedure_id=procedure_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def write_steps(process: Process, steps: Sequence[StepData]) -> None:
    """Put these steps in the place of the process's own."""
    process.steps.all().delete()
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process,
            order=order,
            kind=step.kind,
            name=step.name[:200],
            content=step.content,
            role=step.role,
            unit_id=step.unit_id,
            share_amount=step.share_amount,
            share_unit=step.share_unit if step.share_amount is not None else "",
            needs_approval=step.needs_approval,
            is_iso=step.is_iso,
            responsible_text=step.responsible_text,
        )
        for order, step in enumerate(steps, start=1)
    )


@transaction.atomic
def draft_process(procedure_id: int, *, unit_id: int | None = None, actor: User) -> Process:
    """A new version to work on: a copy of what the unit follows now, or of the default."""
    procedure = Procedure.objects.lock(procedure_id)
    require_catalogue(actor)
    version = procedure.current_version or procedure.versions.order_by("-number").first()
    if version is None:
        raise DomainError(_("The procedure has no content yet: write it first."))
    if unit_id and not version.units.filter(unit=unit_id).exists():
        raise DomainError(_("This unit is not competent for the procedure: choose another one."))
    waiting: Process | None = Process.objects.filter(
        procedure=procedure, unit=unit_id, state=ProcessState.DRAFT
    ).first()
    if waiting:
        return waiting
    limit = limit_of(version)
    model = (
        Process.objects.filter(procedure=procedure, state=ProcessState.ACTIVE)
        .filter(Q(unit=unit_id) | Q(unit=None))
        .order_by("is_default", F("unit").asc(nulls_last=True))
        .first()
    )
    steps = model.as_data() if model else rules.default_process(*limit)
    process = new_draft(procedure, unit_id, limit, steps)
    record(process, "process.drafted", actor=actor, data={"procedure": procedure.code})
    return process


def new_draft(
    procedure: Procedure,
    unit_id: int | None,
    limit: tuple[Decimal, str],
    steps: Sequence[StepData],
    **facts: str,
) -> Process:
    """A step that `draft_process` and the import join; the caller holds the procedure's lock."""
    process: Process = Process.objects.create(
        procedure=procedure,
        unit_id=unit_id,
        number=_next_number(procedure.pk),
        limit_amount=limit[0],
        limit_unit=limit[1],
        **facts,
    )
    write_steps(process, steps)
    return process


@transaction.atomic
def save_steps(
    process_id: int, steps: Sequence[StepData], *, actor: User, seen: str = ""
) -> Process:
    """Write the steps of a draft. What does not add up may be kept, but not put in use.

    `seen` is the fingerprint of the steps that the person had before him.
    """
    process: Process = Process.objects.lock(process_id)
    require_catalogue(actor)
    if process.state != ProcessState.DRAFT:
        raise NotADraft
    if seen and fingerprint(process.as_data()) != seen:
        raise AlreadyDone
    write_steps(process, steps)
    record(process, "process.steps_saved", actor=actor, data={"steps": len(steps)})
    return process


def fingerprint(steps: Sequence[StepData]) -> str:
    """Tells whether somebody changed the steps since a page was opened."""
    return hashlib.sha256(repr(list(steps)).encode()).hexdigest()


@transaction.atomic
def put_in_use(process_id: int, *, actor: User) -> Process:
    """New dossiers follow this version from now on; running ones stay on theirs."""
    pk = Process.objects.values_list("procedure_id", flat=True).get(pk=process_id)
    procedure = Procedure.objects.lock(pk)
    process: Process = Process.objects.lock(process_id)
    require_catalogue(actor)
    if ProcessState.ACTIVE not in NEXT_PROCESS[process.state]:
        raise TransitionError
    activate(process, procedure)
    record(process, "process.put_in_use", actor=actor, data={"procedure": procedure.code})
    return process


def activate(process: Process, procedure: Procedure) -> None:
    """Check the steps against the limit in force and replace the version in use before.

    A step that `put_in_use` and the import join; the caller holds the procedure's lock.
    """
    version = procedure.current_version or procedure.versions.order_by("-number").first()
    if version:
        process.limit_amount, process.limit_unit = limit_of(version)
    faults = faults_of(process.as_data(), process.limit_amount, process.limit_unit)
    if faults:
        raise ProcessRefused(" ".join(faults))
    Process.objects.filter(
        procedure=procedure, unit=process.unit_id, state=ProcessState.ACTIVE, is_default=False
    ).update(state=ProcessState.RETIRED)
    process.state = ProcessState.ACTIVE
    process.valid_from = timezone.localdate()
    process.save(update_fields=["state", "valid_from", "limit_amount", "limit_unit"])


def faults_of(steps: Sequence[StepData], amount: Decimal, unit: str) -> list[str]:
    """Every reason why these steps may not be put in use. One query when steps name units."""
    faults = rules.check(steps, amount, unit).faults
    wanted = {step.unit_id for step in steps if step.unit_id}
    if wanted:
        today = timezone.localdate()
        open_units = set(
            Unit.objects.valid_on(today).filter(pk__in=wanted).values_list("pk", flat=True)
        )
        names = dict(Unit.objects.filter(pk__in=wanted - open_units).values_list("pk", "name"))
        faults += [
            _("%(unit)s is closed: give its step to another unit.") % {"unit": names.get(pk, pk)}
            for pk in sorted(wanted - open_units)
        ]
    if any(step.role not in ROLES for step in steps):
        faults.append(_("A step has no role: choose who does it."))
    return faults


@transaction.atomic
def discard_draft(process_id: int, *, actor: User) -> None:
    """Throw a draft away; no dossier ever followed it."""
    process: Process = Process.objects.lock(process_id)
    require_catalogue(actor)
    if process.state != ProcessState.DRAFT:
        raise NotADraft
    record(process, "process.draft_discarded", actor=actor)
    process.delete()
