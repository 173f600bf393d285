"""The stories of tasks, from what was written of each: the log, its days, its results.

Nothing is read from the present columns of a task but who gave it and since when it is closed,
which tells what was over before a period and never touched again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from audit.models import AuditEntry
from directives.models import DueDate, Result, Task
from directives.rules import Due
from reports.rules_tasks import Act, Counted, Filed, Story, counted

AT_ONCE = 1_000
HANDED_OVER = "task.handed_over"


def counted_of(
    unit_id: int, since: dt.datetime, until: dt.datetime, last: dt.date
) -> Iterator[Counted]:
    """Every task that the unit gave and that was not over before the period, in its columns.
    Four queries for each thousand tasks."""
    given = Task.objects.filter(unit=unit_id, due_dates__at__lte=until)
    touched = given.exclude(closed_at__lt=since).order_by("pk").distinct()
    ids = list(touched.values_list("pk", flat=True))
    for n in range(0, len(ids), AT_ONCE):
        for story in stories(ids[n : n + AT_ONCE]):
            if found := counted(story, since, until, last):
                yield found


def stories(ids: Sequence[int]) -> Iterator[Story]:
    """Three queries."""
    acts, dues, results = _acts(ids), _dues(ids), _results(ids)
    for pk in ids:
        yield Story(pk, acts.get(pk, []), dues.get(pk, []), results.get(pk, []))


def _acts(ids: Iterable[int]) -> dict[int, list[Act]]:
    """From the log, which is only added to. A merger moves a task to another lead."""
    entries = AuditEntry.objects.filter(
        subject_type=Task._meta.label_lower, subject_id__in=[str(pk) for pk in ids]
    )
    found: dict[int, list[Act]] = defaultdict(list)
    for subject, action, at, data in entries.order_by("at", "pk").values_list(
        "subject_id", "action", "at", "data"
    ):
        story = found[int(subject)]
        if "status" in data:
            story.append(Act(at, data["status"], data["lead"]))
        elif action == HANDED_OVER and story and story[-1].lead == data["from"]:
            story.append(Act(at, story[-1].status, data["to"]))
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
