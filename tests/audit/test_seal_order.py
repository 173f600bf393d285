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
