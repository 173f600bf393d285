"""The rows beside a dossier of the history: who takes part, papers, changes, what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.models import AuditEntry
from common.working_time import Limit
from onestop.models import (
    Dossier,
    DossierPaper,
    DueChange,
    Handover,
    Participant,
    Pause,
    ProcedureVersion,
    Process,
    StatusChange,
    StepRun,
)
from onestop.states import DueReason, Part, Status, StepState
from organizations.models import Unit, User
from portal.demo.fate import Fate


@dataclass
class Choice:
    """A version in force with its channel and the units that resolve it."""

    version: ProcedureVersion
    limit: Limit
    fee: int
    units: list[Unit]


@dataclass
class Draft:
    """One dossier before its rows are written."""

    choice: Choice
    unit: Unit
    process: Process
    plan: list[Any]
    fate: Fate
    row: Dossier = field(default_factory=Dossier)
    runs: list[StepRun] = field(default_factory=list)
    is_void: bool = False
    phone: str = ""  # the applicant's, on his row and in the words of the search


def participants(draft: Draft) -> Iterator[Participant]:
    row = draft.row
    pairs = {
        (row.receiving_unit_id, Part.RECEIVING), (row.competent_unit_id, Part.COMPETENT),
        (row.handling_unit_id, Part.HANDLING), *((run.unit_id, Part.STEP) for run in draft.runs),
    }  # fmt: skip
    for unit_id, part in sorted(pairs):
        yield Participant(dossier=row, unit_id=unit_id, part=part)


def papers(draft: Draft) -> Iterator[DossierPaper]:
    components = draft.choice.version.components.all()
    names = [component.name for component in components] or ["Tờ khai theo mẫu"]
    for order, name in enumerate(names, 1):
        yield DossierPaper(dossier=draft.row, order=order, name=name[:500], originals=1)


def changes(draft: Draft) -> Iterator[StatusChange]:
    before = None
    for change in draft.fate.changes:
        yield StatusChange(dossier=draft.row, from_status=before, to_status=change.status,
                           at=change.at, reason=change.reason)  # fmt: skip
        before = change.status


def due_changes(draft: Draft) -> Iterator[DueChange]:
    """What was due from the reception on, and from the end of a wait that moved it."""
    fate = draft.fate
    yield DueChange(dossier=draft.row, at=fate.accepted_at, due_at=fate.first_due_at,
                    reason=DueReason.ACCEPTED)  # fmt: skip
    if fate.pauses and fate.due_at != fate.first_due_at:
        yield DueChange(dossier=draft.row, at=fate.pauses[0].end, due_at=fate.due_at,
                        reason=DueReason.WAIT_ENDED)  # fmt: skip


def pauses(draft: Draft) -> Iterator[Pause]:
    if draft.fate.pause:
        began, ended = draft.fate.pause
        paid = any(change.status == Status.PAYMENT for change in draft.fate.changes)
        yield Pause(dossier=draft.row, reason="payment" if paid else "supplement",
                    started_at=began, ended_at=ended)  # fmt: skip


def handovers(draft: Draft) -> Iterator[Handover]:
    if draft.fate.returned_at:
        yield Handover(
            dossier=draft.row, method="in_person", taken_by=draft.row.applicant_name,
            number=draft.row.applicant_number, at=draft.fate.returned_at,
            by=draft.runs[-1].closed_by or draft.runs[0].closed_by,
        )  # fmt: skip


def story(draft: Draft) -> Iterator[AuditEntry]:
    """What the services would have recorded, as entries."""
    row = draft.row
    for run in draft.runs:
        if run.state != StepState.CLOSED or run.closed_by is None:
            continue
        action, data = {
            "receive": ("dossier.accepted", {"due_at": draft.fate.first_due_at.isoformat()}),
            "return": ("dossier.returned", {"taken_by": row.applicant_name, "method": "in_person"}),
            "review": ("dossier.approved", {"step": run.name}),
            "approve": ("dossier.approved", {"step": run.name}),
        }.get(run.kind, ("dossier.forwarded", {"closed": [run.name]}))
        yield _entry(row, action, run.closed_by, run.closed_at, data)
    for change in draft.fate.changes:
        named = {
            3: "dossier.refused", 8: "dossier.stopped",
            7: "dossier.withdrawn" if draft.fate.granted else "dossier.withdrawal_requested",
            5: "dossier.supplement_requested", 6: "dossier.payment_required",
        }.get(change.status)  # fmt: skip
        if named:
            yield _entry(row, named, draft.runs[0].closed_by, change.at, {
                "reason": change.reason, "asked_by": row.applicant_name, "items": [change.reason],
                "apply_by": "", "amount_vnd": 50_000, "note": change.reason})  # fmt: skip
    if draft.is_void:
        yield _entry(row, "dossier.voided", draft.runs[0].closed_by, row.voided_at,
                     {"reason": row.void_reason, **_repaid(row)})  # fmt: skip


def _repaid(row: Dossier) -> dict[str, Any]:
    taken = row.fee_taken_vnd
    return {"refund": "Trả lại tại quầy", "refunded_vnd": taken} if taken else {}


def _entry(
    row: Dossier, action: str, who: User | None, at: Any, data: dict[str, Any]
) -> AuditEntry:
    return AuditEntry(
        at=at, action=action, actor_id=str(who.pk) if who else "",
        actor_name=who.full_name if who else "", subject_type="onestop.dossier",
        subject_id=str(row.pk), subject_name=row.code,
        data={"code": row.code, "status": row.status, **data},
    )  # fmt: skip
