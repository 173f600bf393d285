"""The one writer of `due_at`: start, limit, pauses and calendar in, a moment out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from common.working_time import (
    Calendar,
    Extension,
    Limit,
    Pause,
    TimeUnit,
    due,
    planned_step_ends,
)
from onestop.models import Dossier, ProcessStep, StepRun
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
    whose clock stands still keeps the moment it had when it stopped. Never earlier than before:
    people were told that moment, on the slip or by mail when it moved.
    """
    calendar = calendar or calendar_for(dossier.competent_unit_id)
    found = due(calendar, _start(dossier), limit_of(dossier), _pauses(dossier))
    due_at = max(found.at, dossier.due_at or found.at)
    moved = dossier.due_at != due_at or dossier.due_is_provisional != found.provisional
    dossier.due_at, dossier.due_is_provisional = due_at, found.provisional
    return moved


def plan(
    dossier: Dossier, process: Sequence[ProcessStep], pauses: Sequence[Pause] | None = None
) -> list[dt.datetime | None]:
    """The planned end of each step; None for a step whose time is not counted.

    Shifted by the dossier's ended pauses, or by those that are named.
    Shares that add up to another limit than the dossier's (another channel, another version)
    divide the dossier's own limit in the same proportion. Shares counted in another unit run one
    after another, none beyond the due moment.
    """
    calendar, start = calendar_for(dossier.competent_unit_id), _start(dossier)
    limit, pauses = limit_of(dossier), _pauses(dossier) if pauses is None else list(pauses)
    counted = [step for step in process if step.share_amount is not None]
    if any(step.share_unit != limit.unit for step in counted):
        found = _ends_in_own_units(calendar, start, counted, limit, pauses)
    else:
        shares = _fitted([step.share_amount or Decimal(0) for step in counted], limit)
        found = planned_step_ends(calendar, start, shares, limit, pauses)
    ends = iter(found)
    return [None if step.share_amount is None else next(ends) for step in process]


def _fitted(shares: list[Decimal], limit: Limit) -> list[Decimal]:
    total = sum(shares, Decimal())
    if not total or limit.unit not in FRACTIONAL or total == limit.amount:
        return shares
    return [share * limit.amount / total for share in shares]


def _ends_in_own_units(
    calendar: Calendar, start: dt.datetime, steps: list[ProcessStep], limit: Limit,
    pauses: list[Pause],
) -> list[dt.datetime]:  # fmt: skip
    """Each step begins where the one before it ends; pauses move every end by their length."""
    last = due(calendar, start, limit, pauses).at
    ends, at = [], start
    standing = Limit(Decimal(0), limit.unit if limit.unit in BY_CALENDAR else TimeUnit.MINUTES)
    for number, step in enumerate(steps):
        unit, amount = TimeUnit(step.share_unit), step.share_amount or Decimal(0)
        whole = amount if unit in FRACTIONAL else Decimal(math.ceil(amount))
        share = Limit(Decimal(0) if unit == TimeUnit.SAME_DAY else whole, unit)
        at = due(calendar, at, replace(share, cutoff=None if number else limit.cutoff)).at
        moved = due(calendar, start, standing, pauses, [Extension(at, start)]).at
        ends.append(min(moved, last))
    return [*ends[:-1], last]


def shift_plan(dossier: Dossier) -> None:
    """Move the planned ends of the steps still to be done by the dossier's pauses."""
    runs = list(
        StepRun.objects.filter(dossier=dossier)
        .select_related("process_step")
        .order_by("order", "round")
    )
    last = {run.order: run for run in runs}
    ends = plan(dossier, [run.process_step for run in last.values()])
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
    shift_plan(dossier)


def is_running(dossier: Dossier) -> bool:
    """False while the citizen is waited for: then the due moment is computed when he answers."""
    return not PauseRow.objects.filter(dossier=dossier, ended_at=None).exists()


FRACTIONAL = (TimeUnit.WORKING_DAYS, TimeUnit.HOURS)
BY_CALENDAR = (TimeUnit.DAYS, TimeUnit.MONTHS)
CLOCK_FIELDS = ["due_at", "due_is_provisional", "clock_from_at"]


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
