"""What becomes of tasks when a unit is merged away: who leads, helps or gives is its successor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.services import record_each
from directives.models import Cooperator, Series, SeriesHelper, Task
from directives.states import ENDED
from organizations.models import Unit, User
from organizations.open_work import OpenWork


def open_work_in(unit: Unit) -> Iterable[OpenWork]:
    theirs, url = Q(lead=unit) | Q(unit=unit), reverse("directives:task_list")
    found = Task.objects.filter(theirs).exclude(status__in=ENDED)
    return [
        OpenWork(_("Open tasks"), found.count(), url),
        OpenWork(_("Recurring tasks"), Series.objects.running().filter(theirs).count(), url),
    ]


def hand_over(old: Unit, new: Unit, actor: User) -> None:
    """Joins the merger's transaction. What is closed keeps the unit that did it."""
    _move_series(old, new)
    moved = Task.objects.exclude(status__in=ENDED)
    locked = moved.filter(Q(lead=old) | Q(unit=old)).select_for_update(of=("self",), no_key=True)
    tasks = list(locked.order_by("pk"))
    given = {task.pk for task in tasks if task.unit_id == old.pk}
    moved.filter(lead=old).update(lead=new)
    moved.filter(unit=old).update(unit=new)
    helps = Cooperator.objects.filter(unit=old, task__in=moved)
    known = Cooperator.objects.filter(unit=new).values("task")
    helps.filter(Q(task__in=known) | Q(task__lead=new)).delete()
    helps.update(unit=new)
    Cooperator.objects.filter(unit=new, task__lead=new, task__in=tasks).delete()
    known_as = {"from": old.pk, "to": new.pk, "unit_name": new.name}
    led = [task.pk for task in tasks if task.lead_id == old.pk]
    first = {task_id: len(led) for task_id in led[:1]}  # tells of all of them
    told = [
        (task, new, {**known_as, "gives": task.pk in given, "led": first.get(task.pk, 0)})
        for task in tasks
    ]
    record_each(told, "task.handed_over", actor=actor)


def _move_series(old: Unit, new: Unit) -> None:
    """Before the tasks: who makes the next one at this moment is waited for."""
    running = Series.objects.running()
    locked = running.filter(Q(lead=old) | Q(unit=old)).select_for_update(of=("self",), no_key=True)
    list(locked.order_by("pk"))
    running.filter(lead=old).update(lead=new)
    running.filter(unit=old).update(unit=new)
    helps = SeriesHelper.objects.filter(unit=old, series__in=running)
    known = SeriesHelper.objects.filter(unit=new).values("series")
    helps.filter(Q(series__in=known) | Q(series__lead=new)).delete()
    helps.update(unit=new)
    SeriesHelper.objects.filter(unit=new, series__lead=new, series__in=running).delete()
