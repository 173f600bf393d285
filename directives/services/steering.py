"""What the body that gave a task may do with it later: give it to another, suspend it, let it go
on, withdraw it, reopen it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from common.errors import DomainError
from directives.models import Cooperator, Task
from directives.services.ground import (
    MOVED,
    deciding_right,
    lapse_wish,
    lock,
    require_future,
    require_giving,
    require_within_parent,
    set_due,
    tell,
)
from directives.states import NEXT, DueKind, Status
from organizations.calendars import calendar_for
from organizations.models import Unit, User
from organizations.models.units import UnitKind

SUSPENDED = "task.suspended"


@transaction.atomic
def give_again(
    task_id: int, *, actor: User, lead_id: int, due_on: dt.date | None = None, words: str = ""
) -> Task:
    """A task that was returned goes to another lead, or to the same, which then keeps it."""
    at = timezone.now()
    task = _lock(task_id)
    right = require_giving(task, actor)
    lead = Unit.objects.below(task.unit).filter(pk=lead_id).first()
    if lead is None or not lead.is_open or lead.kind == UnitKind.PROVINCE:
        raise DomainError(_("Choose units of %s that exist today.") % task.unit.name)
    today = timezone.localdate(at)
    given_on = timezone.localdate(task.given_at)
    _set_anew(task, due_on, actor, at, from_on=today, lost_since=given_on)
    task.move_to(Status.GIVEN)
    task.is_insisted = lead.pk == task.lead_id
    task.lead, task.person, task.given_at = lead, None, at
    if not task.is_insisted:
        task.given_on = today
    Cooperator.objects.filter(task=task, unit=lead).delete()
    task.save(
        update_fields=[
            *MOVED, "lead", "person", "given_at", "given_on", "is_insisted", "due_on"
        ]
    )  # fmt: skip
    tell(task, "task.given_again", actor, right, words=words.strip()[:500])
    return task


@transaction.atomic
def suspend(task_id: int, *, actor: User, reason: str) -> Task:
    """Nobody works on it until it goes on."""
    return _stop(task_id, Status.SUSPENDED, SUSPENDED, actor, reason)


@transaction.atomic
def withdraw(task_id: int, *, actor: User, reason: str) -> Task:
    """It need not be done any more."""
    return _stop(task_id, Status.WITHDRAWN, "task.withdrawn", actor, reason)


@transaction.atomic
def resume(task_id: int, *, actor: User, due_on: dt.date | None = None) -> Task:
    """It goes on from where it was, until a day that is set anew."""
    at = timezone.now()
    task = _lock(task_id)
    right = require_giving(task, actor)
    since = _suspended_on(task) or timezone.localdate(at)
    _set_anew(task, due_on, actor, at, from_on=since, lost_since=since)
    task.move_to(Status.IN_WORK if task.accepted_at else Status.GIVEN)
    task.given_at = at if task.status == Status.GIVEN else task.given_at
    task.save(update_fields=[*MOVED, "given_at", "due_on"])
    tell(task, "task.resumed", actor, right)
    return task


@transaction.atomic
def reopen(task_id: int, *, actor: User, reason: str, due_on: dt.date | None = None) -> Task:
    """A closed task is not finished after all. Its results stay; the next one counts."""
    at = timezone.now()
    task = _lock(task_id)
    right = require_giving(task, actor)
    if not reason.strip():
        raise DomainError(_("Say why it is not finished."))
    today = timezone.localdate(at)
    _set_anew(task, due_on, actor, at, from_on=today, lost_since=today)
    task.move_to(Status.IN_WORK)
    task.reopen()
    task.save(
        update_fields=[
            *MOVED, "due_on", "closed_at", "completed_on", "judged_due_on"
        ]
    )  # fmt: skip
    tell(task, "task.reopened", actor, right, reason=reason.strip()[:500])
    return task


def _stop(task_id: int, status: Status, action: str, actor: User, reason: str) -> Task:
    task = lock(task_id)
    right = require_giving(task, actor)
    if not reason.strip():
        raise DomainError(_("Say why."))
    at = timezone.now()
    for each in (task, *_parts(task, status)):
        each.move_to(status, reason)
        each.save(update_fields=MOVED)
        lapse_wish(each, actor, at)
        tell(each, action, actor, right, reason=reason.strip()[:500])
    return task


def _parts(task: Task, status: Status) -> list[Task]:
    """Parts of it that stop with it: those on which nobody has reported yet."""
    found = Task.objects.filter(parent=task).order_by("pk").values_list("pk", "status")
    return [lock(pk) for pk, known in found if status in NEXT[known]]


def _lock(task_id: int) -> Task:
    """Of a part the whole is locked first: its day is the last that a part may get."""
    parent_id = Task.objects.values_list("parent", flat=True).get(pk=task_id)
    if parent_id is not None:
        lock(parent_id)
    return lock(task_id)


def _suspended_on(task: Task) -> dt.date | None:
    """Since when nobody works on it."""
    entries = AuditEntry.objects.filter(
        subject_type=task._meta.label_lower, subject_id=str(task.pk), action=SUSPENDED
    )
    last = entries.order_by("-pk").first()
    return timezone.localdate(last.at) if last else None


def _set_anew(
    task: Task, due_on: dt.date | None, actor: User, at: dt.datetime, *, from_on: dt.date,
    lost_since: dt.date,
) -> None:  # fmt: skip
    """It is due on another day, which holds from `from_on` on; the caller saves.

    A task with a deadline gets one again. The working days since `lost_since` were lost; what goes
    beyond them is more time, on which the giver alone decides.
    """
    today = timezone.localdate(at)
    if task.due_on is not None and due_on is None:
        raise DomainError(_("Set the day until which it is due now."))
    require_future(due_on, today)
    require_within_parent(task.parent, due_on, today)
    if task.due_on is not None and due_on is not None:
        _require_no_gain(task, task.due_on, due_on, actor, (lost_since, today))
    set_due(task, due_on, DueKind.MOVED, actor, at, from_on)
    if due_on is not None:
        for part in task.subtasks.filter(due_on__gt=due_on, closed_at=None).order_by("pk"):
            set_due(part, due_on, DueKind.MOVED, actor, at, from_on)
            part.save(update_fields=["due_on"])


def _require_no_gain(
    task: Task, old: dt.date, new: dt.date, actor: User, lost: tuple[dt.date, dt.date]
) -> None:
    calendar = calendar_for()
    last = calendar.add_working_days(old, calendar.working_days_between(*lost))
    if new > last and deciding_right(task, actor) is None:
        raise DomainError(
            _("A day after %(day)s is more time: %(person)s, who gave the task, decides on it.")
            % {"day": f"{last:%d/%m/%Y}", "person": task.giver.full_name}
        )
