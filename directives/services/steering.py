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
from directives.services import recurring
from directives.services.ground import (
    MOVED,
    deciding_right,
    lapse_urgings,
    lapse_wish,
    lock,
    lock_going_on,
    open_units,
    percent_told,
    require_future,
    require_giving,
    require_within_parent,
    set_due,
    tell,
)
from directives.states import ENDED, NEXT, DueKind, Status
from organizations.access import Right
from organizations.calendars import calendar_for
from organizations.models import Unit, User

SUSPENDED = "task.suspended"


@transaction.atomic
def give_again(
    task_id: int, *, actor: User, lead_id: int, due_on: dt.date | None = None, words: str = ""
) -> Task:
    """A task that was returned goes to another lead, or to the same, which then keeps it. If it
    comes again, the next ones go to the other lead, too."""
    at = timezone.now()
    Unit.objects.hold([lead_id])
    series = recurring.locked_of(task_id)
    task = lock_going_on(task_id)
    right = require_giving(task, actor)
    lead = open_units([lead_id], task.unit)[lead_id]
    today = timezone.localdate(at)
    given_on = timezone.localdate(task.given_at)
    _set_anew(task, due_on, actor, right, at, from_on=today, lost_since=given_on)
    task.move_to(Status.GIVEN)
    task.is_insisted = lead.pk == task.lead_id
    if series is not None and series.lead_id == task.lead_id != lead.pk:
        recurring.move(series, lead)
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
    """It goes on from where it was, until a day that is set anew; with it the parts that were
    suspended with it, each later by the days that were lost, at most until the day of the whole."""
    at = timezone.now()
    task = lock_going_on(task_id)
    right = require_giving(task, actor)
    since, _whole = _suspension(task, at)
    _set_anew(task, due_on, actor, right, at, from_on=since, lost_since=since)
    _go_on(task, at)
    tell(task, "task.resumed", actor, right)
    for part in _parts(task):
        if part.status == Status.SUSPENDED and _suspension(part, at)[1] == task.pk:
            if part.due_on is not None:
                later = _later(part.due_on, since, timezone.localdate(at))
                until = later if due_on is None else min(later, due_on)
                _move_part(part, until, actor, right, at, since)
            _go_on(part, at)
            tell(part, "task.resumed", actor, right)
    return task


@transaction.atomic
def reopen(task_id: int, *, actor: User, reason: str, due_on: dt.date | None = None) -> Task:
    """A closed task is not finished after all. Its results stay; the next one counts."""
    at = timezone.now()
    task = lock_going_on(task_id)
    right = require_giving(task, actor)
    if not reason.strip():
        raise DomainError(_("Say why it is not finished."))
    if not task.lead.is_open:
        raise DomainError(_("%s exists no more. Give its successor a new task.") % task.lead.name)
    today = timezone.localdate(at)
    _set_anew(task, due_on, actor, right, at, from_on=today, lost_since=today)
    task.move_to(Status.IN_WORK)
    task.reopen()
    task.percent = percent_told(task)
    task.save(
        update_fields=[
            *MOVED, "due_on", "closed_at", "completed_on", "judged_due_on", "percent"
        ]
    )  # fmt: skip
    lapse_urgings(task, at)
    tell(task, "task.reopened", actor, right, reason=reason.strip()[:500])
    return task


def _stop(task_id: int, status: Status, action: str, actor: User, reason: str) -> Task:
    task = lock(task_id)
    right = require_giving(task, actor)
    if not reason.strip():
        raise DomainError(_("Say why."))
    at = timezone.now()
    stopping = [part for part in _parts(task) if status in NEXT[part.status]]
    for each in (task, *stopping):
        each.move_to(status, reason)
        each.save(update_fields=MOVED)
        lapse_wish(each, actor, at)
        tell(each, action, actor, right, reason=reason.strip()[:500], whole=task.pk)
    return task


def _go_on(task: Task, at: dt.datetime) -> None:
    """From where it was; the days to return it run anew."""
    task.move_to(Status.IN_WORK if task.accepted_at else Status.GIVEN)
    task.given_at = at if task.status == Status.GIVEN else task.given_at
    task.save(update_fields=[*MOVED, "given_at", "due_on"])


def _parts(task: Task) -> list[Task]:
    """Parts of it and theirs, each locked after its whole; few."""
    found = []
    for pk in Task.objects.filter(parent=task).order_by("pk").values_list("pk", flat=True):
        part = lock(pk)
        found += [part, *_parts(part)]
    return found


def _suspension(task: Task, at: dt.datetime) -> tuple[dt.date, int | None]:
    """Since when nobody works on it, and with which task it was suspended. From the log."""
    entries = AuditEntry.objects.filter(
        subject_type=task._meta.label_lower, subject_id=str(task.pk), action=SUSPENDED
    )
    last = entries.order_by("-pk").first()
    return timezone.localdate(last.at if last else at), last.data.get("whole") if last else None


def _set_anew(
    task: Task, due_on: dt.date | None, actor: User, right: Right, at: dt.datetime, *,
    from_on: dt.date, lost_since: dt.date,
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
        for part in _parts(task):
            if part.status not in ENDED and part.due_on is not None and part.due_on > due_on:
                _move_part(part, due_on, actor, right, at, from_on)
                part.save(update_fields=["due_on"])


def _move_part(
    part: Task, due_on: dt.date, actor: User, right: Right, at: dt.datetime, from_on: dt.date
) -> None:
    """With the whole; who leads the part and who gave it hear of another day. The caller saves."""
    days = [f"{day:%d/%m/%Y}" if day else "" for day in (part.due_on, due_on)]
    set_due(part, due_on, DueKind.MOVED, actor, at, from_on)
    if days[0] != days[1]:
        tell(part, "task.due_moved", actor, right, changes={"due_on": days})


def _require_no_gain(
    task: Task, old: dt.date, new: dt.date, actor: User, lost: tuple[dt.date, dt.date]
) -> None:
    last = _later(old, *lost)
    if new > last and deciding_right(task, actor) is None:
        raise DomainError(
            _("A day after %(day)s is more time: %(person)s, who gave the task, decides on it.")
            % {"day": f"{last:%d/%m/%Y}", "person": task.giver.full_name}
        )


def _later(day: dt.date, since: dt.date, today: dt.date) -> dt.date:
    """The day, later by the working days that were lost."""
    calendar = calendar_for()
    return calendar.add_working_days(day, calendar.working_days_between(since, today))
