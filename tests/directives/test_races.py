"""Two at once: one wins, the other is told; and what is lost without the lock."""

import threading
from unittest import mock

import pytest
from django.db import IntegrityError, connection

from common.errors import DomainError
from directives.models import DueDate, Extension, Result, Task
from directives.models.tasks import TaskQuerySet
from directives.services import (
    adjusting,
    extending,
    giving,
    handling,
    judging,
    steering,
    urging,
)
from directives.states import Status
from organizations.models import UnitSuccession
from organizations.models.units import UnitQuerySet
from organizations.services import mergers
from organizations.services.mergers import merge_unit
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted, given, report, reported, source, wish
from tests.onestop.racing import PATIENCE, at_once


def without_the_lock():
    return mock.patch.object(TaskQuerySet, "lock", lambda self, pk: self.get(pk=pk))


def without_units_held():
    return mock.patch.object(UnitQuerySet, "hold", return_value=None)


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


def pairs_of_acts(office):
    """Of each pair one act is in time, whichever it is, and the other is refused."""
    town, boss, day = office.town, office.chairman, TODAY() + DAY
    new, working, whole, later, urged, slow, done = (
        given(office), *(accepted(office) for _number in range(5)), reported(office)
    )  # fmt: skip
    asked = urging.urge(urged.pk, actor=boss, words="Vì sao chậm", answer_until=day)
    until, part = later.due_on + DAY, wish(office, lead_id=town.division.pk, due_on=day)
    to_urge = {"actor": boss, "words": "Khẩn trương", "answer_until": day}
    return {
        "accepted, returned": (
            lambda: handling.accept(new.pk, actor=town.leader),
            lambda: handling.return_wrong(new.pk, actor=town.leader, reason="Không đúng"),
        ),
        "reported, withdrawn": (
            lambda: report(working.pk, town.leader),
            lambda: steering.withdraw(working.pk, actor=boss, reason="Không cần nữa"),
        ),
        "reported, a part given": (
            lambda: report(whole.pk, town.leader),
            lambda: giving.pass_on(whole.pk, [part], actor=town.leader),
        ),
        "confirmed, sent back": (
            lambda: judging.confirm(done.pk, actor=boss),
            lambda: judging.send_back(done.pk, actor=office.follower, words="Chưa đạt"),
        ),
        "more time asked twice": (
            lambda: extending.ask(later.pk, actor=town.leader, wanted_on=until, reason="Khó"),
            lambda: extending.ask(later.pk, actor=town.officer, wanted_on=until, reason="Khó"),
        ),
        "answered twice": (
            lambda: urging.answer(asked.pk, actor=town.leader, words="Đang trình"),
            lambda: urging.answer(asked.pk, actor=town.officer, words="Sắp xong"),
        ),
        "urged twice": (lambda: urging.urge(slow.pk, **to_urge),) * 2,
    }


def test_of_two_acts_at_once_one_is_refused(stage):
    province, office = stage
    with tenant_scope(province):
        pairs = pairs_of_acts(office)
        whole, page = accepted(office), {"actor": office.town.leader, "form_token": "p" * 32}
        part = wish(office, lead_id=office.town.division.pk, due_on=TODAY() + DAY)
        done, boss = reported(office), office.chairman
    pairs["parts sent twice"] = (lambda: giving.pass_on(whole.pk, [part], **page),) * 2
    pairs["confirmed, withdrawn"] = (  # what is reported is judged, never withdrawn
        lambda: judging.confirm(done.pk, actor=boss),
        lambda: steering.withdraw(done.pk, actor=boss, reason="Không cần nữa"),
    )
    for name, acts in pairs.items():
        race = at_once(province, lambda number, acts=acts: acts[number](), 2)
        assert (len(race.won), len(race.refused), race.faults) == (1, 1, []), name


def test_without_the_lock_both_would_have_been_told_that_it_is_done(stage):
    """But where a constraint of the table refuses the second: then with a fault, not a sentence."""
    province, office = stage
    with tenant_scope(province):
        pairs = pairs_of_acts(office)
    for name, acts in pairs.items():
        with without_the_lock():
            race = at_once(province, lambda number, acts=acts: acts[number](), 2, is_control=True)
        assert race.refused == [], name
        assert len(race.won) + len(race.faults) == 2, name
        assert all(isinstance(fault, IntegrityError) for fault in race.faults), race.faults


def merge_agency(office):
    town = office.town
    return merge_unit(
        town.agency.pk, town.other_agency.pk, actor=town.superuser, on=TODAY() - DAY,
        reason="Sắp xếp lại",
    )  # fmt: skip


def given_while(province, office, act):
    """A task is given to an agency, and somebody else does that in the very middle of it."""
    tried, known = [], giving.open_units

    def impatient(_number):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10ms'")  # of this thread: nobody lets go meanwhile
        return act()

    def in_the_middle(ids, root):
        found = known(ids, root)
        if not tried:
            tried.append(None)
            tried[0] = at_once(province, impatient, 1)
        return found

    with mock.patch.object(giving, "open_units", in_the_middle), tenant_scope(province):
        task = given(office)
    return task, tried[0]


def test_a_unit_is_merged_away_before_or_after_it_is_given_a_task(stage):
    province, office = stage
    task, race = given_while(province, office, lambda: merge_agency(office))
    assert (len(race.won), len(race.refused)) == (0, 1)
    with tenant_scope(province):
        merge_agency(office)
        assert Task.objects.get(pk=task.pk).lead_id == office.town.other_agency.pk


def test_without_the_lock_the_task_would_stay_where_nobody_is_any_more(stage):
    province, office = stage
    with without_units_held():
        task, race = given_while(province, office, lambda: merge_agency(office))
    assert (len(race.won), race.faults) == (1, [])
    with tenant_scope(province):
        assert not Task.objects.get(pk=task.pk).lead.is_open


def test_two_who_give_to_the_same_agency_do_not_wait_for_each_other(stage):
    province, office = stage
    _task, race = given_while(province, office, lambda: given(office, reference="08/CT-UBND"))
    assert (len(race.won), race.refused, race.faults) == (1, [], [])


def acts_on_units(office):
    """What else gives work to units: each on a task of its own."""
    town, boss = office.town, office.chairman
    whole, helped, wrong = accepted(office), given(office), given(office)
    handling.return_wrong(wrong.pk, actor=town.leader, reason="Không đúng")
    part = wish(office, lead_id=town.division.pk, due_on=TODAY() + DAY)
    hands = {"leader_id": None, "follower_id": None, "cooperate": [town.other_agency.pk]}
    to = {"lead_id": town.other_agency.pk, "due_on": wrong.due_on}
    return [
        lambda: giving.pass_on(whole.pk, [part], actor=town.leader),
        lambda: adjusting.adjust(helped.pk, actor=boss, **hands),
        lambda: steering.give_again(wrong.pk, actor=boss, **to),
    ]


@pytest.mark.parametrize("which", range(3))
def test_a_merger_and_who_gives_work_never_wait_for_each_other(stage, which):
    """He has not locked his task when he waits for the units that the merger has."""
    province, office = stage
    with tenant_scope(province):
        act = acts_on_units(office)[which]
    has_units, wants_units = threading.Event(), threading.Event()
    hold, hand_over = UnitQuerySet.hold, mergers.hand_over

    def then_hold(units, ids):
        assert has_units.wait(PATIENCE)
        wants_units.set()
        return hold(units, ids)

    def then_hand_over(old, new, actor):
        has_units.set()
        assert wants_units.wait(PATIENCE)
        return hand_over(old, new, actor)

    with (
        mock.patch.object(UnitQuerySet, "hold", then_hold),
        mock.patch.object(mergers, "hand_over", then_hand_over),
    ):
        race = at_once(province, lambda number: act() if number else merge_agency(office), 2)
    assert race.faults == []
    assert any(isinstance(each, UnitSuccession) for each in race.won)
    assert all(isinstance(each, DomainError) for each in race.refused)
