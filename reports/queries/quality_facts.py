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

from audit.models import AuditEntry
from common.days import MOMENT
from directives.models import Task
from directives.queries import history
from directives.rules import Label
from directives.rules_history import at_end
from documents.models import Assignment, Incoming
from documents.states import Ending, Part
from onestop.models import Opinion
from reports.queries.evaluation_facts import gather
from reports.queries.evaluation_people import WORKING, Crew
from reports.rules_evaluation import Month, Step
from reports.rules_quality import Counts, How, Piece, Source, Thresholds, count

WORKERS = WORKING | {
    "handle_documents", "direct_documents", "register_documents", "handle_tasks", "give_tasks",
}  # fmt: skip
COUNTED_PARTS = (Part.LEAD, Part.COOPERATE, Part.OPINION)  # to read is not to do
MOVING = ("document.directed", "document.passed_on", "document.taken_up")
STANDS = {  # what is returned, suspended or withdrawn is nobody's
    Label.EARLY: How.EARLY, Label.ON_TIME: How.ON_TIME, Label.LATE: How.LATE,
    Label.DONE: How.UNDATED, Label.OVERDUE: How.OVERDUE, Label.IN_TIME: How.OPEN,
    Label.NO_DUE: How.OPEN,
}  # fmt: skip


@dataclass
class Found:
    """Of each person his pieces, and those of units in which nobody was named."""

    people: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    units: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, piece: Piece, person: int | None, unit: int) -> None:
        (self.units[unit] if person is None else self.people[person]).append(piece)


def facts_of(crew: Crew, month: Month) -> Found:
    """The queries of `gather` and eight."""
    found = Found()
    _steps(found, crew, month)
    _opinions(found, crew, month)
    _documents(found, crew, month)
    _tasks(found, crew, month)
    for pieces in (*found.people.values(), *found.units.values()):
        pieces.sort(key=lambda piece: (piece.source, piece.id))
    return found


def _steps(found: Found, crew: Crew, month: Month) -> None:
    """As the monthly evaluation judges them. What was passed on in time is the next one's; what was
    taken away too late he has not done."""
    for (person, _unit), items in gather(crew, month).items():
        for step in items.steps:
            if step.outcome == "moved" and not step.late:
                continue
            failed = items.returned.count(step.id)
            found.people[person].append(_of_step(step, failed))


def _of_step(step: Step, failed: int) -> Piece:
    due = _day(step.until)
    left = _day(step.left)
    if step.outcome != "done" and (step.late or step.outcome == "open"):
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


def _opinions(found: Found, crew: Crew, month: Month) -> None:
    """On dossiers of others, of who gave them; what is not answered is the unit's that was asked,
    until the dossier is closed. One query."""
    waits = Q(dossier__closed_at=None) | Q(dossier__closed_at__gte=month.end)
    rows = Opinion.objects.filter(
        Q(answered_at__gte=month.start) | Q(answered_at=None) & waits,
        unit__in=list(crew.units), dossier__voided_at=None, asked_at__lt=month.end,
    )  # fmt: skip
    columns = rows.values_list("pk", "unit_id", "due_on", "answered_at", "answered_by_id")
    for pk, unit, due, answered, by in columns:
        done = localdate(answered) if answered and answered < month.end else None
        piece = Piece.of(Source.OPINIONS, pk, due, done, month.last)
        found.keep(piece, by if done else None, unit)


def _documents(found: Found, crew: Crew, month: Month) -> None:
    """What a person had to do with a document, or did for his unit; what nobody there had taken is
    the unit's. Two queries. What was taken away, given back, or ended with the document is
    nobody's. In whose hands it was and until when, as at the end of the period."""
    rows = Assignment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=month.start),
        unit__in=list(crew.units), part__in=COUNTED_PARTS, given_at__lt=month.end,
    )  # fmt: skip
    columns = list(
        rows.values_list(
            "pk", "incoming", "unit_id", "person_id", "due_on", "ended_at", "ended_by_id", "ending"
        )
    )
    before = _before({incoming for _pk, incoming, *_rest in columns}, month.end)
    for pk, _incoming, unit, person, due, ended, by, ending in columns:
        is_over = ended is not None and ended < month.end
        if is_over and ending != Ending.DONE:
            continue
        held_by, day = before.get(pk, (person, due))
        done = localdate(ended) if is_over else None
        piece = Piece.of(Source.DOCUMENTS, pk, day, done, month.last)
        found.keep(piece, by if is_over else held_by, unit)


def _before(documents: set[int], end: dt.datetime) -> dict[int, tuple[int | None, dt.date | None]]:
    """Who had each assignment and until when, of those that were passed on or given another day
    after the period: from the log. One query."""
    entries = AuditEntry.objects.filter(
        subject_type=Incoming._meta.label_lower, subject_id__in=[str(pk) for pk in documents],
        action__in=MOVING, at__gte=end,
    )  # fmt: skip
    found: dict[int, tuple[int | None, dt.date | None]] = {}
    for data in entries.order_by("at", "pk").values_list("data", flat=True):
        for pk, (person, due) in data.get("before", {}).items():
            found.setdefault(int(pk), (person, dt.date.fromisoformat(due) if due else None))
    return found


def _tasks(found: Found, crew: Crew, month: Month) -> None:
    """Tasks that units of the crew led at the end of the period, of whoever answered for each then,
    as statements tell them: by history alone. Five queries for each thousand.

    What was confirmed in the period counts in it, early or late by the date of its document; a
    result that waits counts in the next one, and nobody is overdue because of it.
    """
    until = month.end - MOMENT
    led = Task.objects.filter(history.led_by(crew.units, until))
    for story in history.told(led, month.start, until):
        now = at_end(story, month.start, until)
        stands = STANDS.get(now.label(month.last)) if now else None
        if now is None or stands is None or now.lead not in crew.units:
            continue
        piece = Piece(
            Source.TASKS, story.pk, stands, _iso(now.standing.due_on),
            _iso(now.standing.completed_on), story.sent_back(until), now.quality,
        )  # fmt: skip
        found.keep(piece, now.person, now.lead)


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
