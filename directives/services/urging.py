"""Đôn đốc: the giver's side urges the lead in writing, one task or many at once; the lead
answers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record_each
from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Task, Urging
from directives.models.talk import AWAITING
from directives.services.ground import (
    GIVES,
    facts,
    giving_right,
    ladder,
    lock,
    require_giving,
    require_lead,
    tell,
)
from directives.states import AWAITED
from organizations import access
from organizations.access import Right
from organizations.calendars import calendar_for
from organizations.models import User

MOST = 200  # tasks that are urged at once
URGED = "task.urged"


@transaction.atomic
def urge(
    task_id: int, *, actor: User, words: str, answer_until: dt.date, reference: str = ""
) -> Urging:
    """Ask the lead in writing why the task is not done, and for an answer until a day."""
    at = timezone.now()
    task = lock(task_id)
    right = require_giving(task, actor)
    _require(words, answer_until, timezone.localdate(at))
    if task.status not in AWAITED:
        raise TransitionError(_("Nothing is expected of the lead now."))
    made = _urging(task, actor, at, words, answer_until, reference)
    if _known([task], made):
        raise AlreadyDone
    made.save(force_insert=True)
    tell(task, URGED, actor, right, **_told(made), tasks=[task.pk])
    return made


@transaction.atomic
def urge_together(
    task_ids: Iterable[int], *, actor: User, words: str, answer_until: dt.date, reference: str = ""
) -> int:
    """The same for overdue tasks that are ticked in a list, each agency being told once.

    Those that were done meanwhile, or urged in the same words, are left out; returns how many
    remain. Raises AlreadyDone when none does. The number of statements does not depend on them.
    """
    at = timezone.now()
    _require(words, answer_until, timezone.localdate(at))
    rights = _take(task_ids, actor, timezone.localdate(at))
    made = {task: _urging(task, actor, at, words, answer_until, reference) for task in rights}
    known = _known(list(rights), next(iter(made.values()))) if made else set()
    made = {task: urging for task, urging in made.items() if task.pk not in known}
    if not made:
        raise AlreadyDone
    Urging.objects.bulk_create(made.values())
    _tell_together(made, rights, actor)
    return len(made)


@transaction.atomic
def answer(urging_id: int, *, actor: User, words: str) -> Urging:
    """The leader of the lead, or who answers for the task, writes back."""
    task = lock(Urging.objects.values_list("task", flat=True).get(pk=urging_id))
    urging: Urging = Urging.objects.get(pk=urging_id)
    urging.task = task
    right = require_lead(task, actor)
    if not urging.is_awaited:
        raise AlreadyDone
    if urging.asked_by_id == actor.pk:
        raise DomainError(_("Who urges does not answer it."))
    if not words.strip():
        raise DomainError(_("Write the answer."))
    urging.answer, urging.answered_at, urging.answered_by = (
        words.strip()[:2000],
        timezone.now(),
        actor,
    )
    urging.save(update_fields=["answer", "answered_at", "answered_by"])
    tell(task, "task.urging_answered", actor, right, urging=urging.pk, words=urging.answer[:500])
    return urging


@transaction.atomic
def remind_unanswered(now: dt.datetime | None = None) -> int:
    """Tell of answers that did not come until their day: once both sides, then the lead every so
    many working days. Returns how many; to be asked again until there are none."""
    today, calendar = timezone.localdate(now), calendar_for()
    if not calendar.is_working_day(today):
        return 0
    due, days = Q(reminded_on=None), ladder(today).task_late_days
    if days:
        due |= Q(reminded_on__lt=calendar.working_days_before(today, days - 1))
    missing = Urging.objects.filter(AWAITING, due, answer_until__lt=today).select_related("task")
    locked = missing.select_for_update(of=("self",), no_key=True, skip_locked=True)
    found = list(locked.order_by("pk")[:MOST])
    told: list[tuple[Any, Any, dict[str, Any]]] = [
        (each.task, None, {"urging": each.pk, "is_first": each.reminded_on is None})
        for each in found
    ]
    Urging.objects.filter(pk__in=[each.pk for each in found]).update(reminded_on=today)
    record_each(told, "task.unanswered", actor=None)
    return len(found)


def _require(words: str, answer_until: dt.date, today: dt.date) -> None:
    if not words.strip():
        raise DomainError(_("Say what is expected of the lead."))
    if answer_until < today:
        raise DomainError(_("The day until which an answer is expected has passed."))


def _take(task_ids: Iterable[int], actor: User, today: dt.date) -> dict[Task, Right]:
    """Of these the tasks that are still overdue, locked, each with the right of who urges."""
    ids = sorted(set(task_ids))
    if len(ids) > MOST:
        raise DomainError(_("Choose at most %s tasks at once.") % MOST)
    locked = Task.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True)
    found = list(locked.select_related("unit", "lead").order_by("pk"))
    rights = {task: giving_right(task, actor) or access.refuse(GIVES) for task in found}
    return {
        task: right
        for task, right in rights.items()
        if task.status in AWAITED and task.due_on is not None and task.due_on < today
    }


def _urging(
    task: Task, actor: User, at: dt.datetime, words: str, answer_until: dt.date, reference: str
) -> Urging:
    return Urging(
        task=task, reference=reference.strip()[:60], words=words.strip()[:2000],
        answer_until=answer_until, asked_at=at, asked_by=actor,
    )  # fmt: skip


def _known(tasks: list[Task], like: Urging) -> set[int]:
    """Which of them wait for the answer to the very same: a page that was sent twice."""
    same = Urging.objects.filter(
        AWAITING, task__in=tasks, asked_by=like.asked_by, words=like.words,
        answer_until=like.answer_until,
    )  # fmt: skip
    return set(same.values_list("task", flat=True))


def _told(urging: Urging) -> dict[str, Any]:
    return {
        "urging": urging.pk, "words": urging.words[:500], "reference": urging.reference,
        "answer_until": urging.answer_until.isoformat(),
    }  # fmt: skip


def _tell_together(made: dict[Task, Urging], rights: dict[Task, Right], actor: User) -> None:
    """The trace of each task; the first one of each agency tells of all of them."""
    of_lead: dict[int, list[int]] = defaultdict(list)
    for task in made:
        of_lead[task.lead_id].append(task.pk)
    in_name: dict[str, list[Any]] = defaultdict(list)
    for task, urging in made.items():
        ids = of_lead[task.lead_id]
        more = {**_told(urging), "tasks": ids if task.pk == ids[0] else []}
        in_name[rights[task].on_behalf_of].append((task, task.unit, facts(task, actor, **more)))
    for on_behalf_of, told in in_name.items():
        record_each(told, URGED, actor=actor, on_behalf_of=on_behalf_of)
