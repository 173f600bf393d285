"""Who is reminded of a task, when, and once."""

import datetime as dt
from functools import partial
from unittest import mock

import pytest
from django.utils import timezone

from audit.models import OutboxEvent
from common.days import start_of
from directives.consumers_reminders import tell_reminded
from directives.models import Reminder, Task
from directives.queries.lists import late_of_units
from directives.services import handling, reminders
from directives.services.reminders import remind_due
from directives.tasks import remind
from notifications.models import Notification
from organizations.calendars import calendar_for
from tenancy.scope import tenant_scope
from tests.directives.office import accepted, given, reported

in_scope = pytest.mark.usefixtures("scope")
LONG_AGO = timezone.localdate() - dt.timedelta(days=90)


def working_day(number):
    """So many working days from the next one, whichever day it is today."""
    calendar, day = calendar_for(), timezone.localdate()
    day = calendar.add_working_days(day, 1)
    step = dt.timedelta(days=1 if number > 0 else -1)
    while number:
        day += step
        number -= (1 if number > 0 else -1) if calendar.is_working_day(day) else 0
    return day


def run(day):
    return remind_due(start_of(day) + dt.timedelta(hours=8))


def due(task, day):
    Task.objects.filter(pk=task.pk).update(due_on=day)


@in_scope
def test_reminders_come_at_each_step_once_and_daily_when_it_is_late(office):
    task, today = accepted(office), working_day(0)
    due(task, working_day(6))
    told = {n: (run(working_day(n)), run(working_day(n))) for n in range(11)}
    days = [n for n, (first, _again) in told.items() if first]
    assert days == [1, 3, 5, 7, 8, 9, 10]
    assert [told[n][0] for n in days] == [1, 1, 1, 1, 1, 2, 1]  # with those above on the ninth
    assert not any(again for _first, again in told.values())
    assert run(day_off(today)) == 0


def day_off(day):
    while calendar_for().is_working_day(day):
        day += dt.timedelta(days=1)
    return day


@in_scope
def test_a_missed_run_tells_the_nearest_step_alone_and_a_moved_day_begins_anew(office):
    task = accepted(office, given_on=LONG_AGO)
    due(task, working_day(1))
    assert run(working_day(0)) == 1
    assert Reminder.objects.get().step == 1
    due(task, working_day(3))
    assert run(working_day(0)) == 1


@in_scope
def test_the_lead_hears_it_then_those_above_and_nobody_of_what_is_reported(office):
    town, task, waits = (
        office.town,
        accepted(office, given_on=LONG_AGO),
        reported(office, given_on=LONG_AGO),
    )
    due(waits, working_day(-4))
    due(task, working_day(-4))
    run(working_day(0))
    told = {}
    for event in OutboxEvent.objects.filter(action="task.reminded").order_by("pk"):
        Notification.objects.all().delete()
        tell_reminded(event)
        told[event.data["occasion"]] = set(Notification.objects.values_list("user", flat=True))
    above = {town.leader.pk, office.chairman.pk, office.follower.pk}
    assert told == {"late": {town.officer.pk}, "escalated": above}
    Task.objects.filter(pk=task.pk).update(status="withdrawn", reason="Thôi")
    Notification.objects.all().delete()
    tell_reminded(event)
    assert not Notification.objects.exists()


def test_no_task_waits_for_its_reminder_because_there_are_many(stage):
    """In small transactions, until nobody is left."""
    province, office = stage
    with tenant_scope(province):
        tasks = [accepted(office, given_on=LONG_AGO) for _number in range(3)]
        Task.objects.update(due_on=working_day(-4))
        now = start_of(working_day(0)) + dt.timedelta(hours=8)
    with (
        mock.patch.object(reminders, "AT_ONCE", 1),
        mock.patch.object(reminders, "remind_due", partial(remind_due, now)),
    ):
        remind()
    with tenant_scope(province):
        told = Reminder.objects.filter(occasion="late").order_by("task")
        assert [each.task_id for each in told] == [task.pk for task in tasks]


@in_scope
def test_what_a_unit_returned_is_no_longer_late_in_its_hands(office):
    town, task = office.town, given(office, given_on=LONG_AGO)
    due(task, working_day(-4))
    assert run(working_day(0)) == 2
    assert [each.pk for each in late_of_units(town.leader, working_day(0))] == [task.pk]
    handling.return_wrong(task.pk, actor=town.leader, reason="Không đúng thẩm quyền")
    assert run(working_day(1)) == 0
    assert not late_of_units(town.leader, working_day(0)).exists()
    event = OutboxEvent.objects.filter(action="task.reminded").latest("pk")
    tell_reminded(event)
    assert not Notification.objects.exists()
