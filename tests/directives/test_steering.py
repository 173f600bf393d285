"""No time is won by suspending, reopening or giving again, and parts live with their whole."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import DomainError
from directives.models import DueDate, Task
from directives.services import giving, handling, judging, steering
from organizations.calendars import calendar_for
from tests.directives.office import DAY, LATER, TODAY, accepted, given, report, reported, wish
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")
LONG_AGO = dt.timedelta(days=21)


def suspended_long_ago(office, **changes):
    task = accepted(office, **changes)
    steering.suspend(task.pk, actor=office.follower, reason="Chờ Trung ương")
    AuditEntry.objects.create(
        action="task.suspended", subject_type="directives.task", subject_id=str(task.pk),
        at=timezone.now() - LONG_AGO,
    )  # fmt: skip
    return task


def test_who_is_not_the_giver_gives_back_only_the_days_of_the_suspension(office):
    task = suspended_long_ago(office)
    calendar, start = calendar_for(), TODAY() - LONG_AGO
    lost = calendar.working_days_between(start, TODAY())
    last = calendar.add_working_days(task.due_on, lost)
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    for actor in (office.follower, deputy):
        with pytest.raises(DomainError, match="more time"):
            steering.resume(task.pk, actor=actor, due_on=last + DAY)
    steering.resume(task.pk, actor=office.follower, due_on=last)
    moved = DueDate.objects.get(task=task, kind="moved")
    assert (moved.due_on, moved.from_on) == (last, start)  # nobody was late meanwhile
    other = suspended_long_ago(office)
    far = steering.resume(other.pk, actor=office.chairman, due_on=last + LATER)
    assert far.due_on == last + LATER


def test_more_time_by_reopening_or_giving_again_is_the_givers_word_alone(office):
    town, done, back = office.town, reported(office), given(office)
    judging.confirm(done.pk, actor=office.follower)
    handling.return_wrong(back.pk, actor=town.leader, reason="Không đúng thẩm quyền")
    later = done.due_on + DAY
    again = {"lead_id": town.other_agency.pk, "actor": office.follower}
    with pytest.raises(DomainError, match="more time"):
        steering.reopen(done.pk, actor=office.follower, reason="Số liệu sai", due_on=later)
    with pytest.raises(DomainError, match="more time"):
        steering.give_again(back.pk, **again, due_on=later)
    with pytest.raises(DomainError, match="Set the day"):  # the deadline does not vanish
        steering.give_again(back.pk, **again)
    steering.reopen(done.pk, actor=office.follower, reason="Số liệu sai", due_on=done.due_on)
    assert steering.give_again(back.pk, **again, due_on=back.due_on).due_on == back.due_on
    handling.return_wrong(back.pk, actor=town.outsider, reason="Không đúng thẩm quyền")
    by_giver = again | {"actor": office.chairman, "lead_id": town.agency.pk}
    assert steering.give_again(back.pk, **by_giver, due_on=later).due_on == later


def test_a_part_of_an_overdue_task_goes_on_until_today(office):
    town, whole = office.town, accepted(office, given_on=TODAY() - 30 * DAY)
    part_of_it = wish(office, lead_id=town.division.pk, due_on=TODAY())
    (part,) = giving.pass_on(whole.pk, [part_of_it], actor=town.leader)
    Task.objects.filter(pk=whole.pk).update(due_on=TODAY() - 3 * DAY)
    handling.accept(part.pk, actor=town.head)
    report(part.pk, town.head)
    judging.confirm(part.pk, actor=town.leader)
    with pytest.raises(DomainError, match="overdue"):
        steering.reopen(part.pk, actor=town.leader, reason="Thiếu", due_on=TODAY() + DAY)
    steering.reopen(part.pk, actor=town.leader, reason="Thiếu", due_on=TODAY())
    assert giving.pass_on(whole.pk, [part_of_it], actor=town.leader)
