"""Transactions and entries are numbered in different orders; the chain passes none over."""

import dataclasses
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from audit import seals, tasks
from audit.services import record
from tenancy.logins import as_owner
from tenancy.scope import tenant_scope
from tests.audit.broker import wait_until
from tests.provinces import own_provinces


def in_thread(act):
    def run():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def seal(province):
    with tenant_scope(province):
        return seals.seal().position


@pytest.mark.slow
def test_a_smaller_id_of_a_younger_transaction_is_waited_for(fresh_province, monkeypatch):
    """The older transaction writes last and ends first: its last id is the largest."""
    older_began, younger_wrote, go_on = (threading.Event() for _ in range(3))

    def older():
        with tenant_scope(fresh_province):
            record(fresh_province, "test.early", actor=None)
            older_began.set()
            assert younger_wrote.wait(60)
            record(fresh_province, "test.late", actor=None)

    def younger():
        assert older_began.wait(60)
        with tenant_scope(fresh_province):
            record(fresh_province, "test.between", actor=None)
            younger_wrote.set()
            assert go_on.wait(60)

    first, second = in_thread(older), in_thread(younger)
    first.join()
    monkeypatch.setattr(seals, "WAIT_SECONDS", 0.1, raising=False)
    wait_until(lambda: seal(fresh_province) > 0, 2)
    go_on.set()
    second.join()

    wait_until(lambda: seal(fresh_province) == 3)
    with tenant_scope(fresh_province):
        assert seals.first_fault() is None
        assert seals.head().position == 3


@contextmanager
def long_transaction(province):
    """One that has written and goes on until the end of the block."""
    began, may_end = threading.Event(), threading.Event()

    def act():
        with tenant_scope(province):
            record(province, "test.long", actor=None)
            began.set()
            assert may_end.wait(60)

    thread = in_thread(act)
    assert began.wait(60)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


@pytest.mark.slow
def test_a_run_over_all_provinces_waits_once(fresh_province, monkeypatch):
    waited = []
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: waited.append(seconds) or sleep(seconds))
    with own_provinces(3) as others, long_transaction(fresh_province):
        for other in others:
            with tenant_scope(other):
                record(other, "test.short", actor=None)
        tasks.seal()
        assert 0 < sum(waited) <= seals.WAIT_SECONDS + 0.03
        assert [seal(other) for other in others] == [0, 0, 0]


@pytest.mark.slow
def test_what_was_noted_before_a_restore_does_not_count_after_it(fresh_province):
    """The table is another one, and the other machine had counted more transactions."""
    with long_transaction(fresh_province):
        with tenant_scope(fresh_province):
            record(fresh_province, "test.short", actor=None)
        assert seal(fresh_province) == 0
    noted = seals._noted[fresh_province.pk]
    seals._noted[fresh_province.pk] = dataclasses.replace(noted, number=noted.number + 10**9)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM FULL audit_auditentry")  # what a restore does to it, too: a new file
    assert wait_until(lambda: seal(fresh_province) == 2)


def test_one_long_transaction_after_another_does_not_hold_the_chain_back(fresh_province):
    began, may_end = [threading.Event() for _ in "ab"], [threading.Event() for _ in "ab"]

    def long(number):
        with tenant_scope(fresh_province):
            record(fresh_province, "test.long", actor=None)
            began[number].set()
            assert may_end[number].wait(60)

    first = in_thread(lambda: long(0))
    assert began[0].wait(60)
    with tenant_scope(fresh_province):
        record(fresh_province, "test.short", actor=None)
    assert seal(fresh_province) == 0
    second = in_thread(lambda: long(1))
    assert began[1].wait(60)
    may_end[0].set()
    first.join()
    try:
        assert wait_until(lambda: seal(fresh_province) > 0), "the second began after the look"
    finally:
        may_end[1].set()
        second.join()
    assert wait_until(lambda: seal(fresh_province) == 3)
