"""Two at once: one wins, the other is told; and what is lost without the lock."""

from unittest import mock

import pytest

from directives.models import DueDate, Extension, Result, Task
from directives.models.tasks import TaskQuerySet
from directives.services import extending, giving, handling, judging
from directives.states import Status
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, accepted, given, report, reported, source, wish
from tests.onestop.racing import at_once


def without_the_lock():
    return mock.patch.object(TaskQuerySet, "lock", lambda self, pk: self.get(pk=pk))


@pytest.fixture
def asked(stage):
    """A wish for more time that waits for the chairman."""
    province, office = stage
    with tenant_scope(province):
        task = accepted(office)
        later = task.due_on + DAY
        wish = extending.ask(task.pk, actor=office.town.officer, wanted_on=later, reason="Khó")
    return province, office, wish


def decide(office, wish):
    def act(number):
        if number % 2:
            return extending.refuse(wish.pk, actor=office.chairman, words="Không")
        return extending.grant(wish.pk, actor=office.chairman)

    return act


def test_a_wish_is_decided_once(asked):
    province, office, wish = asked
    race = at_once(province, decide(office, wish), 6)
    assert (len(race.won), race.faults) == (1, [])
    with tenant_scope(province):
        answer = Extension.objects.get().answer
        granted = DueDate.objects.filter(kind="extended").count()
        assert granted == (1 if answer == "granted" else 0)


def test_without_the_lock_it_would_be_granted_and_refused(asked):
    """The control: both have read before one of them writes."""
    province, office, wish = asked
    with without_the_lock():
        race = at_once(province, decide(office, wish), 2, is_control=True)
    assert (len(race.won), race.faults) == (2, [])


def test_a_task_is_accepted_or_returned_and_never_reported_before(stage):
    province, office = stage
    leader = office.town.leader
    with tenant_scope(province):
        task = given(office)
    acts = [
        lambda: handling.accept(task.pk, actor=leader),
        lambda: handling.return_wrong(task.pk, actor=leader, reason="Không đúng"),
        lambda: report(task.pk, leader),
    ]
    race = at_once(province, lambda number: acts[number](), 3)
    assert race.faults == []
    with tenant_scope(province):
        status = Task.objects.get().status
        results = Result.objects.count()
    if status == Status.RETURNED:
        assert (len(race.won), results) == (1, 0)
    else:  # the report came after the acceptance, or was refused
        assert status in (Status.ACCEPTED, Status.REPORTED)
        assert len(race.won) == 1 + results
        assert results == (status == Status.REPORTED)


def test_without_the_lock_a_task_would_be_returned_twice(stage):
    province, office = stage
    leader = office.town.leader
    with tenant_scope(province):
        task = given(office)

    def return_it(_number):
        return handling.return_wrong(task.pk, actor=leader, reason="Không đúng")

    with without_the_lock():
        race = at_once(province, return_it, 2, is_control=True)
    assert (len(race.won), race.faults) == (2, [])


def test_a_page_sent_twice_at_once_gives_its_tasks_once(stage):
    """Both have looked before one of them writes."""
    province, office = stage
    once = source(office, form_token="a" * 32)
    to_give = {"actor": office.follower, "unit_id": office.root.pk}
    wanted = [wish(office)]
    race = at_once(province, lambda _n: giving.give(once, wanted, **to_give), 2, is_control=True)
    assert (len(race.won), len(race.refused), race.faults) == (1, 1, [])


def test_a_result_is_judged_once(stage):
    province, office = stage
    with tenant_scope(province):
        task = reported(office)
    judges = [
        lambda: judging.confirm(task.pk, actor=office.chairman),
        lambda: judging.send_back(task.pk, actor=office.follower, words="Chưa đạt"),
    ]
    race = at_once(province, lambda number: judges[number % 2](), 4)
    assert (len(race.won), race.faults) == (1, [])
