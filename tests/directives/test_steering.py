"""No time is won by suspending, reopening or giving again, and parts live with their whole."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError
from directives.consumers import tell_due_moved
from directives.models import Cooperator, DueDate, Task
from directives.queries.detail import TaskPage
from directives.services import giving, handling, judging, steering, successions
from notifications.models import Notification
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


def _tree(office):
    """A task, a part of it, and a part of that part, all accepted."""
    town, whole = office.town, accepted(office)
    below = wish(office, lead_id=town.division.pk, due_on=TODAY() + 30 * DAY)
    (part,) = giving.pass_on(whole.pk, [below], actor=town.leader)
    handling.accept(part.pk, actor=town.head)
    (leaf,) = giving.pass_on(part.pk, [below], actor=town.head)
    return whole, part, handling.accept(leaf.pk, actor=town.head)


def _now(*tasks):
    """Their statuses now."""
    found = Task.objects.in_bulk([task.pk for task in tasks])
    return [str(found[task.pk].status) for task in tasks]


def test_a_tree_of_parts_stops_and_goes_on_as_one(office):
    town, tree = office.town, _tree(office)
    whole, part, _leaf = tree
    steering.suspend(whole.pk, actor=office.chairman, reason="Chờ")
    assert _now(*tree) == ["suspended"] * 3
    with pytest.raises(DomainError, match="do not go on"):
        steering.resume(part.pk, actor=town.leader, due_on=part.due_on)
    cut = TODAY() + 20 * DAY
    steering.resume(whole.pk, actor=office.chairman, due_on=cut)
    assert _now(*tree) == ["in_work"] * 3
    assert set(Task.objects.values_list("due_on", flat=True)) == {cut}
    steering.suspend(part.pk, actor=town.leader, reason="Chờ")
    steering.suspend(whole.pk, actor=office.chairman, reason="Chờ")
    steering.resume(whole.pk, actor=office.chairman, due_on=cut)
    assert _now(*tree) == ["in_work", "suspended", "suspended"]  # that was the agency's own word
    with pytest.raises(DomainError, match="Parts"):
        report(whole.pk, town.officer)
    steering.withdraw(whole.pk, actor=office.chairman, reason="Không cần nữa")
    assert _now(*tree) == ["withdrawn"] * 3


def test_a_part_does_not_go_on_under_a_whole_that_does_not(office):
    """Its result is confirmed still."""
    town = office.town
    for stop in (steering.suspend, steering.withdraw):
        whole = accepted(office)
        (part,) = giving.pass_on(
            whole.pk, [wish(office, lead_id=town.division.pk)], actor=town.leader
        )
        handling.accept(part.pk, actor=town.head)
        report(part.pk, town.head)
        stop(whole.pk, actor=office.chairman, reason="Chờ")
        with pytest.raises(DomainError, match="parts do not go on"):
            judging.send_back(part.pk, actor=town.leader, words="Thiếu số liệu")
        assert judging.confirm(part.pk, actor=town.leader).status == "closed"


def test_who_has_a_part_hears_that_the_whole_moves_its_day(office):
    town, whole = office.town, accepted(office)
    (part,) = giving.pass_on(whole.pk, [wish(office, lead_id=town.division.pk)], actor=town.leader)
    handling.accept(part.pk, actor=town.head, person_id=town.officer.pk)
    steering.suspend(part.pk, actor=town.leader, reason="Chờ số liệu")
    steering.suspend(whole.pk, actor=office.chairman, reason="Chờ Trung ương")
    steering.resume(whole.pk, actor=office.chairman, due_on=TODAY() + DAY)
    Notification.objects.all().delete()
    tell_due_moved(OutboxEvent.objects.get(action="task.due_moved"))
    told = Notification.objects.order_by("pk")
    assert {each.user for each in told} == {town.officer, town.leader}
    assert f"{part.due_on:%d/%m/%Y}" in told[0].text
    assert f"{TODAY() + DAY:%d/%m/%Y}" in told[0].text
    shown = TaskPage(Task.objects.get(pk=part.pk), town.leader).context()["events"]
    assert f"{part.due_on:%d/%m/%Y} → {TODAY() + DAY:%d/%m/%Y}" in shown[0]["detail"]


def test_a_page_of_parts_that_is_sent_twice_gives_them_once(office):
    town, whole = office.town, accepted(office)
    parts = [wish(office, lead_id=pk) for pk in (town.division.pk, town.second_division.pk)]
    page = {"actor": town.leader, "form_token": "p" * 32}
    assert len(giving.pass_on(whole.pk, parts, **page)) == 2
    with pytest.raises(AlreadyDone):
        giving.pass_on(whole.pk, parts, **page)
    giving.pass_on(whole.pk, parts[:1], actor=town.leader, form_token="q" * 32)
    assert Task.objects.filter(parent=whole).count() == 3


def test_what_a_merged_unit_closed_is_not_reopened_into_a_dead_end(office):
    town, done = office.town, reported(office)
    judging.confirm(done.pk, actor=office.follower)
    helped = given(office, cooperate=(town.other_agency.pk,))
    successions.hand_over(town.agency, town.other_agency, office.chairman)
    assert not Cooperator.objects.filter(task=helped).exists()  # it leads that one now
    town.agency.valid_to = TODAY() - DAY
    town.agency.save(update_fields=["valid_to"])
    with pytest.raises(DomainError, match="successor"):
        steering.reopen(done.pk, actor=office.chairman, reason="Sai", due_on=done.due_on)
