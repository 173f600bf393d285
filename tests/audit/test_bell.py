"""The bell is one short try: a dead or silent broker costs a page next to nothing."""

import socket
import time

import pytest
from celery import current_app
from django.db import transaction

from audit import bell
from audit.models import OutboxEvent
from audit.services import record
from tenancy.scope import tenant_scope


@pytest.fixture
def moved(monkeypatch):
    """Point the bell somewhere else."""

    def move(url):
        monkeypatch.setattr(current_app.conf, "broker_url", url)
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)
        bell.forget()

    yield move
    bell.forget()


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **kwargs: sent.append(name))
    bell.forget()
    yield sent
    bell.forget()


def record_and_fail(province):
    record(province, "test.undone", actor=None)
    raise ValueError("no")


def seconds(act):
    start = time.monotonic()
    act()
    return time.monotonic() - start


def test_a_dead_broker_is_no_error_and_takes_no_time(moved, caplog):
    moved("redis+socket:///nonexistent/valkey.sock")
    assert seconds(lambda: bell.ring()) < 1
    assert "bell silent" in caplog.text


def test_a_broker_that_never_answers_is_given_up_soon_and_then_left_alone(moved, tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(5)  # and never accept
        moved(f"redis+socket://{path}")
        assert seconds(lambda: bell.ring()) < 2
        assert seconds(lambda: [bell.ring() for _ in range(100)]) < 0.1


def test_many_changes_of_one_process_ring_once(sent):
    assert bell.ring()
    assert not any(bell.ring() for _ in range(50))
    assert sent == [bell.RELAY]


def test_the_bell_rings_after_the_commit_only(fresh_province, sent, settings):
    settings.RING_THE_BELL = True
    with tenant_scope(fresh_province):
        record(fresh_province, "test.told", actor=None)
        assert sent == []
    assert sent == [bell.RELAY]


def test_nothing_rings_for_what_was_rolled_back(fresh_province, sent, settings):
    settings.RING_THE_BELL = True
    with pytest.raises(ValueError, match="no"), tenant_scope(fresh_province):
        record_and_fail(fresh_province)
    assert sent == []


def test_the_bell_rings_although_the_first_record_went_with_its_savepoint(
    fresh_province, sent, settings
):
    settings.RING_THE_BELL = True
    with tenant_scope(fresh_province):
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            record_and_fail(fresh_province)
        record(fresh_province, "test.told", actor=None)
    assert sent == [bell.RELAY]


def test_work_goes_on_with_the_broker_away(fresh_province, moved, settings):
    settings.RING_THE_BELL = True
    moved("redis+socket:///nonexistent/valkey.sock")
    with tenant_scope(fresh_province):
        record(fresh_province, "test.told", actor=None)
    with tenant_scope(fresh_province):
        assert OutboxEvent.objects.filter(delivered_at=None).count() == 1
