"""The task that counts dirty days: one province at a time, and none at the cost of the others."""

import logging
from types import SimpleNamespace

import pytest

from reports import tasks
from tenancy import periodic
from tenancy.models import Province
from tenancy.scope import current_province_id


@pytest.fixture
def asked(province, other_province, monkeypatch):
    """Which provinces were counted, in their order; nothing is really counted."""
    found = []
    monkeypatch.setattr(tasks.stocks, "take_next", lambda _now: None)
    monkeypatch.setattr(tasks.cells, "settle", lambda: found.append(current_province_id()) or 0)
    return found


def test_a_fault_in_one_province_keeps_no_other_from_being_counted(asked, monkeypatch, caplog):
    count = tasks.cells.settle

    def breaks():
        count()
        if len(asked) == 1:
            raise RuntimeError("broken")
        return 0

    monkeypatch.setattr(tasks.cells, "settle", breaks)
    with caplog.at_level(logging.ERROR):
        tasks.settle()
    assert set(asked) == set(Province.objects.filter(is_active=True).values_list("pk", flat=True))
    assert "failed" in caplog.text


def test_a_province_that_is_counted_anew_leaves_the_others_their_share(asked, monkeypatch):
    """Each always has a full batch more; a batch takes a second."""
    clock, count = [1000.0], tasks.cells.settle

    def full():
        count()
        clock[0] += 1
        return tasks.cells.AT_ONCE

    monkeypatch.setattr(tasks.cells, "settle", full)
    for module in (tasks, periodic):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    tasks.settle()
    provinces = set(Province.objects.filter(is_active=True).values_list("pk", flat=True))
    assert set(asked) == provinces
    assert max(map(asked.count, provinces)) <= tasks.SECONDS / len(provinces) + 1
    assert len(asked) >= tasks.SECONDS
