"""How long dossiers really took, counted once a night."""

from __future__ import annotations

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.days import start_of
from common.working_time import Pause, add_months, session_minutes
from onestop.models import Dossier
from onestop.models import Pause as PauseRow
from onestop.states import Status
from organizations.calendars import calendar_for
from organizations.rulesets import rules
from portal.models import ProcedureTime
from portal.rules import PUBLIC_FIGURES, share_done

WITH_RESULT = (Status.COMPLETED, Status.RETURNED)
HALF, MOST = 50, 90  # percent
A_TIME = 5_000  # rows that are read at once


@dataclass
class Taken:
    """What the dossiers of one procedure took, each in open minutes and in working days."""

    minutes: array[float] = field(default_factory=lambda: array("d"))
    days: array[float] = field(default_factory=lambda: array("d"))


@transaction.atomic
def count_times(today: dt.date) -> int:
    """Count anew for every procedure: dossiers whose result was ready in the last months, up to
    yesterday. How many procedures have enough of them to be told."""
    values = rules(PUBLIC_FIGURES, today)
    since, until = add_months(today, -values.time_months), today - dt.timedelta(days=1)
    found = [
        _row(procedure_id, taken, since, until)
        for procedure_id, taken in _taken(since, today).items()
        if len(taken.minutes) >= max(values.time_dossiers, 1)
    ]
    ProcedureTime.objects.all().delete()
    ProcedureTime.objects.bulk_create(found)
    return len(found)


def _taken(since: dt.date, before: dt.date) -> dict[int, Taken]:
    """By procedure. Two queries, whatever the number of dossiers."""
    chosen = {"finished_at__gte": start_of(since), "finished_at__lt": start_of(before)}
    pauses = _pauses(chosen)
    found: dict[int, Taken] = defaultdict(Taken)
    for dossier_id, procedure_id, unit_id, accepted_at, finished_at in _dossiers(chosen):
        calendar = calendar_for(unit_id)
        minutes = session_minutes(calendar, accepted_at, finished_at, pauses.get(dossier_id, ()))
        taken = found[procedure_id]
        taken.minutes.append(float(minutes))
        taken.days.append(
            float(minutes) / calendar.full_day_minutes(timezone.localdate(finished_at))
        )
    return found


def _dossiers(chosen: dict[str, dt.datetime]) -> Iterator[tuple[Any, ...]]:
    rows = Dossier.objects.in_force().single().filter(status__in=WITH_RESULT, **chosen)
    columns = ("pk", "procedure_id", "competent_unit_id", "accepted_at", "finished_at")
    yield from rows.values_list(*columns).iterator(chunk_size=A_TIME)


def _pauses(chosen: dict[str, dt.datetime]) -> dict[int, list[Pause]]:
    """Of the few dossiers that waited for the citizen."""
    of_chosen = {f"dossier__{key}": value for key, value in chosen.items()}
    rows = PauseRow.objects.filter(ended_at__isnull=False, **of_chosen)
    found: dict[int, list[Pause]] = defaultdict(list)
    for dossier_id, started_at, ended_at in rows.values_list(
        "dossier_id", "started_at", "ended_at"
    ).iterator(chunk_size=A_TIME):
        found[dossier_id].append(Pause(started_at, ended_at))
    return found


def _row(procedure_id: int, taken: Taken, since: dt.date, until: dt.date) -> ProcedureTime:
    minutes, days = sorted(taken.minutes), sorted(taken.days)
    return ProcedureTime(
        procedure_id=procedure_id,
        dossiers=len(minutes),
        half_minutes=round(share_done(minutes, HALF)),
        half_days=_rounded(days, HALF),
        most_minutes=round(share_done(minutes, MOST)),
        most_days=_rounded(days, MOST),
        since=since,
        until=until,
    )


def _rounded(days: Sequence[float], percent: int) -> Decimal:
    return Decimal(share_done(days, percent)).quantize(Decimal("0.01"))
