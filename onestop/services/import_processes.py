"""Importing internal processes: stage a file of steps, then write exactly what was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from audit.services import record
from onestop.models import ImportKind, Procedure, Process, ProcessState
from onestop.queries.catalogue import limit_of
from onestop.queries.import_plan import ADDED, CHANGED
from onestop.queries.step_plan import StepPlan, plan_processes
from onestop.rules import import_steps as rules
from onestop.rules.import_steps import StepRow
from onestop.services import processes
from onestop.services.importing import (
    PreviewOutdated,
    Staged,
    add_findings,
    finish_draft,
    keep_draft,
    take_draft,
)
from onestop.services.rights import require_catalogue
from organizations.models import User


@transaction.atomic
def stage_processes(content: bytes, file_name: str, *, actor: User | None) -> Staged[StepPlan]:
    """Read a file and keep its steps for the confirmation. `actor` None: the command line."""
    if actor is not None:
        require_catalogue(actor)
    parsed = rules.parse(content)
    plan = plan_processes(parsed.groups, timezone.localdate())
    add_findings(plan, parsed.faults, parsed.warnings)
    if plan.faults:
        return Staged(plan, None)
    rows = [row.as_json() for group in parsed.groups.values() for row in group]
    return Staged(plan, keep_draft(ImportKind.PROCESSES, content, file_name, plan, rows, actor))


def groups_of(rows: Sequence[Mapping[str, object]]) -> dict[str, list[StepRow]]:
    """Kept rows as they were staged, by procedure code."""
    groups: dict[str, list[StepRow]] = {}
    for values in rows:
        row = StepRow(**values)  # type: ignore[arg-type]
        groups.setdefault(row.code, []).append(row)
    return groups


@transaction.atomic
def confirm_processes(draft_id: int, *, actor: User | None, in_use: bool = True) -> StepPlan:
    """Write the staged processes: put in use at once, or as drafts to be looked at one by one."""
    draft = take_draft(draft_id, ImportKind.PROCESSES, actor)
    groups = groups_of(draft.rows)
    plan = plan_processes(groups, timezone.localdate())
    if plan.faults or plan.hash != draft.plan_hash:
        raise PreviewOutdated
    written = [each.code for each in plan.outcomes if each.kind in (ADDED, CHANGED)]
    for code in sorted(written):
        source = groups[code][0].source or draft.file_name
        _write(code, plan, source, in_use=in_use)
    finish_draft(draft)
    record(
        draft,
        "processes.imported",
        actor=actor,
        data={"file": draft.file_name, "hash": draft.content_hash, "codes": written,
              "in_use": in_use},
    )  # fmt: skip
    return plan


def _write(code: str, plan: StepPlan, source: str, *, in_use: bool) -> None:
    procedure: Procedure = Procedure.objects.get(code=code)
    procedure = Procedure.objects.lock(procedure.pk)
    unit_id, version = plan.units[code], procedure.current_version
    assert version is not None  # the plan refuses procedures without one
    Process.objects.filter(
        procedure=procedure, unit=unit_id, state=ProcessState.DRAFT, source__gt=""
    ).delete()  # what an earlier import left as a draft; drafts written by hand stay
    process = processes.new_draft(
        procedure, unit_id, limit_of(version), plan.steps[code], source=source
    )
    if in_use:
        processes.activate(process, procedure)
