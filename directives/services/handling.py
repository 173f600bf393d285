"""Thực hiện: what the lead, and who helps it, does with a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Cooperator, Progress, Result, Task
from directives.rules import may_still_return
from directives.services import ground
from directives.services.ground import (
    MOVED,
    WORKS,
    keep_files,
    ladder,
    lapse_urgings,
    lapse_wish,
    lead_right,
    lock,
    require_directing,
    require_lead,
    right_in,
    tell,
)
from directives.states import ENDED, WORKED_ON, Status
from organizations import access
from organizations.access import Right
from organizations.calendars import calendar_for
from organizations.models import Unit, User


@transaction.atomic
def accept(task_id: int, *, actor: User, person_id: int | None = None) -> Task:
    """The lead takes the task, and may say who answers for it."""
    task = lock(task_id)
    right = require_lead(task, actor)
    task.move_to(Status.ACCEPTED)
    task.accepted_at = timezone.now()
    if person_id is not None:
        ground.name_person(task, person_id)
    task.save(update_fields=[*MOVED, "accepted_at", "person"])
    tell(task, "task.accepted", actor, right, **_named(task))
    return task


@transaction.atomic
def return_wrong(task_id: int, *, actor: User, reason: str) -> Task:
    """It is not the unit's: back to who gave it, within the days of the setting.

    Raises DomainError after them, and when the same unit has returned it before and got it again.
    """
    task = lock(task_id)
    right = require_lead(task, actor)
    if not reason.strip():
        raise DomainError(_("Say why it is not yours, and whose it is."))
    today = timezone.localdate()
    days = ladder(today).task_return_days
    if task.status == Status.GIVEN and task.is_insisted:
        raise DomainError(_("You returned this task before and got it again. Accept it."))
    if not may_still_return(calendar_for(), timezone.localdate(task.given_at), today, days):
        raise DomainError(
            _("A task can be returned within %s working days of its giving. Accept it.") % days
        )
    task.move_to(Status.RETURNED, reason)
    task.save(update_fields=MOVED)
    tell(task, "task.returned", actor, right, reason=reason.strip()[:500])
    return task


@transaction.atomic
def name_person(task_id: int, *, actor: User, person_id: int) -> Task:
    """Whoever directs the lead says which one of its people answers for the task."""
    task = lock(task_id)
    right = require_directing(task, actor)
    if task.status not in (*WORKED_ON, Status.GIVEN):
        raise TransitionError(_("Nobody works on the task now."))
    if task.person_id == person_id:
        raise AlreadyDone
    ground.name_person(task, person_id)
    task.save(update_fields=["person"])
    tell(task, "task.person_named", actor, right, **_named(task))
    return task


@transaction.atomic
def report_progress(
    task_id: int, *, actor: User, words: str, percent: int | None = None, obstacles: str = "",
    proposals: str = "", file_ids: Iterable[int] = (),
) -> Progress:  # fmt: skip
    """The lead says how far the task is, a unit that helps what it has done. Work has begun."""
    at = timezone.now()
    task = lock(task_id)
    unit, right, is_lead = _require_worker(task, actor)
    if task.status not in WORKED_ON:
        raise TransitionError(_("Accept the task before you report on it."))
    if not words.strip():
        raise DomainError(_("Say what was done."))
    if is_lead:
        percent = task.percent if percent is None else percent
        if task.status == Status.ACCEPTED:
            task.move_to(Status.IN_WORK)
        task.percent = percent
        task.save(update_fields=[*MOVED, "percent"])
    made: Progress = Progress.objects.create(
        task=task, unit=unit, percent=percent if is_lead else None, words=words.strip()[:2000],
        obstacles=obstacles.strip()[:1000], proposals=proposals.strip()[:1000], at=at, by=actor,
    )  # fmt: skip
    keep_files(task, file_ids, actor, progress=made)
    tell(
        task, "task.progress", actor, right, words=made.words[:500], progress=made.pk,
        percent=made.percent, is_stuck=bool(made.obstacles or made.proposals),
    )  # fmt: skip
    return made


@transaction.atomic
def report_result(
    task_id: int, *, actor: User, reference: str, document_on: dt.date, words: str,
    file_ids: Iterable[int] = (),
) -> Result:  # fmt: skip
    """The lead has done it, and names the document that shows it.

    The date of the document is the completion if the result is confirmed: neither before the
    giving nor after today. A wish for more time that nobody has decided on lapses, and the report
    is the answer to what the lead was urged for. Who reports it answers for the task, if nobody
    was named: one agency, one person (NĐ 314/2025/NĐ-CP). So who works above the lead says first
    who of its people does.
    """
    at = timezone.now()
    task = lock(task_id)
    right = require_lead(task, actor)
    if not reference.strip() or not words.strip():
        raise DomainError(_("Name the document of the result, and say what came of the task."))
    _require_date(task, document_on, timezone.localdate(at))
    if Task.objects.filter(parent=task).exclude(status__in=ENDED).exists():
        raise DomainError(_("Parts of the task are not finished yet."))
    task.move_to(Status.REPORTED)
    task.percent, task.reported_on = 100, document_on
    if task.person_id is None:
        _require_of_lead(task, actor)
        task.person = actor
    task.save(update_fields=[*MOVED, "percent", "person"])
    lapse_wish(task, actor, at)
    lapse_urgings(task, at)
    made: Result = Result.objects.create(
        task=task, reference=reference.strip()[:60], document_on=document_on,
        words=words.strip()[:2000], entered_on=timezone.localdate(at), at=at, by=actor,
    )  # fmt: skip
    keep_files(task, file_ids, actor, result=made)
    tell(
        task, "task.reported", actor, right, result=made.pk, reference=made.reference,
        document_on=document_on.isoformat(), words=made.words[:500],
    )  # fmt: skip
    return made


def _require_of_lead(task: Task, actor: User) -> None:
    """He works on tasks in the lead itself, or in a part of it."""
    for grant in access.grants_of(actor):
        if grant.permission == WORKS and grant.path.startswith(task.lead.path):
            return
    raise DomainError(_("Say first who of %s answers for the task.") % task.lead.name)


def _require_date(task: Task, document_on: dt.date, today: dt.date) -> None:
    if document_on > today:
        raise DomainError(_("The document of a result is not of a day to come."))
    if document_on < task.given_on:
        raise DomainError(
            _("The task was given on %s: the document of its result is not older.")
            % f"{task.given_on:%d/%m/%Y}"
        )


def _require_worker(task: Task, actor: User) -> tuple[Unit, Right, bool]:
    """For which unit the person works on the task: the lead, or one that helps."""
    if right := lead_right(task, actor):
        return task.lead, right, True
    for helper in Cooperator.objects.filter(task=task).select_related("unit").order_by("pk"):
        if right := right_in(actor, WORKS, helper.unit):
            return helper.unit, right, False
    access.refuse(WORKS)


def _named(task: Task) -> dict[str, object]:
    return {"person_name": task.person.full_name if task.person else ""}
