"""Điều chỉnh phân công: the giver's side says anew who follows a task and which units help it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Cooperator, Task
from directives.services.ground import (
    FOLLOWS,
    GIVES,
    lock,
    open_units,
    require_giving,
    require_people,
    tell,
)
from directives.states import ENDED
from organizations.models import Unit, User

ADJUSTED = "task.adjusted"


class Changed(DomainError):
    """Somebody else has, since the page was shown."""


def seen_of(task: Task, helpers: Iterable[int]) -> str:
    """Who follows it and which units help, to be compared later."""
    return "-".join(map(str, (task.leader_id, task.follower_id, *sorted(helpers))))


@transaction.atomic
def adjust(
    task_id: int, *, actor: User, leader_id: int | None, follower_id: int | None,
    cooperate: Iterable[int], seen: str = "",
) -> Task:  # fmt: skip
    """Another leader in charge, another follower or other units that help; the log keeps old and
    new. Raises AlreadyDone when nothing differs, and Changed when it is no more as it was `seen`
    on the page, if that is said."""
    wanted = set(cooperate)
    Unit.objects.hold(wanted)
    task = lock(task_id)
    right = require_giving(task, actor)
    if task.status in ENDED:
        raise TransitionError(_("The task has ended: nobody follows it any more."))
    if seen and seen != seen_of(task, task.cooperators.values_list("unit", flat=True)):
        raise Changed(_("Somebody has just changed this. It stands here as it is now."))
    changes = _put(task, leader_id, follower_id)
    added, removed = _help(task, wanted)
    if added or removed:
        changes["helpers"] = [_names(removed), _names(added)]
    if not changes:
        raise AlreadyDone
    ids = {"added": [each.pk for each in added], "removed": [each.pk for each in removed]}
    tell(task, ADJUSTED, actor, right, changes=changes, **ids)
    return task


def _put(task: Task, leader_id: int | None, follower_id: int | None) -> dict[str, list[str]]:
    """Leaders and followers of the unit that gives; of each that changes the old and new name."""
    wanted = {"leader": (leader_id, GIVES), "follower": (follower_id, FOLLOWS)}
    new = {
        name: (pk, permission)
        for name, (pk, permission) in wanted.items()
        if pk != getattr(task, f"{name}_id")
    }
    require_people(task.unit, new.values())
    changes = {}
    for name, (pk, _permission) in new.items():
        old = getattr(task, name)
        setattr(task, name, User.objects.get(pk=pk) if pk else None)
        changes[name] = [str(each or "") for each in (old, getattr(task, name))]
    task.save(update_fields=["leader", "follower"])
    return changes


def _help(task: Task, wanted: set[int]) -> tuple[list[Unit], list[Unit]]:
    """The units that help from now on, and those that do no more."""
    if task.lead_id in wanted:
        raise DomainError(_("A unit that leads does not co-operate with itself."))
    known = {each.unit_id: each for each in task.cooperators.select_related("unit")}
    added = list(open_units(wanted - known.keys(), task.unit).values())
    gone = [each for pk, each in known.items() if pk not in wanted]
    Cooperator.objects.filter(pk__in=[each.pk for each in gone]).delete()
    Cooperator.objects.bulk_create(Cooperator(task=task, unit=unit) for unit in added)
    return added, [each.unit for each in gone]


def _names(units: list[Unit]) -> str:
    return ", ".join(sorted(each.name for each in units))
