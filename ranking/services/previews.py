"""Once a month: what the automatic measures would give a unit if the year ended now.

Kept in a table of their own: a preview is never taken for the figure of the cut-off.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from organizations.rulesets import rules
from ranking.measures import Window
from ranking.models import UNDER_WAY, Cycle, CycleState, Preview
from ranking.rulesets import RANKING
from ranking.services.figures import counted

AHEAD = (CycleState.PREPARING, *UNDER_WAY)


def make_due(today: dt.date | None = None) -> int:
    """Measure every year under way whose month has none yet, from the dated day of the month on.

    May run twice or late: what is there stays, what is missing is made. `today`: for all years
    instead of their own.
    """
    years = Cycle.objects.filter(state__in=AHEAD).select_related("framework").order_by("pk")
    return sum(_make_if_due(cycle, today or cycle.today) for cycle in years)


def _make_if_due(cycle: Cycle, today: dt.date) -> int:
    day, month = rules(RANKING, today).preview_day, today.replace(day=1)
    if not day or today.day < day or today <= cycle.data_from:
        return 0
    if Preview.objects.filter(assessment__cycle=cycle, month=month).exists():
        return 0
    return make(cycle, month)


def make(cycle: Cycle, month: dt.date) -> int:
    """One year's previews of a month; answers how many."""
    now = timezone.now()
    rows = [
        Preview(
            assessment=each.assessment, criterion=each.criterion, month=month, input=each.given,
            points=each.points, not_applicable=each.not_applicable, cut_at=now,
        )
        for each in counted(cycle, Window(cycle.data_from, cycle.data_to, now))
    ]  # fmt: skip
    Preview.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)
