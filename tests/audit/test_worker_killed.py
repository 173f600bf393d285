"""A real worker on a real broker, killed while it works (security risks 30, 31 and 33)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from celery import current_app
from django.db import connections

from audit import bell
from audit.models import AuditEntry, OutboxEvent
from audit.services import record
from tenancy.scope import tenant_scope
from tests.audit.broker import Broker, Worker, wait_until

pytestmark = pytest.mark.slow
EVENTS = 400


@pytest.fixture
def broker(monkeypatch) -> Iterator[Broker]:
    broker = Broker().start()
    monkeypatch.setattr(current_app.conf, "broker_url", broker.celery_url)
    monkeypatch.setattr(current_app.conf, "broker_write_url", broker.celery_url)
    bell.forget()
    yield broker
    bell.forget()
    broker.remove()


@pytest.fixture
def start(broker) -> Iterator[object]:
    workers: list[Worker] = []

    def start_worker(*options: str) -> Worker:
        worker = Worker(broker, "--concurrency", "2", *options)
        workers.append(worker)
        assert wait_until(worker.is_ready), worker.words()
        return worker

    yield start_worker
    for worker in workers:
        worker.kill()
    connections["dispatch"].close()


def tell(province, count):
    for number in range(count):
        with tenant_scope(province):
            event = record(province, "test.counted", actor=None)
            OutboxEvent.objects.filter(entry_id=event.pk).update(subject_id=str(number))


def effects(province):
    with tenant_scope(province):
        numbers = AuditEntry.objects.filter(action="test.effect").values_list(
            "data__event", flat=True
        )
        return Counter(numbers)


def waiting(province):
    with tenant_scope(province):
        return OutboxEvent.objects.filter(delivered_at=None).count()


def test_a_worker_killed_three_times_under_load_loses_nothing_and_doubles_nothing(post, start):
    tell(post.province, EVENTS)
    for share in (0.1, 0.2, 0.3):
        worker, enough = start(), share * EVENTS
        assert wait_until(lambda enough=enough: len(effects(post.province)) >= enough)
        worker.kill()
    done = len(effects(post.province))
    assert done < EVENTS, "killed too late to prove anything"
    worker = start()
    assert wait_until(lambda: waiting(post.province) == 0), worker.words()
    found = effects(post.province)
    assert len(found) == EVENTS
    assert set(found.values()) == {1}


def test_control_the_defaults_of_celery_lose_tasks_when_the_worker_is_killed(post, start, broker):
    with current_app.connection_for_write() as connection:
        for number in range(60):
            current_app.send_task(
                "tests.fragile", args=[post.province.pk, number], connection=connection
            )
    worker = start("--prefetch-multiplier", "4")
    assert wait_until(lambda: len(effects(post.province)) >= 6), worker.words()
    worker.kill()
    start("--prefetch-multiplier", "4")
    # Everything that is still in the queue is worked off; what was taken early is gone.
    assert not wait_until(lambda: len(effects(post.province)) == 60, 30)
    assert 6 <= len(effects(post.province)) < 60


def test_with_the_broker_stopped_rows_wait_and_drain_by_themselves(post, start, broker, settings):
    settings.RING_THE_BELL = True
    worker = start()
    tell(post.province, 5)
    assert wait_until(lambda: waiting(post.province) == 0), worker.words()
    broker.stop()
    tell(post.province, 30)  # the work goes on
    assert waiting(post.province) == 30
    broker.start()
    assert wait_until(lambda: waiting(post.province) == 0), worker.words()
    assert set(effects(post.province).values()) == {1}
    assert len(effects(post.province)) == 35
    assert '"logger": "govit.outbox"' in worker.log.read_text()  # our form, not Celery's
