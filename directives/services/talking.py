"""Trao đổi, quan tâm: the sides of a task talk about it, and whoever sees it may watch it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Cooperator, Remark, Task, Watch
from directives.services.ground import (
    WORKS,
    giving_right,
    lead_right,
    lock,
    right_in,
    tell,
)
from directives.states import ENDED
from organizations import access
from organizations.access import Right
from organizations.models import Unit, User

SEES = "view_tasks"


@transaction.atomic
def remark(task_id: int, *, actor: User, words: str) -> Remark:
    """Say something to the others who have to do with the task, while it has not ended."""
    task = lock(task_id)
    helpers = Cooperator.objects.filter(task=task).select_related("unit").order_by("pk")
    unit, right = speaks_for(task, actor, helpers) or access.refuse(WORKS)
    if task.status in ENDED:
        raise TransitionError(_("The task has ended: its discussion is closed."))
    words = words.strip()[:1000]
    if not words:
        raise DomainError(_("Write something."))
    last = task.remarks.order_by("-pk").first()
    if last is not None and (last.by_id, last.words) == (actor.pk, words):
        raise AlreadyDone
    made: Remark = Remark.objects.create(
        task=task, unit=unit, words=words, at=timezone.now(), by=actor
    )
    tell(task, "task.remarked", actor, right, remark=made.pk, words=words[:500])
    return made


def speaks_for(task: Task, actor: User, helpers: Iterable[Cooperator]) -> tuple[Unit, Right] | None:
    """For which unit the person speaks of the task: the one that gave it, the lead, or one that
    helps. At most one query of its own."""
    if right := giving_right(task, actor):
        return task.unit, right
    if right := lead_right(task, actor) or right_in(actor, WORKS, task.lead):
        return task.lead, right
    for helper in helpers:
        if right := right_in(actor, WORKS, helper.unit):
            return helper.unit, right
    return None


@transaction.atomic
def watch(task_id: int, *, actor: User) -> None:
    """From now on the person hears of changes of a task that he sees."""
    if not may_see(actor, task_id):
        access.refuse(SEES)
    Watch.objects.get_or_create(
        task_id=task_id, user=actor, defaults={"since": timezone.now()}
    )  # fmt: skip


@transaction.atomic
def unwatch(task_id: int, *, actor: User) -> None:
    Watch.objects.filter(task=task_id, user=actor).delete()


@transaction.atomic
def watching(task: Task) -> list[User]:
    """Who watches the task; who may not see it any more has stopped."""
    watches = list(Watch.objects.filter(task=task).select_related("user").order_by("pk"))
    gone = [each for each in watches if not may_see(each.user, task.pk)]
    Watch.objects.filter(pk__in=[each.pk for each in gone]).delete()
    return [each.user for each in watches if each not in gone]


def may_see(user: User, task_id: int) -> bool:
    found = Task.objects.visible_to(user, SEES)
    return user.is_active and bool(found.filter(pk=task_id).exists())
