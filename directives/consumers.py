"""What tasks tell people: that one is theirs, came back, was reported, or waits for their word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from directives.models import Task
from directives.services.ground import FOLLOWS, GIVES, WORKS, right_in
from notifications.models import Kind
from notifications.services import notify
from organizations import absences, access, posts
from organizations.models import Unit, User

RELATED = ("lead", "unit", "person", "giver", "follower", "leader")
Who = Callable[[Task], list[User]]


def lead_of(task: Task) -> list[User]:
    """Who answers for it, while he works there; else who directs the lead, else who works there."""
    return person_of(task) or of_units([task.lead])


def helpers_of(task: Task, unit_ids: Sequence[int] | None = None) -> list[User]:
    """The people of the units that help; or of those of them alone."""
    found = task.cooperators.select_related("unit").order_by("pk")
    return of_units([x.unit for x in found if unit_ids is None or x.unit_id in unit_ids])


def all_of(task: Task) -> list[User]:
    """The lead's people and those of the units that help."""
    return [*lead_of(task), *helpers_of(task)]


def person_of(task: Task) -> list[User]:
    """Who answers for it, while he works there."""
    person = task.person
    is_there = person is not None and person.is_active and right_in(person, WORKS, task.lead)
    return [person] if person is not None and is_there else []


def watchers_of(task: Task) -> list[User]:
    """Who follows it, while that is his work; else the giver with those who enter for him."""
    if task.follower is not None and posts.right_at(task.follower, FOLLOWS, task.unit_id):
        return [task.follower]
    return [*giver_of(task), *posts.people_at(FOLLOWS, task.unit)]


def leader_of(task: Task) -> list[User]:
    """The leader in charge, while he leads the unit that gives."""
    leader = task.leader
    is_there = leader is not None and posts.right_at(leader, GIVES, task.unit_id)
    return [leader] if leader is not None and is_there else []


def giver_of(task: Task) -> list[User]:
    """Who gave it; when he gives nothing there any more, all who do."""
    if access.may(task.giver, GIVES, task.unit_id):
        return [task.giver]
    return posts.people_at(GIVES, task.unit) or access.people_over(GIVES, task.unit)


def of_units(units: Sequence[Unit]) -> list[User]:
    """Of each unit those who direct it, or else who work there; those who sit in the unit itself go
    before those of its parts. Two queries at most, however many units there are."""
    told, left = list[User](), list(units)
    for permission in (GIVES, WORKS):
        people = access.people_with(permission, *left) if left else []
        for unit in list(left):
            below = [each for each in people if each[1].path.startswith(unit.path)]
            here = [person for person, where in below if where.pk == unit.pk]
            told += here or [person for person, _where in below]
            if below:
                left.remove(unit)
    return told


NEWS: dict[str, tuple[Who, Kind, Any]] = {  # action → who hears it, how, in which words (lazy)
    "task.given": (lead_of, Kind.TO_DO, _("New task: {}")),
    "task.given_again": (lead_of, Kind.TO_DO, _("New task: {}")),
    "task.person_named": (person_of, Kind.TO_DO, _("You answer for the task: {}")),
    "task.returned": (watchers_of, Kind.TO_DO, _("Returned as wrongly assigned: {}")),
    "task.reported": (watchers_of, Kind.TO_DO, _("A result waits to be confirmed: {}")),
    "task.confirmed": (lead_of, Kind.INFORMATION, _("The result is confirmed: {}")),
    "task.sent_back": (lead_of, Kind.TO_DO, _("The result was sent back: {}")),
    "task.extension_asked": (giver_of, Kind.TO_DO, _("More time is asked for: {}")),
    "task.extended": (lead_of, Kind.INFORMATION, _("More time is granted: {}")),
    "task.extension_refused": (lead_of, Kind.INFORMATION, _("No more time is granted: {}")),
    "task.suspended": (all_of, Kind.INFORMATION, _("Suspended: {}")),
    "task.withdrawn": (all_of, Kind.INFORMATION, _("Withdrawn: {}")),
    "task.resumed": (all_of, Kind.TO_DO, _("The task goes on: {}")),
    "task.reopened": (lead_of, Kind.TO_DO, _("The task is reopened: {}")),
}  # fmt: skip


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in NEWS:
        subscribe(action, tell)
    subscribe("task.accepted", tell_named)
    subscribe("task.progress", tell_stuck)
    subscribe("series.stopped", tell_stopped)
    subscribe("task.adjusted", tell_adjusted)
    subscribe("task.due_moved", tell_due_moved)
    subscribe("task.handed_over", tell_handed_over)


def tell(event: OutboxEvent) -> None:
    """Whom an act concerns; not himself. Who is to help reads that he helps."""
    task = _task(event)
    if task is None:
        return
    who, kind, words = NEWS[event.action]
    people = who(task)
    _notify(event, task, people, kind, words)
    if event.action == "task.given":
        others = [each for each in helpers_of(task) if each not in people]
        _notify(event, task, others, kind, _("Co-operate on the task: {}"))


def tell_adjusted(event: OutboxEvent) -> None:
    """Who follows it or helps from now on, and who helps no more."""
    task = _task(event)
    if task is None:
        return
    if "follower" in event.data["changes"] and task.follower is not None:
        _notify(event, task, [task.follower], Kind.TO_DO, _("You follow the task: {}"))
    helpers = [each for each in helpers_of(task, event.data["added"]) if each != task.follower]
    _notify(event, task, helpers, Kind.TO_DO, _("Co-operate on the task: {}"))
    gone = of_units(list(Unit.objects.filter(pk__in=event.data["removed"]).order_by("pk")))
    told = [each for each in gone if each not in helpers]
    words, url = _("Your unit helps no more with the task: {}"), reverse("directives:task_list")
    _notify(event, task, told, Kind.INFORMATION, words, url)


def tell_due_moved(event: OutboxEvent) -> None:
    """Who leads a part and who gave it, when the day of the whole moves theirs."""
    task = _task(event)
    if task is not None:
        words = _("The deadline is moved from {0} to {1}: {2}")
        moved = format_lazy(words, *event.data["changes"]["due_on"], "{}")
        _notify(event, task, [*lead_of(task), *giver_of(task)], Kind.INFORMATION, moved)


def tell_named(event: OutboxEvent) -> None:
    """Accepted, and given to one of its people at once."""
    task = _task(event)
    if task is not None and event.data["person"]:
        _notify(event, task, person_of(task), Kind.TO_DO, _("You answer for the task: {}"))


def tell_stuck(event: OutboxEvent) -> None:
    """Of a report only what needs somebody: obstacles and proposals."""
    task = _task(event)
    if task is not None and event.data["is_stuck"]:
        words = _("Obstacles or proposals: {}")
        _notify(event, task, watchers_of(task), Kind.INFORMATION, words)


def tell_stopped(event: OutboxEvent) -> None:
    """A series that the portal has stopped by itself, and why."""
    newest = Task.objects.filter(series=event.subject_id).select_related(*RELATED).order_by("-pk")
    task: Task | None = newest.first() if event.data["by"] is None else None
    if task is not None:
        words = format_lazy(_("It comes no more. {0} The task: {1}"), event.data["reason"], "{}")
        _notify(event, task, watchers_of(task), Kind.TO_DO, words)


def tell_handed_over(event: OutboxEvent) -> None:
    """Who leads the tasks of a merged unit from now on; once for all of them."""
    task, led = _task(event), event.data.get("led", 0)
    if task is None or not led:
        return
    old = Unit.objects.get(pk=event.data["from"])
    words = _("{0} tasks of {1} are your unit's from now on")
    notify(
        event, absences.with_substitutes(of_units([task.lead])), kind=Kind.TO_DO,
        text=format_lazy(words, led, old.name), subject=task,
        url=f"{reverse('directives:task_list')}?xem=don-vi",
    )  # fmt: skip


def _task(event: OutboxEvent) -> Task | None:
    found: Task | None = Task.objects.select_related(*RELATED).filter(pk=event.subject_id).first()
    return found


def _notify(
    event: OutboxEvent, task: Task, people: Iterable[User], kind: Kind, words: Any, url: str = ""
) -> None:
    """Who acts himself hears nothing of it."""
    others = [each for each in people if each.pk != event.data["by"]]
    notify(
        event, absences.with_substitutes(others), kind=kind,
        text=format_lazy(words, task.content[:200]), subject=task,
        url=url or reverse("directives:task_detail", args=[task.pk]),
    )  # fmt: skip
