"""Who is reminded of a task, looked up when the news is delivered: whoever is done by then hears
nothing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from directives.consumers import RELATED, lead_of, leader_of, person_of, watchers_of
from directives.models import Occasion, Task
from directives.services.ground import GIVES
from directives.states import AWAITED
from notifications.models import Kind
from notifications.services import notify
from organizations import absences, access
from organizations.models import Unit, User

WORDS: dict[str, Any] = {  # lazy sentences
    Occasion.SOON: _("Task due on {1:%d/%m/%Y}: {0}"),
    Occasion.LATE: _("Overdue task, it was due on {1:%d/%m/%Y}: {0}"),
    Occasion.ESCALATED: _("Still overdue, it was due on {1:%d/%m/%Y}: {0}"),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("task.reminded", tell_reminded)


def tell_reminded(event: OutboxEvent) -> None:
    """The lead's people; of what stays overdue the heads of the lead and who follows it."""
    found = Task.objects.select_related(*RELATED)
    task: Task | None = found.filter(
        pk=event.subject_id, due_on=event.data["due_on"], status__in=AWAITED
    ).first()
    if task is None:
        return
    occasion = Occasion(event.data["occasion"])
    people = _above(task) if occasion == Occasion.ESCALATED else lead_of(task)
    notify(
        event, absences.with_substitutes(people), kind=Kind.TO_DO,
        text=format_lazy(WORDS[occasion], task.content[:200], task.due_on), subject=task,
        url=reverse("directives:task_detail", args=[task.pk]),
    )  # fmt: skip


def _above(task: Task) -> list[User]:
    """The heads of the lead, who follows the task and the leader in charge; not those who were
    reminded every day, nor every leader of the body that gives (of what a unit gave to itself: of
    the province)."""
    giving = task.unit
    if task.unit_id == task.lead_id:
        giving = Unit.objects.get(pk=task.lead.ancestor_ids[0])
    givers = access.people_over(GIVES, giving)
    heads = [each for each in access.people_over(GIVES, task.lead) if each not in givers]
    told = (*heads, *watchers_of(task), *leader_of(task))
    return [each for each in told if each not in person_of(task)]
