"""Each night: do the summaries say what the dossiers say? If not, count anew and tell somebody."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.services import record
from onestop.models import Dossier
from organizations.models import Unit
from reports.models import Cell, SummaryCheck
from reports.queries import live, summaries
from reports.rules import By, Figures, Period
from reports.services import cells

KEEP = dt.timedelta(days=60)


@transaction.atomic
def compare(today: dt.date) -> int | None:
    """Figures of this year, of last month and of this one, unit by unit and field by field, both
    ways; how many differ.

    Units whose figures differ are counted anew. None while acts are still on their way into the
    summaries: then a difference would say nothing.
    """
    if not summaries.are_settled():
        return None
    wrong = {key for period in _compared(today) for key in _differing_in(period)}
    units = sorted({unit for unit, _level, _field in wrong})
    for unit_id in units:
        _count_anew(unit_id)
    codes = list(Unit.objects.filter(pk__in=units).order_by("code").values_list("code", flat=True))
    SummaryCheck.objects.filter(at__lt=timezone.now() - KEEP).delete()
    check = SummaryCheck.objects.create(at=timezone.now(), differing=len(wrong), units=codes)
    if wrong:
        record(check, "summaries.differ", actor=None, data={"count": len(wrong), "units": codes})
    return len(wrong)


def _compared(today: dt.date) -> list[Period]:
    """Last month ends with a stock, and this month begins with it."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return [
        Period(today.replace(month=1, day=1), today), Period(last.replace(day=1), last),
        Period(today.replace(day=1), today),
    ]  # fmt: skip


def _differing_in(period: Period) -> list[live.Key]:
    return differing(live.figures(period, By.FIELD), summaries.figures(period, By.FIELD))


def differing(one: dict[live.Key, Figures], other: dict[live.Key, Figures]) -> list[live.Key]:
    nothing = Figures()
    return [key for key in {*one, *other} if one.get(key, nothing) != other.get(key, nothing)]


def _count_anew(unit_id: int) -> None:
    """Every day of the unit: of its dossiers, and of its cells."""
    whose = Q(competent_unit=unit_id) | Q(unit_changes__from_unit=unit_id)
    moments = Dossier.objects.filter(whose).values_list("accepted_at", "finished_at")
    days = {timezone.localdate(at) for pair in moments.iterator() for at in pair if at}
    days |= set(Cell.objects.filter(unit=unit_id, span="day").values_list("starts_on", flat=True))
    cells.note_dirty((unit_id, day) for day in days)
