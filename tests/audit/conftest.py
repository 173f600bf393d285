"""An outbox of one's own: a province that commits, and nobody else's rows waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django.utils import timezone

from audit import bus, delivery, relay
from audit.models import OutboxEvent
from audit.services import record
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Post:
    """What a test does with the outbox of its province."""

    def __init__(self, province: Province) -> None:
        self.province = province

    def tell(self, *actions: str, **data) -> list[int]:
        """Record facts about the province itself, each in its own commit; their event ids."""
        ids = []
        for action in actions:
            with tenant_scope(self.province):
                entry = record(self.province, action, actor=None, data=data)
                ids.append(OutboxEvent.objects.get(entry_id=entry.pk).pk)
        return ids

    def claim(self) -> list[tuple[int, list[int], str]]:
        """One round of the relay; the batches that it would have put into the queue."""
        batches: list[tuple[int, list[int], str]] = []
        relay.relay(lambda *batch: batches.append(batch))
        return batches

    def round(self) -> delivery.Outcome:
        """One round of relay and worker."""
        total = delivery.Outcome()
        for batch in self.claim():
            outcome = delivery.deliver(*batch)
            total.delivered += outcome.delivered
            total.failed += outcome.failed
            total.skipped += outcome.skipped
        return total

    def event(self, pk: int) -> OutboxEvent:
        with tenant_scope(self.province):
            return OutboxEvent.objects.get(pk=pk)

    def let_time_pass(self) -> None:
        """Every lease and every wait is over."""
        with tenant_scope(self.province):
            OutboxEvent.objects.filter(delivered_at=None).update(due_at=timezone.now())


@pytest.fixture
def post(fresh_province) -> Iterator[Post]:
    quiet = "UPDATE audit_outboxevent SET delivered_at = now() WHERE delivered_at IS NULL"
    with connections["dispatch"].cursor() as cursor:
        cursor.execute(quiet)
    yield Post(fresh_province)
    with connections["dispatch"].cursor() as cursor:
        cursor.execute(quiet)


@pytest.fixture
def hear() -> Iterator[Callable[[str, bus.Handler], None]]:
    """Subscribe for one test."""
    heard: list[tuple[str, bus.Handler]] = []

    def subscribe(action: str, handler: bus.Handler) -> None:
        bus.subscribe(action, handler)
        heard.append((action, handler))

    yield subscribe
    for action, handler in heard:
        bus.unsubscribe(action, handler)
