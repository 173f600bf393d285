"""Transactions and entries are numbered in different orders; the chain passes none over."""

import threading

from django.db import connection

from audit import seals
from audit.services import record
from tenancy.scope import tenant_scope
from tests.audit.broker import wait_until


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


def test_a_smaller_id_of_a_younger_transaction_is_waited_for(fresh_province, monkeypatch):
    """The older transaction writes last and ends first: its last id is the largest."""
    older_began, younger_wrote, go_on = (threading.Event() for _ in range(3))

    def older():
        with tenant_scope(fresh_province):
            record(fresh_province, "test.early", actor=None)
            older_began.set()
            assert younger_wrote.wait(20)
            record(fresh_province, "test.late", actor=None)

    def younger():
        assert older_began.wait(20)
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

    wait_until(lambda: seal(fresh_province) == 3, 20)
    with tenant_scope(fresh_province):
        assert seals.first_fault() is None
        assert seals.head().position == 3


def test_one_long_transaction_after_another_does_not_hold_the_chain_back(fresh_province):
    began, may_end = [threading.Event() for _ in "ab"], [threading.Event() for _ in "ab"]

    def long(number):
        with tenant_scope(fresh_province):
            record(fresh_province, "test.long", actor=None)
            began[number].set()
            assert may_end[number].wait(60)

    first = in_thread(lambda: long(0))
    assert began[0].wait(20)
    with tenant_scope(fresh_province):
        record(fresh_province, "test.short", actor=None)
    assert seal(fresh_province) == 0
    second = in_thread(lambda: long(1))
    assert began[1].wait(20)
    may_end[0].set()
    first.join()
    try:
        assert wait_until(lambda: seal(fresh_province) > 0, 60), "the second began after the look"
    finally:
        may_end[1].set()
        second.join()
    assert wait_until(lambda: seal(fresh_province) == 3, 60)
