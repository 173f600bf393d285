"""Who hears what the two sides of a task write to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from directives.consumers import RELATED, all_of, lead_of, of_units, person_of, watchers_of
from directives.models import Remark, Task, Urging
from directives.queries.detail import STORY
from directives.services.talking import may_see, watching
from notifications.models import Kind, Notification
from notifications.services import notify
from organizations import absences
from organizations.models import User

BEGINNINGS = {"task.given", "task.imported"}  # nobody watches a task before it is there


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("task.urged", tell_urged)
    subscribe("task.urging_answered", tell_answered)
    subscribe("task.unanswered", tell_unanswered)
    subscribe("task.remarked", tell_remarked)
    for action in STORY.keys() - BEGINNINGS:  # after whom the act concerns: each hears it once
        subscribe(action, tell_watching)


def tell_urged(event: OutboxEvent) -> None:
    """Who directs the lead and who answers for the tasks; once for all of one agency."""
    found = Task.objects.filter(pk__in=event.data["tasks"]).select_related(*RELATED)
    tasks = list(found.order_by("pk"))
    if not tasks:
        return
    day = dt.date.fromisoformat(event.data["answer_until"])
    people = [*of_units([tasks[0].lead]), *(x for task in tasks for x in person_of(task))]
    if len(tasks) == 1:
        words: Any = format_lazy(
            _("Urged, answer until {0:%d/%m/%Y}: {1}"), day, tasks[0].content[:200]
        )
        return _notify(event, tasks[0], people, Kind.TO_DO, words)
    words = format_lazy(
        _("{0} overdue tasks are urged, answer until {1:%d/%m/%Y}"), len(tasks), day
    )
    desk = reverse("directives:desk_page") + "#answer"
    return _notify(event, tasks[0], people, Kind.TO_DO, words, desk)


def tell_answered(event: OutboxEvent) -> None:
    """Who urged, and who follows the task."""
    urging = _urging(event)
    if urging is not None:
        people = [*_who_urged(urging), *watchers_of(urging.task)]
        words = format_lazy(_("The lead answered: {}"), urging.task.content[:200])
        _notify(event, urging.task, people, Kind.INFORMATION, words)


def tell_unanswered(event: OutboxEvent) -> None:
    """The lead; the first time who urged, too."""
    urging = _urging(event)
    if urging is None or not urging.is_awaited:
        return
    task = urging.task
    words = format_lazy(
        _("An answer was expected until {0:%d/%m/%Y}: {1}"), urging.answer_until, task.content[:200]
    )
    _notify(event, task, lead_of(task), Kind.TO_DO, words)
    if event.data["is_first"]:
        people = [*_who_urged(urging), *watchers_of(task)]
        _notify(event, task, people, Kind.INFORMATION, words)


def tell_remarked(event: OutboxEvent) -> None:
    """Both sides, who helps, and who wrote before and still sees the task."""
    found = Remark.objects.select_related("by", *(f"task__{each}" for each in RELATED))
    made = found.filter(pk=event.data["remark"]).first()
    if made is None:
        return
    task: Task = made.task
    wrote = User.objects.filter(pk__in=task.remarks.values("by")).order_by("pk")
    people = [*all_of(task), *watchers_of(task), *(x for x in wrote if may_see(x, task.pk))]
    named = (made.by.full_name, made.words[:200], task.content[:150])
    _notify(event, task, people, Kind.INFORMATION, format_lazy(_("{0}: {1} (task: {2})"), *named))


def tell_watching(event: OutboxEvent) -> None:
    """Who watches the task, unless he has heard it by his part in it."""
    task: Task | None = Task.objects.filter(pk=event.subject_id).first()
    if task is None:
        return
    heard = set(Notification.objects.filter(event_id=event.pk).values_list("user", flat=True))
    people = [each for each in watching(task) if each.pk not in heard]
    words = format_lazy("{0}: {1}", STORY[event.action], task.content[:200])
    _notify(event, task, people, Kind.INFORMATION, words, with_substitutes=False)


def _urging(event: OutboxEvent) -> Urging | None:
    related = [f"task__{each}" for each in RELATED]
    found = Urging.objects.select_related("asked_by", *related)
    urging: Urging | None = found.filter(pk=event.data["urging"]).first()
    return urging


def _who_urged(urging: Urging) -> list[User]:
    """While he sees the task."""
    return [urging.asked_by] if may_see(urging.asked_by, urging.task_id) else []


def _notify(
    event: OutboxEvent,
    task: Task,
    people: Iterable[User],
    kind: Kind,
    words: Any,
    url: str = "",
    with_substitutes: bool = True,
) -> None:
    """Who acts himself hears nothing of it."""
    others = [each for each in people if each.pk != event.data.get("by")]
    if with_substitutes:
        others = absences.with_substitutes(others)
    notify(
        event, others, kind=kind, text=words, subject=task,
        url=url or reverse("directives:task_detail", args=[task.pk]),
    )  # fmt: skip
