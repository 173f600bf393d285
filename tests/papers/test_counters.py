"""Numbers 1..n, none twice, none missing, whatever happens at once."""

import random
import threading

import pytest
from django.db import connection, transaction

from organizations.models import Unit
from papers.models import Counter
from papers.services import next_number
from tenancy.scope import NoTenant, tenant_scope
from tests.onestop.racing import AT_ONCE, PATIENCE, Meeting, be_patient


class Undone(Exception):
    pass


def make_unit(code="T.1"):
    unit = Unit.objects.create(kind="counter", code=code, name="Một cửa", path="x")
    Unit.objects.filter(pk=unit.pk).update(path=f"{unit.pk}/")
    return unit


def test_numbers_start_at_one_and_count_up(scope):
    unit = make_unit()
    assert [next_number(unit.pk, "dossier", "2026-03-02") for _ in range(3)] == [1, 2, 3]


def test_each_unit_series_and_period_counts_for_itself(scope):
    first, second = make_unit("T.1"), make_unit("T.2")
    assert next_number(first.pk, "dossier", "2026-03-02") == 1
    assert next_number(second.pk, "dossier", "2026-03-02") == 1
    assert next_number(first.pk, "form:01", "2026-03-02") == 1
    assert next_number(first.pk, "dossier", "2026-03-03") == 1
    assert next_number(first.pk, "dossier", "2026-03-02") == 2


def test_a_rollback_gives_the_number_back(scope):
    unit = make_unit()
    next_number(unit.pk, "dossier", "2026-03-02")
    with transaction.atomic():
        assert next_number(unit.pk, "dossier", "2026-03-02") == 2
        transaction.set_rollback(True)
    assert next_number(unit.pk, "dossier", "2026-03-02") == 2


def test_a_number_outside_a_scope_is_refused(province):
    with pytest.raises(NoTenant):
        next_number(1, "dossier", "2026-03-02")


def test_two_provinces_count_apart(province, other_province):
    for place in (province, other_province):
        with tenant_scope(place):
            assert next_number(make_unit().pk, "dossier", "2026") == 1


def numbers_taken_at_once(province, unit_id, take):
    """32 threads, each five tries; about a third of the transactions are rolled back."""
    kept, faults, start = [], [], threading.Barrier(AT_ONCE)

    def work(seed):
        chance = random.Random(seed)
        try:
            be_patient()
            start.wait(PATIENCE)
            for _ in range(5):
                try:
                    with tenant_scope(province):
                        number = take(unit_id)
                        if chance.random() < 0.35:
                            raise Undone
                    kept.append(number)
                except Undone:
                    pass
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(kept), faults


def test_32_at_once_with_rollbacks_leave_no_gap_and_no_double(fresh_province):
    with tenant_scope(fresh_province):
        unit_id = make_unit().pk
    kept, faults = numbers_taken_at_once(
        fresh_province, unit_id, lambda unit: next_number(unit, "dossier", "2026-03-02")
    )
    assert not faults
    assert len(kept) > AT_ONCE
    assert kept == list(range(1, len(kept) + 1))
    with tenant_scope(fresh_province):
        assert Counter.objects.get(unit=unit_id).last == len(kept)


@pytest.mark.slow
def test_control_without_the_lock_the_same_race_breaks_the_numbers(fresh_province):
    meeting = Meeting(AT_ONCE)

    def unlocked(unit):
        counter = Counter.objects.get(unit=unit)
        meeting.wait()  # all have read the first number before one of them writes
        Counter.objects.filter(pk=counter.pk).update(last=counter.last + 1)
        return counter.last + 1

    with tenant_scope(fresh_province):
        unit_id = make_unit().pk
        Counter.objects.create(unit_id=unit_id, series="dossier", period="2026", last=0)
    kept, _faults = numbers_taken_at_once(fresh_province, unit_id, unlocked)
    assert kept != list(range(1, len(kept) + 1))
