"""The first half of 2026 of the standing agency, counted by hand: steps as the month of
`evaluated`, three documents and four tasks of the official of the first division."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

from audit.models import AuditEntry
from common.urgency import Urgency
from directives.models import Directive, DueDate, Result, Task
from documents.models import Assignment
from organizations.models import User
from reports.models import QualityRound, QualitySheet
from reports.services import quality
from tests.directives.office import make_office
from tests.directives.office import source as order
from tests.documents.desks import entered
from tests.people import Town, make_person
from tests.reports.evaluated import Example, example, on

DAY = dt.date(2026, 3, 2)
# Hands of the official: 5 early, 3 on time, 3 late, 2 overdue, 1 open steps, and one that was taken
# away too late; one was sent back
STEPS = {"early": 5, "on_time": 3, "late": 3, "overdue": 3, "undated": 0, "open": 1}
DOCUMENTS = {"early": 1, "on_time": 0, "late": 1, "overdue": 1, "undated": 0, "open": 0}
TASKS = {"early": 1, "on_time": 0, "late": 0, "overdue": 1, "undated": 0, "open": 1}


OPINIONS = {"early": 0, "on_time": 0, "late": 0, "overdue": 0, "undated": 0, "open": 0}


def half_year(town: Town) -> Example:
    found = example(town)
    _documents(town)
    _tasks(town)
    make_person("people_assessor", town.root, full_name="Võ Nội Vụ", username="noivu")
    return found


def _documents(town: Town) -> None:
    numbers = itertools.count(1)

    def given(person, due, ended=None, ending="done", part="lead"):
        Assignment.objects.create(
            incoming=entered(town, reference=f"{next(numbers)}/CT-UBND"), part=part,
            unit=town.division, person=person,
            due_on=due, urgency=Urgency.NORMAL, given_at=on(2), given_by=town.leader,
            **({"ended_at": ended, "ended_by": town.officer, "ending": ending} if ended else {}),
        )  # fmt: skip

    given(town.officer, DAY.replace(day=20), on(19))
    given(None, DAY.replace(day=20), on(23))  # the unit's; he did it
    given(town.officer, DAY.replace(day=20), on(2, month=7))  # unfinished in June
    given(town.officer, DAY.replace(day=3), on(9), ending="withdrawn")
    given(town.officer, DAY.replace(day=3), part="inform")


def _tasks(town: Town) -> None:
    office = make_office(town)
    told = order(office)
    directive = Directive.objects.create(
        origin=told.origin, subject=told.subject, reference=told.reference, unit=town.root,
        giver=office.chairman, given_on=DAY, entered_by=office.follower, entered_at=on(2),
    )  # fmt: skip

    def given(days, person=town.officer, **more):
        task = Task.objects.create(
            directive=directive, unit=town.root, giver=office.chairman, lead=town.division,
            person=person, content="Rà soát phần mềm", given_on=DAY, given_at=on(2),
            due_on=days[-1][0], accepted_at=on(2), status=more.pop("status", "in_work"), **more,
        )  # fmt: skip
        for due, since in days:
            DueDate.objects.create(
                task=task, kind="moved", due_on=due, from_on=since, at=on(2), by=office.chairman
            )
        logged(task, "in_work", on(2))
        if task.closed_at:
            finish(task, task.closed_at, office.chairman)
        return task

    early = given(
        [(DAY.replace(day=15), DAY)], status="closed", closed_at=on(12),
        completed_on=DAY.replace(day=10), judged_due_on=DAY.replace(day=15),
    )  # fmt: skip
    Result.objects.filter(task=early).update(quality="exceeds")
    later = DAY.replace(month=7, day=5)
    may = DAY.replace(month=5)
    closed = {"status": "closed", "closed_at": on(6, month=7), "completed_on": later}
    given([(may, DAY)], judged_due_on=may, **closed)  # unfinished and overdue in June
    # More time was given in June: not overdue at its end, whatever the day before said
    given([(may, DAY), (later, DAY.replace(month=6))], judged_due_on=later, **closed)
    given([(may, DAY)], person=None)  # of the unit alone


def logged(task: Task, status: str, at: dt.datetime) -> None:
    AuditEntry.objects.create(
        action="task.progress", subject_type="directives.task", subject_id=str(task.pk), at=at,
        data={"status": status, "lead": task.lead_id, "person": task.person_id},
    )  # fmt: skip


def finish(task: Task, at: dt.datetime, by: User) -> None:
    """Its result was reported and confirmed at that moment."""
    Result.objects.create(
        task=task, reference="15/BC", document_on=task.completed_on, words="Xong",
        entered_on=at.date(), at=at, by=task.person or task.giver, verdict="confirmed",
        quality="meets", judged_at=at, judged_by=by,
    )  # fmt: skip
    logged(task, "closed", at)


def opened(town: Town, actor=None) -> list[QualityRound]:
    return quality.open_rounds(
        town.agency.pk, actor=actor or town.leader, period="half_year", day=DAY,
        comment_until=dt.date(2100, 1, 1),
    )  # fmt: skip


def sheets() -> dict[int, QualitySheet]:
    """By person, of the versions in force."""
    rows = QualitySheet.objects.filter(round__superseded_at=None).select_related("round")
    return {sheet.person_id: sheet for sheet in rows}


def tally(*parts: dict[str, int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)
