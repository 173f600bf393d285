"""32 at once, really committed, each in a thread and on a connection of its own.

One wins and 31 read that somebody was faster; numbers have no gap and no double. Every race has
a control: the same race with the lock taken away must break, or it would prove nothing.
"""

import datetime as dt
import random
import threading
from dataclasses import dataclass
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError, TransitionError
from common.locks import is_lock_wait
from onestop.models import Dossier, StatusChange, StepRun
from onestop.services import (
    arrivals,
    assignment,
    corrections,
    intake,
    processing,
    reception,
    waiting,
)
from onestop.services.processing import HandoverFacts
from onestop.services.reception import accept
from onestop.services.steps import NotYours
from papers.models import PrintedForm
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind, facts, make_dossier, the_procedure
from tests.onestop.racing import AT_ONCE, Meeting, Outcome, at_once, be_patient, without_the_lock
from tests.people import Town

TAKEN = HandoverFacts(method="in_person", taken_by="Trần Văn Thử", number="999012345678")


def online(town: Town) -> Dossier:
    return intake.submit(
        facts(the_procedure(town).current_version, town), actor=None, at=timezone.now()
    )


def supplemented(town: Town) -> Dossier:
    dossier = assigned(town)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ"], reason="Thiếu bản vẽ",
        apply_by=timezone.localdate() + dt.timedelta(days=10),
    )  # fmt: skip
    return dossier


@dataclass(frozen=True)
class Race:
    """An act that only one can win: how the dossier is made ready, and what it leaves behind."""

    prepare: object
    act: object
    action: str
    changes: int  # status changes that the winner leaves


RACES = {
    "forward": Race(
        assigned,
        lambda town, pk, step: processing.forward(pk, actor=town.officer, step_id=step),
        "dossier.forwarded", 0,
    ),
    "take_over": Race(
        assigned,
        lambda town, pk, step: assignment.take_over(pk, actor=town.head, step_id=step),
        "dossier.taken_over", 0,
    ),
    "approve": Race(
        lambda town: at_kind(town, "approve"),
        lambda town, pk, step: processing.approve(pk, actor=town.leader, step_id=step),
        "dossier.approved", 0,
    ),
    "hand_over": Race(
        lambda town: at_kind(town, "return"),
        lambda town, pk, step: processing.hand_over(
            pk, actor=town.clerk, facts=TAKEN, step_id=step
        ),
        "dossier.returned", 1,
    ),
    "accept_arrival": Race(
        online,
        lambda town, pk, step: arrivals.accept_arrival(pk, actor=town.clerk),
        "dossier.accepted", 1,
    ),
    "receive_supplement": Race(
        supplemented,
        lambda town, pk, step: waiting.receive_supplement(pk, actor=town.clerk),
        "dossier.supplemented", 1,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Left:
    """What a race may leave: rows about the dossier."""

    audit: int
    outbox: int
    changes: int


def left_of(dossier, action) -> Left:
    about = {"subject_id": str(dossier.pk), "subject_type": "onestop.dossier", "action": action}
    return Left(
        AuditEntry.objects.filter(**about).count(),
        OutboxEvent.objects.filter(**about).count(),
        StatusChange.objects.filter(dossier=dossier).count(),
    )


def run_race(stage, race, count=AT_ONCE, **how):
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=race.prepare(town).pk)
        before = left_of(dossier, race.action)

    def act(_number):
        return race.act(town, dossier.pk, dossier.step_id)

    outcome = at_once(province, act, count, **how)
    with tenant_scope(province):
        after = left_of(dossier, race.action)
    grown = Left(
        after.audit - before.audit, after.outbox - before.outbox, after.changes - before.changes
    )
    return outcome, grown


# bin/test fast: one race that closes a step, one that begins the work, and one control
SOME = {"approve", "accept_arrival"}


def races(fast):
    return [pytest.param(name, marks=() if name in fast else pytest.mark.slow) for name in RACES]


@pytest.mark.parametrize("name", races(SOME))
def test_of_32_at_once_exactly_one_wins(stage, name):
    race = RACES[name]
    outcome, grown = run_race(stage, race)
    assert outcome.faults == []
    assert (len(outcome.won), len(outcome.refused)) == (1, AT_ONCE - 1)
    assert {type(refusal) for refusal in outcome.refused} <= {
        AlreadyDone, TransitionError, DomainError, NotYours, OperationalError,
    }  # fmt: skip
    assert grown == Left(audit=1, outbox=1, changes=race.changes)


@pytest.mark.parametrize("name", races({"approve"}))
def test_control_without_the_lock_more_than_one_wins(stage, name):
    with without_the_lock():
        outcome, grown = run_race(stage, RACES[name], 2, is_control=True)
    assert len(outcome.won) > 1 or outcome.faults, "the race proves nothing"
    assert grown.audit == len(outcome.won)


def void_or_assign(province, town, dossier, count=AT_ONCE, **how):
    def act(number):
        if number % 2:
            return "void", corrections.void(dossier.pk, actor=town.clerk, reason="Nhầm người")
        return "assigned", assignment.assign(
            dossier.pk, actor=town.leader, person_id=town.officer.pk, step_id=dossier.step_id
        )

    return at_once(province, act, count, **how)


def received(province, town):
    """Nobody has closed a step but the reception."""
    with tenant_scope(province):
        return Dossier.objects.get(pk=make_dossier(town).pk)


@pytest.mark.slow
def test_a_dossier_is_voided_or_assigned_and_never_both(stage):
    province, town = stage
    for _ in range(3):
        dossier = received(province, town)
        outcome = void_or_assign(province, town, dossier)
        assert (outcome.faults, len(outcome.won)) == ([], 1)
        ((winner, _row),) = outcome.won
        with tenant_scope(province):
            assert Dossier.objects.get(pk=dossier.pk).is_void == (winner == "void")
            worked_on = StepRun.objects.filter(dossier=dossier, state="closed", order__gt=1)
            assert worked_on.count() == (0 if winner == "void" else 1)


@pytest.mark.slow
def test_control_without_the_lock_several_void_it_or_assign_it(stage):
    province, town = stage
    with without_the_lock():
        outcome = void_or_assign(province, town, received(province, town), 2, is_control=True)
    assert len(outcome.won) > 1 or "deadlock" in str(outcome.refused)


# --- receptions: codes, form numbers, look-up numbers -------------------------------------------


class Undone(DomainError):
    """A reception that ends in a rollback."""


def receive_at_once(province, town, times=3):
    """32 counters, each with three people in the queue; about a third change their minds."""
    procedure = the_procedure_of(province, town)
    kept = []

    def work(number):
        chance = random.Random(number)
        for _ in range(times):
            try:
                with tenant_scope(province):
                    dossier = accept(facts(procedure.current_version, town), actor=town.clerk)
                    if chance.random() < 0.35:
                        raise Undone
                kept.append(dossier.code)
            except Undone:
                pass

    outcome = Outcome()
    threads = [
        threading.Thread(target=alone, args=(work, number, outcome)) for number in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=200)
    return kept, outcome


def alone(work, number, outcome):
    try:
        be_patient()
        work(number)
    except OperationalError as fault:
        (outcome.refused if is_lock_wait(fault) else outcome.faults).append(fault)
    except Exception as fault:
        outcome.faults.append(fault)
    finally:
        connection.close()


def the_procedure_of(province, town):
    with tenant_scope(province):
        make_dossier(town)  # number 1, and the process of the unit is there
        return the_procedure(town)


def numbers_of(province):
    """The last parts of all codes, the numbers of all slips, and the look-up numbers."""
    with tenant_scope(province):
        codes = Dossier.objects.values_list("code", flat=True)
        slips = PrintedForm.objects.filter(form="01").values_list("number", flat=True)
        lookups = list(Dossier.objects.values_list("lookup_number", flat=True))
        return sorted(int(code.rsplit("-", 1)[1]) for code in codes), sorted(slips), lookups


@pytest.mark.slow
def test_32_counters_at_once_leave_no_gap_and_no_double(stage):
    province, town = stage
    kept, outcome = receive_at_once(province, town)
    codes, slips, lookups = numbers_of(province)
    assert outcome.faults == []
    assert len(kept) > AT_ONCE
    assert codes == slips == list(range(1, len(kept) + 2))
    assert len(set(lookups)) == len(lookups)


@pytest.mark.slow
def test_control_numbers_that_are_read_and_written_apart_break(stage):
    province, town = stage

    def unlocked_number(unit_id, series, period):
        return Dossier.objects.filter(competent_unit_id=unit_id).count() + 1

    all_read = Meeting(AT_ONCE).after(unlocked_number)
    with mock.patch.object(reception, "next_number", all_read):
        kept, outcome = receive_at_once(province, town, times=1)
    codes, _slips, _lookups = numbers_of(province)
    assert outcome.faults or codes != list(range(1, len(kept) + 2))


def submit_at_once(stage, token):
    province, town = stage
    procedure = the_procedure_of(province, town)
    page = facts(procedure.current_version, town, form_token=token)
    outcome = at_once(province, lambda _number: accept(page, actor=town.clerk).pk)
    with tenant_scope(province):
        return outcome, Dossier.objects.count() - 1


@pytest.mark.slow
def test_one_page_submitted_32_times_at_once_makes_one_dossier(stage):
    outcome, made = submit_at_once(stage, "a-page-that-was-shown-once")
    assert (outcome.faults, len(outcome.won), made) == ([], 1, 1)
    assert all(isinstance(refusal, AlreadyDone | OperationalError) for refusal in outcome.refused)
    assert any(isinstance(refusal, AlreadyDone) for refusal in outcome.refused)


@pytest.mark.slow
def test_control_without_its_token_the_same_page_makes_many(stage):
    outcome, made = submit_at_once(stage, None)
    assert made == len(outcome.won) > 1
