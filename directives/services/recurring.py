"""Tasks that come again: the next one is made when its time has come, until somebody stops it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, record_each
from common.errors import AlreadyDone, DomainError
from directives.models import Cooperator, DueDate, Series, SeriesHelper, Task
from directives.rules import occurrence
from directives.services.ground import GIVES, facts, ladder, require_giving
from directives.states import DueKind
from organizations import posts
from organizations.calendars import calendar_for
from organizations.models import Unit, User

AT_ONCE = 200  # series in a transaction
STOPPED = ("stopped_at", "stopped_by", "stop_reason")
COUNTED = ("number", "last_on", "next_on")


@transaction.atomic
def make_due(now: dt.datetime | None = None) -> int:
    """Give the next task of each series that waits for it. Returns how many series moved on; to be
    asked again until there are none.

    The next one is given once the day of the one before is over, and at most so many days before
    its own (a setting). Days that went by while nothing ran are passed over: nobody could meet
    them. One whose lead or giving unit is no more, or whose giver gives nothing there any more,
    is stopped. A second run finds nothing, and a day is given once whatever happens to the
    calendar.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    until = today + dt.timedelta(days=ladder(today).task_series_days)
    waiting = Series.objects.running().filter(next_on__lte=until, last_on__lt=today)
    locked = waiting.select_for_update(of=("self",), no_key=True, skip_locked=True)
    related = locked.select_related("directive", "unit", "lead", "giver")
    found = list(related.order_by("pk")[:AT_ONCE])
    ended = {each: why for each in found if (why := _why_ended(each))}
    for each, why in ended.items():
        _stop(each, now, None, why)
    kept = [each for each in found if each not in ended]
    made = [task for series in kept if (task := _next(series, now, until)) is not None]
    Series.objects.bulk_update(kept, COUNTED)
    _give(made, now)
    return len(found)


@transaction.atomic
def stop(series_id: int, *, actor: User, reason: str) -> Series:
    """No further task is made; those that were given stay. Raises AlreadyDone when it has ended."""
    series: Series = (
        Series.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "lead")
        .get(pk=series_id)
    )
    right = require_giving(series, actor)
    if not series.is_running:
        raise AlreadyDone
    if not reason.strip():
        raise DomainError(_("Say why."))
    _stop(series, timezone.now(), actor, reason, right.on_behalf_of)
    return series


def locked_of(task_id: int) -> Series | None:
    """The running series of the task, locked: before the task, as a merger does."""
    running = Series.objects.running().select_for_update(of=("self",), no_key=True)
    found: Series | None = running.filter(tasks=task_id).first()
    return found


def move(series: Series, lead: Unit) -> None:
    """From now on it is given to that unit, which helps itself no more."""
    series.lead = lead
    series.save(update_fields=["lead"])
    SeriesHelper.objects.filter(series=series, unit=lead).delete()


def begin(tasks: Sequence[tuple[Task, Sequence[int]]], every: str, ends_on: dt.date | None) -> None:
    """A series for each of these tasks that are not saved yet, with the units that help; the task
    becomes the first of it, and is due on a working day. Joins the caller's transaction."""
    made = [_series(task, every, ends_on) for task, _helpers in tasks]
    Series.objects.bulk_create(made)
    SeriesHelper.objects.bulk_create(
        SeriesHelper(series=series, unit_id=unit_id)
        for series, (_task, helpers) in zip(made, tasks, strict=True)
        for unit_id in dict.fromkeys(helpers)
    )
    for series, (task, _helpers) in zip(made, tasks, strict=True):
        task.series, task.series_on = series, series.first_on
        task.due_on = working_day(series.first_on)


def working_day(day: dt.date) -> dt.date:
    """The day, or the next working day when it is none."""
    calendar = calendar_for()
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def _series(task: Task, every: str, ends_on: dt.date | None) -> Series:
    assert task.due_on is not None  # who gives it has made sure
    following = occurrence(task.due_on, every, 1)
    return Series(
        directive=task.directive, unit=task.unit, giver_id=task.giver_id,
        leader_id=task.leader_id, follower_id=task.follower_id, lead=task.lead,
        content=task.content, product=task.product, field=task.field, urgency=task.urgency,
        every=every, first_on=task.due_on, last_on=task.due_on, ends_on=ends_on,
        next_on=_within(following, ends_on),
    )  # fmt: skip


def _why_ended(series: Series) -> str:
    """Why nobody can be given the next one, or nobody gives it; empty while it goes on."""
    for unit in (series.lead, series.unit):
        if not unit.is_open:
            return _("%s exists no more.") % unit.name
    if posts.right_at(series.giver, GIVES, series.unit_id) is None:
        known = {"person": series.giver.full_name, "unit": series.unit.name}
        return _("%(person)s gives no tasks in %(unit)s any more.") % known
    return ""


def _within(day: dt.date, ends_on: dt.date | None) -> dt.date | None:
    return None if ends_on is not None and day > ends_on else day


def _next(series: Series, now: dt.datetime, until: dt.date) -> Task | None:
    """Move on to the first day that can still be met; its task, unless that is too far ahead or
    beyond the end. In memory."""
    today = timezone.localdate(now)
    while series.next_on is not None and working_day(series.next_on) < today:
        _count(series)
    day = series.next_on
    if day is None or day > until:
        return None
    _count(series)
    task = Task(
        directive=series.directive, unit=series.unit, giver_id=series.giver_id,
        leader_id=series.leader_id, follower_id=series.follower_id, lead=series.lead,
        content=series.content, product=series.product, field=series.field,
        urgency=series.urgency, given_at=now, given_on=today, due_on=working_day(day),
        series=series, series_on=day, is_sample=series.is_sample,
    )  # fmt: skip
    task.index_words(series.directive)
    return task


def _count(series: Series) -> None:
    assert series.next_on is not None
    series.number, series.last_on = series.number + 1, series.next_on
    following = occurrence(series.first_on, series.every, series.number + 1)
    series.next_on = _within(following, series.ends_on)


def _give(tasks: list[Task], now: dt.datetime) -> None:
    """Write the tasks with who helps and their day, and tell of each, as if they were given."""
    Task.objects.bulk_create(tasks)
    of_series = {task.series_id: task for task in tasks}
    helpers = SeriesHelper.objects.filter(series__in=of_series).order_by("pk")
    Cooperator.objects.bulk_create(
        Cooperator(task=of_series[each.series_id], unit_id=each.unit_id) for each in helpers
    )
    DueDate.objects.bulk_create(
        DueDate(
            task=each, kind=DueKind.GIVEN, due_on=each.due_on, from_on=each.given_on, at=now,
            by_id=each.giver_id,
        )
        for each in tasks
    )  # fmt: skip
    told = [(task, task.unit, facts(task, None)) for task in tasks]
    record_each(told, "task.given", actor=None)


def _stop(
    series: Series, at: dt.datetime, actor: User | None, reason: str, on_behalf_of: str = ""
) -> None:
    series.stopped_at, series.stopped_by = at, actor
    series.stop_reason = reason.strip()[:1000]
    series.save(update_fields=STOPPED)
    told = {"by": actor.pk if actor else None, "reason": series.stop_reason[:500]}
    record(
        series, "series.stopped", actor=actor, unit=series.unit, on_behalf_of=on_behalf_of,
        data=told,
    )  # fmt: skip
