"""A task that stands in the world of tests/test_access.py."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from directives.models import Urging
from directives.services import giving, handling, urging
from directives.services.giving import Source, Wish
from directives.states import Origin
from files.services import store
from organizations.models import Unit, User
from reports.services import task_snapshots
from tests.files import corpus
from tests.people import Town


def worked_on(unit: Unit, lead: Unit, leader: User, worker: User) -> int:
    """Given by a leader of the unit, accepted, with a report that holds a file, and urged."""
    today = timezone.localdate()
    order = Source(Origin.ORAL, "Giao ban tuần", today, leader.pk)
    wish = Wish("Rà soát phần mềm", lead.pk, due_on=today + dt.timedelta(days=30))
    task = giving.give(order, [wish], actor=leader, unit_id=unit.pk)[0]
    handling.accept(task.pk, actor=worker, person_id=worker.pk)
    stored = store(SimpleUploadedFile("bao-cao.pdf", corpus.pdf()), actor=worker)
    handling.report_progress(task.pk, actor=worker, words="Đang làm", file_ids=[stored.pk])
    urging.urge(task.pk, actor=leader, words="Khẩn trương báo cáo", answer_until=today)
    return task.pk


def tasks_of(town: Town, other_leader: User) -> dict[str, int]:
    """Worked on in the first division, and in the other agency."""
    other = town.other_agency
    return {
        "own": worked_on(town.agency, town.division, town.leader, town.officer),
        "other": worked_on(other, other, other_leader, town.outsider),
    }


def urgings_of(task_ids: dict[str, int]) -> dict[str, int]:
    """By the place of its task."""
    found = dict(Urging.objects.values_list("task", "pk"))
    return {place: found[pk] for place, pk in task_ids.items()}


def statements_of(town: Town, other_leader: User) -> dict[str, int]:
    """Of the tasks of both agencies, of the month before."""
    day = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    wanted = {"own": (town.agency, town.leader), "other": (town.other_agency, other_leader)}
    return {
        place: task_snapshots.make(unit.pk, actor=leader, kind="monthly", day=day).pk
        for place, (unit, leader) in wanted.items()
    }
