"""The facts of a classification: each person's steps, documents and tasks of a half year or year.

Judged by history: the due day that was in force then, whose hands the work was in. As many queries
for fifty people as for five.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from directives.models import DueDate, Result, Task
from directives.rules import Due, in_force
from directives.states import Status, Verdict
from documents.models import Assignment
from documents.states import Ending, Part
from reports.queries.evaluation_facts import gather
from reports.queries.evaluation_people import WORKING, Crew
from reports.rules_evaluation import Month, Step
from reports.rules_quality import Counts, How, Piece, Source, Thresholds, count

WORKERS = WORKING | {
    "handle_documents", "direct_documents", "register_documents", "handle_tasks", "give_tasks",
}  # fmt: skip
COUNTED_PARTS = (Part.LEAD, Part.COOPERATE, Part.OPINION)  # to read is not to do
AWAY = (Status.WITHDRAWN, Status.SUSPENDED, Status.RETURNED)


@dataclass
class Found:
    """Of each person his pieces, and those of units in which nobody was named."""

    people: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    units: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))


def facts_of(crew: Crew, month: Month) -> Found:
    """The queries of `gather` and four."""
    found = Found()
    _steps(found, crew, month)
    _documents(found, crew, month)
    _tasks(found, crew, month)
    for pieces in (*found.people.values(), *found.units.values()):
        pieces.sort(key=lambda piece: (piece.source, piece.id))
    return found


def _steps(found: Found, crew: Crew, month: Month) -> None:
    """As the monthly evaluation judges them. What was passed on in time is the next one's."""
    for (person, _unit), items in gather(crew, month).items():
        for step in items.steps:
            if step.outcome == "moved" and not step.late:
                continue
            failed = items.returned.count(step.id)
            found.people[person].append(_of_step(step, failed))


def _of_step(step: Step, failed: int) -> Piece:
    due = _day(step.until)
    left = _day(step.left)
    if step.outcome == "open":
        stands = How.OVERDUE if step.late else How.OPEN
        return Piece(Source.DOSSIERS, step.id, stands, due=_iso(due), failed=failed)
    if step.late:
        stands = How.LATE
    elif due is None or left is None:
        stands = How.UNDATED
    else:
        stands = How.EARLY if left < due else How.ON_TIME
    return Piece(Source.DOSSIERS, step.id, stands, due=_iso(due), done=_iso(left), failed=failed)


def _day(seconds: int | None) -> dt.date | None:
    if seconds is None:
        return None
    return dt.datetime.fromtimestamp(seconds, timezone.get_default_timezone()).date()


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _documents(found: Found, crew: Crew, month: Month) -> None:
    """What a person had to do with a document, or did for his unit. One query. What was taken
    away, given back, or ended with the document is not his."""
    rows = Assignment.objects.filter(
        Q(person__isnull=False) | Q(ending=Ending.DONE),
        Q(ended_at=None) | Q(ended_at__gte=month.start),
        unit__in=list(crew.units), part__in=COUNTED_PARTS, given_at__lt=month.end,
    )  # fmt: skip
    columns = rows.order_by("pk").values_list(
        "pk", "person_id", "due_on", "ended_at", "ended_by_id", "ending"
    )
    for pk, person, due, ended, by, ending in columns:
        is_over = ended is not None and ended < month.end
        if is_over and ending != Ending.DONE:
            continue
        done = localdate(ended) if is_over else None
        who = by if is_over else person
        if who is not None:
            piece = Piece.of(Source.DOCUMENTS, pk, due, done, month.last)
            found.people[who].append(piece)


def _tasks(found: Found, crew: Crew, month: Month) -> None:
    """Tasks that units of the crew lead, of whoever answers for each. Three queries.

    Of a closed one the completion and the day in force then; of any other the day in force when
    the period ended. While a result waits to be confirmed nobody is overdue because of it.
    """
    rows = Task.objects.filter(
        Q(completed_on=None) | Q(completed_on__gte=month.first),
        lead__in=list(crew.units), given_on__lte=month.last,
    ).exclude(status__in=AWAY)  # fmt: skip
    tasks = list(rows.order_by("pk"))
    ids = [task.pk for task in tasks]
    days: dict[int, list[Due]] = defaultdict(list)
    for each in DueDate.objects.filter(task__in=ids).order_by("pk"):
        days[each.task_id].append(each.due)
    failed, quality = _results(ids)
    for task in tasks:
        done = task.completed_on
        if done is not None and done <= month.last:
            due = task.judged_due_on
        else:
            done = None
            due = in_force(days[task.pk], month.last) if days[task.pk] else task.due_on
            if task.reported_on is not None and due is not None and task.reported_on <= due:
                due = max(due, month.last)  # reported in time, not confirmed yet
        piece = Piece.of(
            Source.TASKS, task.pk, due, done, month.last, failed=failed.get(task.pk, 0),
            quality=quality.get(task.pk, "") if done else "",
        )  # fmt: skip
        if task.person_id is not None:
            found.people[task.person_id].append(piece)
        else:
            found.units[task.lead_id].append(piece)


def _results(ids: list[int]) -> tuple[dict[int, int], dict[int, str]]:
    """How often each task's result was sent back, and how good the confirmed one is."""
    failed: dict[int, int] = defaultdict(int)
    quality: dict[int, str] = {}
    rows = Result.objects.filter(task__in=ids).order_by("pk")
    for task, verdict, level in rows.values_list("task_id", "verdict", "quality"):
        if verdict == Verdict.SENT_BACK:
            failed[task] += 1
        elif verdict == Verdict.CONFIRMED:
            quality[task] = level
    return failed, quality


def unit_of(crew: Crew, person: int) -> int:
    """Of his main position in the body; of who acted there by a delegation, the body itself."""
    worker = crew.workers.get(person)
    return next(iter(worker.units)) if worker else crew.agency.pk


def of_unit(crew: Crew, found: Found, unit_id: int, t: Thresholds) -> Counts:
    """What everybody in a unit and below it did, and what nobody there was named for."""
    path = crew.units[unit_id].path
    below = {pk for pk, unit in crew.units.items() if unit.path.startswith(path)}
    total = Counts()
    for person, pieces in found.people.items():
        if unit_of(crew, person) in below:
            total += count(pieces, t)
    for unit, pieces in found.units.items():
        if unit in below:
            total += count(pieces, t)
    return total
