"""How much of what the province gave was done, well and in time: the parts of 212/2025/QĐ-UBND
Hải Phòng, Phụ lục 01 II.4, as shares for the yearly assessment.

Counted as the statement counts, from the history of each task: what was not due at the end of a
period is in none of them; so is what was returned, suspended or withdrawn then. A share is a part
of `due_in`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common import shares
from common.days import MOMENT
from common.shares import Period
from directives.models import Task
from directives.queries import history
from directives.rules import FINISHED, JUDGED, TIMELY, Label
from directives.rules_history import at_end
from organizations.models import UnitSuccession
from organizations.models.units import UnitKind

SOURCE = "QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 11; 212/2025/QĐ-UBND Hải Phòng"


@dataclass(frozen=True)
class Due:
    """A task that was finished in a period or overdue at its end, and whose it is."""

    pk: int
    unit: int
    label: Label
    is_good: bool


Share = shares.Share[Due, bool]


def due_in(period: Period, units: Collection[int] | None = None) -> Iterator[Due]:
    """What the province gave, by who led it then; what a body did that was merged away by the last
    day is its successor's, as what it left open is. `units`: of these alone."""
    until, heirs = period.end - MOMENT, _heirs(period.last_day)
    found = Task.objects.filter(unit__kind=UnitKind.PROVINCE)
    if units is not None:
        theirs = [old for old in heirs if _heir(old, heirs) in units]
        found = found.filter(history.led_by([*units, *theirs], until))
    for story in history.told(found, period.start, until):
        now = at_end(story, period.start, until)
        label = now.label(period.last_day) if now else None
        unit = _heir(now.lead, heirs) if now else 0
        if now and label in JUDGED and (units is None or unit in units):
            yield Due(story.pk, unit, label, now.is_good)


def _heirs(last: dt.date) -> dict[int, int]:
    """Who took over which unit by that day; of a split the first."""
    found = UnitSuccession.objects.filter(on__lte=last).order_by("-pk")
    return dict(found.values_list("predecessor", "successor"))


def _heir(unit: int, heirs: dict[int, int]) -> int:
    while unit in heirs:
        unit = heirs[unit]
    return unit


SHARES: dict[str, Share] = {
    "directives.done": Share(
        _("Tasks of the province that were completed, of those completed or overdue"),
        lambda task: task.label in FINISHED,
    ),
    "directives.good": Share(
        _("Tasks of the province completed as required, of those completed or overdue"),
        lambda task: task.is_good,
    ),
    "directives.in_time": Share(
        _("Tasks of the province completed in time, of those completed or overdue"),
        lambda task: task.label in TIMELY,
    ),
}
