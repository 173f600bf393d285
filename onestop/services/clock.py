"""The one writer of `due_at`: start, limit, pauses and calendar in, a moment out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from common.working_time import Calendar, Limit, Pause, TimeUnit, due, planned_step_ends
from onestop.models import Dossier, StepRun
from onestop.models import Pause as PauseRow
from onestop.states import PauseReason, StepState
from organizations.calendars import calendar_for
from organizations.models import User


def limit_of(dossier: Dossier) -> Limit:
    return Limit(
        dossier.limit_amount or Decimal(0), TimeUnit(dossier.limit_unit), cutoff=dossier.cutoff
    )


def set_due(dossier: Dossier, *, calendar: Calendar | None = None) -> bool:
    """Compute and set `due_at` in memory from what is stored; True when it moved.

    Reads the ended pauses (one query) and the calendar (kept for the transaction). A dossier
    whose clock stands still keeps the moment it had when it stopped.
    """
    calendar = calendar or calendar_for(dossier.competent_unit_id)
    found = due(calendar, _start(dossier), limit_of(dossier), _pauses(dossier))
    moved = dossier.due_at != found.at or dossier.due_is_provisional != found.provisional
    dossier.due_at, dossier.due_is_provisional = found.at, found.provisional
    return moved


def plan(
    dossier: Dossier, shares: list[Decimal | None], *, calendar: Calendar | None = None
) -> list[dt.datetime | None]:
    """The planned end of each step; None for a step whose time is not counted."""
    calendar = calendar or calendar_for(dossier.competent_unit_id)
    counted = [share for share in shares if share is not None]
    ends = iter(
        planned_step_ends(calendar, _start(dossier), counted, limit_of(dossier), _pauses(dossier))
    )
    return [None if share is None else next(ends) for share in shares]


def shift_plan(dossier: Dossier) -> None:
    """Move the planned ends of the steps still to be done by the dossier's pauses."""
    runs = list(
        StepRun.objects.filter(dossier=dossier)
        .select_related("process_step")
        .order_by("order", "round")
    )
    last = {run.order: run for run in runs}
    ends = plan(dossier, [run.process_step.share_amount for run in last.values()])
    for run, end in zip(last.values(), ends, strict=True):
        if run.state in (StepState.PLANNED, StepState.OPEN) and run.planned_end != end:
            run.planned_end = end
            run.save(update_fields=["planned_end"])


def stop_clock(dossier: Dossier, reason: PauseReason, *, actor: User, at: dt.datetime) -> None:
    PauseRow.objects.create(dossier=dossier, reason=reason, started_at=at, by=actor)


def start_clock(dossier: Dossier, *, at: dt.datetime, restart: bool = False) -> None:
    """End the open pause, if any; with `restart` the limit runs from `at` anew (NĐ 61/2018)."""
    PauseRow.objects.filter(dossier=dossier, ended_at=None).update(ended_at=at)
    if restart:
        dossier.clock_from_at = at
    set_due(dossier)
    if dossier.due_at and dossier.promised_at and dossier.due_at > dossier.promised_at:
        dossier.promised_at = dossier.due_at
    shift_plan(dossier)


def is_running(dossier: Dossier) -> bool:
    """False while the citizen is waited for: then the due moment is computed when he answers."""
    return not PauseRow.objects.filter(dossier=dossier, ended_at=None).exists()


CLOCK_FIELDS = ["due_at", "due_is_provisional", "clock_from_at", "promised_at"]


def _start(dossier: Dossier) -> dt.datetime:
    assert dossier.clock_from_at is not None
    return dossier.clock_from_at


def _pauses(dossier: Dossier) -> list[Pause]:
    if dossier.pk is None:
        return []
    return [
        Pause(row.started_at, row.ended_at)
        for row in PauseRow.objects.filter(dossier=dossier, ended_at__isnull=False)
        if row.ended_at is not None
    ]
