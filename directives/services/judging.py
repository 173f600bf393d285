"""Xác nhận kết quả: a reported result is confirmed, which closes the task, or sent back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from directives.models import Result, Task
from directives.rules import in_force
from directives.services.ground import (
    MOVED,
    lock,
    lock_going_on,
    percent_told,
    require_giving,
    tell,
)
from directives.states import Quality, Status, Verdict
from organizations.access import Right
from organizations.models import User


@transaction.atomic
def confirm(task_id: int, *, actor: User, quality: str = Quality.MEETS, words: str = "") -> Task:
    """The result is accepted: the task is closed, completed on the date of its document.

    Whether that is early, on time or late is judged against the day that was in force then.
    Never by who reported it.
    """
    at = timezone.now()
    task, result, right = _take(lock(task_id), actor)
    _judge(result, Verdict.CONFIRMED, actor, at, words, Quality(quality))
    task.move_to(Status.CLOSED)
    task.closed_at, task.completed_on = at, result.document_on
    dues = [each.due for each in task.due_dates.all()]
    task.judged_due_on = in_force(dues, result.document_on)
    task.save(
        update_fields=[*MOVED, "closed_at", "completed_on", "judged_due_on"]
    )  # fmt: skip
    tell(
        task, "task.confirmed", actor, right, result=result.pk, quality=result.quality,
        completed_on=result.document_on.isoformat(), words=result.judged_words[:500],
    )  # fmt: skip
    return task


@transaction.atomic
def send_back(task_id: int, *, actor: User, words: str) -> Task:
    """The result is not enough: the work goes on; of a part only while the whole does."""
    at = timezone.now()
    task, result, right = _take(lock_going_on(task_id), actor)
    if not words.strip():
        raise DomainError(_("Say what is missing."))
    _judge(result, Verdict.SENT_BACK, actor, at, words)
    task.move_to(Status.IN_WORK)
    task.percent = percent_told(task)
    task.save(update_fields=[*MOVED, "percent"])
    tell(task, "task.sent_back", actor, right, result=result.pk, words=result.judged_words[:500])
    return task


def _take(task: Task, actor: User) -> tuple[Task, Result, Right]:
    """The locked task with the result that waits, for somebody else than who reported it."""
    right = require_giving(task, actor)
    result: Result | None = task.results.filter(verdict="").first()
    if result is None:
        raise AlreadyDone
    if result.by_id == actor.pk:
        raise DomainError(_("Who reports a result does not confirm it. Ask a colleague."))
    return task, result, right


def _judge(
    result: Result, verdict: Verdict, actor: User, at: dt.datetime, words: str, quality: str = ""
) -> None:
    result.verdict, result.quality = verdict, quality
    result.judged_at, result.judged_by = at, actor
    result.judged_words = words.strip()[:1000]
    result.save(
        update_fields=["verdict", "quality", "judged_at", "judged_by", "judged_words"]
    )  # fmt: skip
