"""The one writer of `due_at`: start, limit, pauses and calendar in, a moment out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.templatetags.ui import day_only
from common.working_time import (
    Calendar,
    Extension,
    Limit,
    Pause,
    TimeUnit,
    due,
    planned_step_ends,
)
from onestop.models import Dossier, DueChange, ExtensionState, ProcessStep, StepRun
from onestop.models import Extension as ExtensionRow
from onestop.models import Pause as PauseRow
from onestop.states import DueReason, PauseReason, StepState
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import CLOCK, rules


def limit_of(dossier: Dossier) -> Limit:
    return Limit(
        dossier.limit_amount or Decimal(0), TimeUnit(dossier.limit_unit), cutoff=dossier.cutoff
    )


def furthest_deadline(today: dt.date) -> dt.date:
    """The last day that an applicant may be given: a slip of the keys stops no clock until 2062."""
    return today + dt.timedelta(days=rules(CLOCK, today).supplement_most_days)


def require_deadline(apply_by: dt.date, today: dt.date) -> None:
    """The applicant's deadline is a later day, and not years away."""
    if apply_by <= today:
        raise DomainError(_("The applicant's deadline must be a later day."))
    if apply_by > (last := furthest_deadline(today)):
        raise DomainError(
            _("The applicant's deadline must be no later than %(day)s: check day, month and year.")
            % {"day": day_only(last)}
        )


def set_due(
    dossier: Dossier, *, at: dt.datetime | None = None, reason: DueReason = DueReason.CALENDAR,
    calendar: Calendar | None = None,
) -> bool:  # fmt: skip
    """Compute and set `due_at` in memory from what is stored; True when it moved.

    With `at`, the moment of the act, a stored dossier's move is kept in its history; what a new
    dossier starts with is kept by `note_due` once it is stored.

    Reads the ended pauses and the extensions (two queries) and the calendar (kept for the
    transaction). A dossier whose clock stands still keeps the moment it had when it stopped.
    Never earlier than before: people were told that moment, on the slip or by mail when it moved.
    """
    calendar = calendar or calendar_for(dossier.competent_unit_id)
    found = due(
        calendar, _start(dossier), limit_of(dossier), _pauses(dossier), _extensions(dossier)
    )
    due_at = max(found.at, dossier.due_at or found.at)
    has_moved = dossier.due_at != due_at
    is_other = has_moved or dossier.due_is_provisional != found.provisional
    dossier.due_at, dossier.due_is_provisional = due_at, found.provisional
    if has_moved and at is not None and dossier.pk is not None:
        note_due(dossier, at=at, reason=reason)
    return is_other


def due_if_resumed(dossier: Dossier, at: dt.datetime) -> dt.datetime:
    """When it would be due if its clock, standing still now, went on at that moment; of one that
    runs, its due moment. Three queries."""
    assert dossier.due_at is not None
    waits = [
        Pause(row.started_at, at)
        for row in PauseRow.objects.filter(dossier=dossier, ended_at__isnull=True)
    ]
    if not waits:
        return dossier.due_at
    found = due(
        calendar_for(dossier.competent_unit_id), _start(dossier), limit_of(dossier),
        [*_pauses(dossier), *waits], _extensions(dossier),
    )  # fmt: skip
    return max(found.at, dossier.due_at)


def note_due(dossier: Dossier, *, at: dt.datetime, reason: DueReason) -> None:
    """Keep what is due from `at` on: reports rebuild past days from it."""
    assert dossier.due_at is not None
    DueChange.objects.create(dossier=dossier, at=at, due_at=dossier.due_at, reason=reason)


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


def share_of(dossier: Dossier, step: ProcessStep, counted: Sequence[tuple[Decimal, str]]) -> Limit:
    """A step's own part of the dossier's limit, as `plan` gives it; `counted` are the shares of
    all steps of its process that have one."""
    limit, amount = limit_of(dossier), step.share_amount or Decimal(0)
    unit = TimeUnit(step.share_unit)
    if unit == TimeUnit.SAME_DAY:
        return Limit(Decimal(0), unit)
    if unit not in FRACTIONAL:
        return Limit(Decimal(math.ceil(amount)), unit)
    if any(each != limit.unit for _amount, each in counted):
        return Limit(amount, unit)
    total = sum((share for share, _unit in counted), Decimal())
    return Limit(amount * limit.amount / total, unit)


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
    """Move the planned ends of the steps still to be done by the dossier's pauses.

    What an extension adds, each of them gets: the working days between the two due dates.
    """
    runs = list(
        StepRun.objects.filter(dossier=dossier)
        .select_related("process_step")
        .order_by("order", "round")
    )
    last = {run.order: run for run in runs}
    ends = plan(dossier, [run.process_step for run in last.values()])
    added = _days_added(dossier)
    for run, planned in zip(last.values(), ends, strict=True):
        end = planned and _later_by(dossier, planned, added)
        if run.state in (StepState.PLANNED, StepState.OPEN) and run.planned_end != end:
            run.planned_end = end
            run.save(update_fields=["planned_end"])


def _days_added(dossier: Dossier) -> int:
    """Working days that the extensions put between the limit's own end and the due date."""
    extensions = _extensions(dossier)
    if not extensions:
        return 0
    calendar, pauses = calendar_for(dossier.competent_unit_id), _pauses(dossier)
    own = due(calendar, _start(dossier), limit_of(dossier), pauses).at
    moved = due(calendar, _start(dossier), limit_of(dossier), pauses, extensions).at
    return calendar.working_days_between(localdate(own), localdate(moved))


def _later_by(dossier: Dossier, planned: dt.datetime, days: int) -> dt.datetime:
    if not days:
        return planned
    assert dossier.due_at is not None
    calendar, local = calendar_for(dossier.competent_unit_id), localtime(planned)
    day = calendar.add_working_days(local.date(), days)
    return min(make_aware(calendar.at_clock(day, local.time())), dossier.due_at)


def stop_clock(dossier: Dossier, reason: PauseReason, *, actor: User, at: dt.datetime) -> None:
    PauseRow.objects.create(dossier=dossier, reason=reason, started_at=at, by=actor)


def start_clock(dossier: Dossier, *, at: dt.datetime, restart: bool = False) -> None:
    """End the open pause, if any; with `restart` the limit runs from `at` anew (NĐ 61/2018)."""
    PauseRow.objects.filter(dossier=dossier, ended_at=None).update(ended_at=at)
    if restart:
        dossier.clock_from_at = at
    set_due(dossier, at=at, reason=DueReason.RESTARTED if restart else DueReason.WAIT_ENDED)
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


def _extensions(dossier: Dossier) -> list[Extension]:
    """The new dates that were signed."""
    if dossier.pk is None:
        return []
    granted = ExtensionRow.objects.filter(dossier=dossier, state=ExtensionState.GRANTED)
    return [
        Extension(row.new_due_at, row.decided_at) for row in granted if row.decided_at is not None
    ]


def _pauses(dossier: Dossier) -> list[Pause]:
    if dossier.pk is None:
        return []
    return [
        Pause(row.started_at, row.ended_at)
        for row in PauseRow.objects.filter(dossier=dossier, ended_at__isnull=False)
        if row.ended_at is not None
    ]
