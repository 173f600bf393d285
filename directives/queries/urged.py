"""What was urged in writing: in one act, by lead, and of late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from directives.models import DueDate, Urging
from directives.queries.lists import SEES, giving_units
from organizations.models import User

DAYS, MOST = 30, 200  # of what a page still shows
AT_ONCE = 40  # letters of one PDF


@dataclass(frozen=True)
class Act:
    """One act of urging: of each lead the first row, and how many tasks it was about."""

    first: Urging
    letters: list[tuple[Urging, int, int]]  # also how many of them were answered

    @property
    def prints_all(self) -> bool:
        return 1 < len(self.letters) <= AT_ONCE


def same_act(urging: Urging, user: User) -> list[Urging]:
    """What a unit urged in the same act, of all leads, as far as the person sees it. One query."""
    found = Urging.objects.visible_to(user, SEES).standing().with_task()
    same = found.filter(
        asked_at=urging.asked_at, asked_by=urging.asked_by_id, task__unit=urging.task.unit_id
    )
    return list(same.order_by("task__lead__path", "pk"))


def same_letter(urging: Urging, user: User) -> list[Urging]:
    """Of it what the same lead was asked."""
    return [x for x in same_act(urging, user) if x.task.lead_id == urging.task.lead_id]


def lately(user: User) -> list[Act]:
    """What the units for which the person gives tasks have urged, the newest act first, as many
    as a page shows whole. One query."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    found = Urging.objects.visible_to(user, SEES).standing().with_task()
    recent = found.filter(asked_at__gte=since, task__unit__in=giving_units(user))
    rows = list(recent.order_by("-asked_at", "asked_by", "task__lead__path", "pk")[: MOST + 1])
    if len(rows) > MOST:
        rows = [each for each in rows if _act_of(each) != _act_of(rows[-1])] or rows[:MOST]
    return [
        Act(lines[0], [_letter(list(each)) for _lead, each in groupby(lines, _lead_of)])
        for lines in (list(each) for _key, each in groupby(rows, _act_of))
    ]


def _act_of(urging: Urging) -> tuple[dt.datetime, int, int]:
    return urging.asked_at, urging.asked_by_id, urging.task.unit_id


def _lead_of(urging: Urging) -> int:
    lead: int = urging.task.lead_id
    return lead


def _letter(urgings: list[Urging]) -> tuple[Urging, int, int]:
    return urgings[0], len(urgings), sum(each.answered_at is not None for each in urgings)


def due_when_urged(urgings: Sequence[Urging]) -> dict[int, dt.date | None]:
    """By task the day in force when these were asked, all at the same moment. One query."""
    known = DueDate.objects.filter(
        task__in=[each.task_id for each in urgings], at__lte=urgings[0].asked_at
    )
    return dict(known.order_by("at", "pk").values_list("task", "due_on"))
