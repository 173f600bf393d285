"""What the calendar makes the lead and those above it hear: each once for its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit.services import record
from common.days import start_of
from common.working_time import Calendar
from directives.models import Occasion, Reminder, Task
from directives.models.tasks import SORTED_BY
from directives.rulesets import DirectiveRules
from directives.services.ground import ladder
from directives.states import AWAITED
from organizations.calendars import calendar_for

AT_ONCE = 500  # of each occasion in a transaction; what was told makes room for the next
ORDER = ("sort_on", "pk")  # as the index of open tasks by their day
Found = tuple[Occasion, int, Any]  # what is told, its step, the tasks


@transaction.atomic
def remind_due(now: dt.datetime | None = None) -> int:
    """Tell of what is due soon, of what is overdue, and those above of what stays so.

    Returns how many; to be asked again until there are none. Nobody is reminded on a day off, nor
    of what he has reported or returned.
    Who is told is looked up when the news is delivered: whoever is done by then hears nothing.
    """
    now = now or timezone.now()
    today, calendar = timezone.localdate(now), calendar_for()
    if not calendar.is_working_day(today):
        return 0
    rules = ladder(today)
    found = [*_soon(rules, calendar, today), *_late(rules, calendar, today)]
    return sum(
        _remind(occasion, step, task, now)
        for occasion, step, tasks in found
        for task in tasks.order_by(*ORDER)[:AT_ONCE]
    )


def _soon(rules: DirectiveRules, calendar: Calendar, today: dt.date) -> Iterator[Found]:
    """Near its day by one of the steps; of several that are over only the nearest."""
    after = today - dt.timedelta(days=1)
    for days in sorted({each for each in rules.remind_steps if each}):
        last = calendar.add_working_days(today, days)
        near = _open().filter(sort_on__gt=after, sort_on__lte=last)
        yield Occasion.SOON, days, near.filter(~_told(Occasion.SOON, step=days))
        after = last


def _late(rules: DirectiveRules, calendar: Calendar, today: dt.date) -> Iterator[Found]:
    """Overdue, every so many working days; and once to those above."""
    late, key = _open().filter(sort_on__lt=today), today.toordinal()
    if rules.task_late_days:
        since = start_of(calendar.working_days_before(today, rules.task_late_days - 1))
        yield Occasion.LATE, key, late.filter(~_told(Occasion.LATE, made_at__gte=since))
    if rules.task_escalate_days:
        last = calendar.working_days_before(today, rules.task_escalate_days)
        over = late.filter(sort_on__lte=last)
        yield Occasion.ESCALATED, 0, over.filter(~_told(Occasion.ESCALATED))


def _open() -> Any:
    return Task.objects.filter(status__in=AWAITED).alias(sort_on=SORTED_BY)


def _told(occasion: Occasion, **more: Any) -> Exists:
    same = {"task": OuterRef("pk"), "due_on": OuterRef("due_on"), **more}
    return Exists(Reminder.objects.filter(occasion=occasion, **same))


def _remind(occasion: Occasion, step: int, task: Task, now: dt.datetime) -> int:
    """Note it and tell; 0 when somebody else did so at this very moment."""
    _row, new = Reminder.objects.get_or_create(
        task=task, occasion=occasion, due_on=task.due_on, step=step, defaults={"made_at": now}
    )
    if new:
        told = {"occasion": occasion, "due_on": str(task.due_on)}
        record(task, "task.reminded", actor=None, data=told)
    return int(new)
