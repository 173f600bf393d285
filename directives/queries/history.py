"""The stories of tasks, from what was written of each: the log, its days, its results.

Nothing is read from the present columns of a task but since when it is closed, which tells what was
over before a period and never touched again, and who gave and who leads it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from audit.models import AuditEntry
from directives.models import DueDate, Result, Task
from directives.rules import Due
from directives.rules_history import Act, Filed, Story
from organizations.models import UnitSuccession

AT_ONCE = 1_000
HANDED_OVER, GIVEN_AGAIN = "task.handed_over", "task.given_again"  # the lead is another


def led_by(unit_ids: Iterable[int], until: dt.datetime) -> Q:
    """Tasks that one of the units may have led at that moment: it leads them now, or who took it
    over does, or they were given again since. The story says who did. One query."""
    leads = set(unit_ids)
    known = UnitSuccession.objects.order_by("on", "pk").values_list("predecessor", "successor")
    for old, new in known:
        if old in leads:
            leads.add(new)
    return Q(lead__in=leads) | Q(given_at__gt=until)


def told(found: Any, since: dt.datetime, until: dt.datetime) -> Iterator[Story]:
    """Of these tasks those that were given by then, and not over before the period. Four queries
    for each thousand tasks."""
    touched = found.filter(due_dates__at__lte=until).exclude(closed_at__lt=since)
    ids = list(touched.order_by("pk").distinct().values_list("pk", flat=True))
    for n in range(0, len(ids), AT_ONCE):
        yield from stories(ids[n : n + AT_ONCE])


def stories(ids: Sequence[int]) -> Iterator[Story]:
    """Three queries."""
    acts, dues, results = _acts(ids), _dues(ids), _results(ids)
    for pk in ids:
        yield Story(pk, acts.get(pk, []), dues.get(pk, []), results.get(pk, []))


def _acts(ids: Iterable[int]) -> dict[int, list[Act]]:
    """From the log, which is only added to. A merger moves a task to another lead; one that is
    given again is in nobody's hands yet."""
    entries = AuditEntry.objects.filter(
        subject_type=Task._meta.label_lower, subject_id__in=[str(pk) for pk in ids]
    )
    found: dict[int, list[Act]] = defaultdict(list)
    for subject, action, at, data in entries.order_by("at", "pk").values_list(
        "subject_id", "action", "at", "data"
    ):
        story = found[int(subject)]
        last = story[-1] if story else None
        if "status" in data:
            kept = last.person if last and action != GIVEN_AGAIN else None
            story.append(Act(at, data["status"], data["lead"], data.get("person", kept)))
        elif action == HANDED_OVER and last and last.lead == data["from"]:
            story.append(Act(at, last.status, data["to"], last.person))
    return found


def _dues(ids: Iterable[int]) -> dict[int, list[Due]]:
    rows = DueDate.objects.filter(task__in=ids).order_by("at", "pk")
    return _by_task(rows.values_list("task", "due_on", "from_on", "at"), Due)


def _results(ids: Iterable[int]) -> dict[int, list[Filed]]:
    rows = Result.objects.filter(task__in=ids).order_by("at", "pk")
    named = ("task", "at", "document_on", "judged_at", "verdict", "quality")
    return _by_task(rows.values_list(*named), Filed)


def _by_task(rows: Iterable[tuple[Any, ...]], made: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for task, *facts in rows:
        found[task].append(made(*facts))
    return found
