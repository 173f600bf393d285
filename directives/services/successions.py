"""What becomes of tasks when a unit is merged away: who leads, helps or gives is its successor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.services import record_each
from directives.models import Cooperator, Task
from directives.states import ENDED
from organizations.models import Unit, User
from organizations.open_work import OpenWork


def open_work_in(unit: Unit) -> Iterable[OpenWork]:
    found = Task.objects.filter(Q(lead=unit) | Q(unit=unit)).exclude(status__in=ENDED)
    return [OpenWork(_("Open tasks"), found.count(), reverse("directives:task_list"))]


def hand_over(old: Unit, new: Unit, actor: User) -> None:
    """Joins the merger's transaction. What is closed keeps the unit that did it."""
    moved = Task.objects.exclude(status__in=ENDED)
    locked = moved.filter(Q(lead=old) | Q(unit=old)).select_for_update(of=("self",), no_key=True)
    tasks = list(locked.order_by("pk"))
    moved.filter(lead=old).update(lead=new)
    moved.filter(unit=old).update(unit=new)
    helps = Cooperator.objects.filter(unit=old, task__in=moved)
    known = Cooperator.objects.filter(unit=new).values("task")
    helps.filter(Q(task__in=known) | Q(task__lead=new)).delete()
    helps.update(unit=new)
    Cooperator.objects.filter(unit=new, task__lead=new, task__in=tasks).delete()
    told = [(task, new, {"from": old.pk, "to": new.pk, "unit_name": new.name}) for task in tasks]
    record_each(told, "task.handed_over", actor=actor)
