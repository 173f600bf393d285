"""Clerks who number and issue at once: 1 to n, none twice, none missing, each issued once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from documents.issuing import Stage
from documents.models import Incoming, Outgoing
from documents.models.outgoing import OutgoingQuerySet
from documents.services import approving, issuing
from tenancy.scope import tenant_scope
from tests.documents.drafts import brought_to, other_registry, sign
from tests.documents.test_races import Failed, end_session
from tests.onestop.racing import at_once

CLERKS = 9


def signed(province, town, count):
    with tenant_scope(province):
        return [brought_to(Stage.SIGNED, town).pk for _number in range(count)]


def numbers():
    found = Outgoing.objects.registered().order_by("number")
    return list(found.values_list("number", flat=True))


def test_clerks_who_number_at_once_and_fail_leave_no_gap(stage, monkeypatch):
    province, town = stage
    papers, record, failing = signed(province, town, CLERKS), issuing.record, threading.local()

    def failing_record(*args, **more):
        if getattr(failing, "now", False):
            raise Failed
        return record(*args, **more)

    monkeypatch.setattr(issuing, "record", failing_record)

    def act(number):
        failing.now = number % 3 == 0
        return issuing.number(papers[number], actor=town.records_clerk)

    race = at_once(province, act, CLERKS)
    assert {type(fault) for fault in race.faults} == {Failed}
    assert not race.refused
    with tenant_scope(province):
        assert numbers() == list(range(1, CLERKS - CLERKS // 3 + 1))


def test_without_the_counter_two_would_get_one_number(stage, monkeypatch):
    """The control: the highest number plus one, read by both before either writes."""
    province, town = stage
    papers, meeting = signed(province, town, 2), threading.Barrier(2)

    def highest_plus_one(*_args):
        number = Outgoing.objects.registered().count() + 1
        meeting.wait(timeout=60)
        return number

    monkeypatch.setattr(issuing, "next_number", highest_plus_one)
    race = at_once(province, lambda n: issuing.number(papers[n], actor=town.records_clerk), 2)
    assert len(race.won) == 1
    assert "outgoing_number_once" in str(race.faults[0]) or "reference_once" in str(race.faults[0])


def test_the_number_of_a_clerk_who_was_cut_off_goes_to_the_next(stage, monkeypatch):
    province, town = stage
    papers, record = signed(province, town, 2), issuing.record

    def cut_off(*args, **more):
        monkeypatch.setattr(issuing, "record", record)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        killer = threading.Thread(target=end_session, args=(pid,))
        killer.start()
        killer.join()
        return record(*args, **more)

    monkeypatch.setattr(issuing, "record", cut_off)
    first = at_once(province, lambda n: issuing.number(papers[0], actor=town.records_clerk), 1)
    assert len(first.faults) == 1
    second = at_once(province, lambda n: issuing.number(papers[1], actor=town.records_clerk), 1)
    assert second.won[0].number == 1


@pytest.mark.parametrize("locked", [True, False])
def test_issued_by_two_at_once_it_reaches_each_receiver_once(stage, monkeypatch, locked):
    """Without the lock (the control) the receiver's register refuses the second."""
    province, town = stage
    with tenant_scope(province):
        pk = brought_to(Stage.SEALED, town).pk
    if not locked:
        monkeypatch.setattr(OutgoingQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    race = at_once(
        province, lambda n: issuing.issue(pk, actor=town.records_clerk), 2, is_control=not locked
    )
    assert len(race.won) == 1
    if not locked:
        assert "incoming_delivered_once" in str(race.faults[0])
    with tenant_scope(province):
        assert Incoming.objects.filter(registry=other_registry(town)).count() == 1


def test_signed_while_it_is_sent_back_one_of_both_is_refused(stage):
    province, town = stage
    with tenant_scope(province):
        pk = brought_to(Stage.SIGNING, town).pk
    acts = [
        lambda: sign(pk, town.leader),
        lambda: approving.send_back(pk, actor=town.records_clerk, reason="Sửa"),
    ]
    race = at_once(province, lambda n: acts[n](), 2)
    assert not race.faults
    with tenant_scope(province):
        outgoing = Outgoing.objects.get(pk=pk)
    # signed first it may still be sent back; sent back first it takes no signature
    assert outgoing.stage == Stage.DRAFT or (outgoing.stage, len(race.won)) == (Stage.SIGNED, 1)
    assert outgoing.signed_at is None or outgoing.stage == Stage.SIGNED
