"""Many clerks number at once, some fail and some are killed: 1 to n, none twice, none missing."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from documents.models import Assignment, Incoming
from documents.models.incoming import IncomingQuerySet
from documents.models.registries import RegistryQuerySet
from documents.services import directing, handling, receiving
from documents.services.receiving import DuplicateError
from documents.states import Part, Status
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, given
from tests.documents.test_arrivals import issued
from tests.onestop.racing import at_once
from tests.people import make_person

CLERKS = 12


class Failed(Exception):
    """A clerk's act that fails after its number was given."""


def numbers() -> list[int]:
    return list(Incoming.objects.order_by("number").values_list("number", flat=True))


def test_clerks_who_number_at_once_and_fail_leave_no_gap(stage, monkeypatch):
    province, town = stage
    record, failing = receiving.record, threading.local()

    def failing_record(*args, **more):
        if getattr(failing, "now", False):
            raise Failed
        return record(*args, **more)

    monkeypatch.setattr(receiving, "record", failing_record)

    def act(number):
        failing.now = number % 3 == 0
        return entered(town, reference=f"{number + 1}/BC-UBND")

    race = at_once(province, act, CLERKS)
    assert {type(fault) for fault in race.faults} == {Failed}
    assert not race.refused
    with tenant_scope(province):
        assert numbers() == list(range(1, CLERKS - CLERKS // 3 + 1))


def test_without_the_counter_two_would_get_one_number(stage, monkeypatch):
    """The control: the same race with the highest number plus one, read before anybody writes."""
    province, town = stage
    meeting = threading.Barrier(2)

    def highest_plus_one(*_args):
        number = Incoming.objects.count() + 1
        meeting.wait(timeout=60)
        return number

    monkeypatch.setattr(RegistryQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    monkeypatch.setattr(receiving, "next_number", highest_plus_one)
    race = at_once(province, lambda number: entered(town, reference=f"{number}/X"), 2)
    assert len(race.won) == 1
    assert "incoming_number_once" in str(race.faults[0])


def test_the_same_letter_entered_by_two_at_once_is_asked_about(stage):
    province, town = stage
    race = at_once(province, lambda number: entered(town), 2)
    assert len(race.won) == 1
    assert [type(each) for each in race.refused] == [DuplicateError]


@pytest.mark.parametrize("locked", [True, False])
def test_a_form_sent_twice_at_once_makes_one_document(stage, monkeypatch, locked):
    """Without the lock of the registry (the control) the database refuses the second."""
    province, town = stage
    if not locked:
        meeting, seen = threading.Barrier(2), receiving.like

        def both_look(incoming):
            found = seen(incoming)
            meeting.wait(timeout=60)
            return found

        monkeypatch.setattr(RegistryQuerySet, "lock", lambda self, pk: self.get(pk=pk))
        monkeypatch.setattr(receiving, "like", both_look)
    race = at_once(province, lambda number: entered(town, form_token="a" * 32), 2)
    if locked:
        assert len({made.pk for made in race.won}) == 1
        assert len(race.won) == 2
    else:
        assert "incoming_submitted_once" in str(race.faults[0])


def test_the_number_of_a_clerk_who_was_cut_off_goes_to_the_next(stage, monkeypatch):
    province, town = stage
    record = receiving.record

    def cut_off(*args, **more):
        monkeypatch.setattr(receiving, "record", record)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        killer = threading.Thread(target=end_session, args=(pid,))
        killer.start()
        killer.join()
        return record(*args, **more)

    monkeypatch.setattr(receiving, "record", cut_off)
    first = at_once(province, lambda number: entered(town), 1)
    assert len(first.faults) == 1
    assert not first.won
    second = at_once(province, lambda number: entered(town), 1)
    assert second.won[0].number == 1


def end_session(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()


def test_of_many_who_take_it_up_one_has_it(stage):
    province, town = stage
    with tenant_scope(province):
        assignment = given(directed(town))
        people = [make_person("official", town.division) for _ in range(6)]
    race = at_once(province, lambda n: handling.take_up(assignment.pk, actor=people[n]), 6)
    assert len(race.won) == 1
    assert len(race.refused) == 5
    assert not race.faults
    with tenant_scope(province):
        assert Assignment.objects.get(pk=assignment.pk).person == race.won[0].person


def test_two_leaders_at_once_leave_one_lead(stage):
    province, town = stage
    units = [town.division, town.second_division]
    with tenant_scope(province):
        incoming = entered(town)
    race = at_once(
        province,
        lambda n: directing.direct(
            incoming.pk, actor=town.leader, opinion="Xử lý",
            receivers=[directing.Receiver(Part.LEAD, units[n].pk)],
        ),
        2,
    )  # fmt: skip
    assert len(race.won) == 2
    with tenant_scope(province):
        assert given(incoming).unit in units  # the later one replaced the earlier one


@pytest.mark.parametrize("locked", [True, False])
def test_passed_on_while_it_is_finished_one_of_both_is_refused(stage, monkeypatch, locked):
    """Without the lock of the document (the control) both pass the check, and both win."""
    province, town = stage
    with tenant_scope(province):
        assignment = given(directed(town))
    if not locked:
        meeting = threading.Barrier(2)
        read = directing.lock_open

        def both_read(pk):
            found = read(pk)
            meeting.wait(timeout=60)
            return found

        monkeypatch.setattr(IncomingQuerySet, "lock", lambda self, pk: self.get(pk=pk))
        monkeypatch.setattr(directing, "lock_open", both_read)
        monkeypatch.setattr(handling, "lock_open", both_read)
    acts = [
        lambda: directing.pass_on(assignment.pk, actor=town.head, person_id=town.officer.pk),
        lambda: handling.finish(assignment.pk, actor=town.head, words="Xong"),
    ]
    race = at_once(province, lambda n: acts[n](), 2)
    assert not race.faults
    if locked:
        with tenant_scope(province):
            assert Assignment.objects.get(pk=assignment.pk).ended_at is not None
            assert len(race.won) == 2 or len(race.refused) == 1
    else:
        assert len(race.won) == 2


@pytest.mark.parametrize("locked", [True, False])
def test_registered_by_two_at_once_it_has_one_number(stage, monkeypatch, locked):
    """Without the locks (the control) both number it, and one number is lost."""
    province, town = stage
    with tenant_scope(province):
        post = issued(town)
    if not locked:
        monkeypatch.setattr(RegistryQuerySet, "lock", lambda self, pk: self.get(pk=pk))
        monkeypatch.setattr(IncomingQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    race = at_once(province, lambda _number: post.register(), 2, is_control=not locked)
    assert not race.faults
    assert len(race.won) == (1 if locked else 2)
    with tenant_scope(province):
        assert post.incoming.number == len(race.won)


def test_registered_while_it_is_recalled_it_is_either_back_or_asked_for(stage):
    province, town = stage
    with tenant_scope(province):
        posts = [issued(town) for _number in range(4)]
    acts = [act for post in posts for act in (post.register, post.register, post.recall)]
    race = at_once(province, lambda number: acts[number](), len(acts))
    assert not race.faults
    with tenant_scope(province):
        for incoming in Incoming.objects.all():
            came_first = incoming.status == Status.REGISTERED
            assert incoming.is_recall_open == came_first
            assert (incoming.number is not None) == came_first
            assert came_first or incoming.status == Status.RECALLED
        given = Incoming.objects.registered().order_by("number")
        assert list(given.values_list("number", flat=True)) == list(range(1, given.count() + 1))
