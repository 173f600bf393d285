"""When, not what: the outbox, the seals and the signs of life."""

from __future__ import annotations

import logging
import time

from audit import bell, delivery, heartbeats, seals
from audit import relay as outbox
from tenancy.celery import global_task
from tenancy.periodic import in_each_province

log = logging.getLogger("govit.outbox")
SECONDS = 20  # a task's share: well below the time after which it is given to another worker


@global_task(bell.RELAY)
def relay() -> int:
    """Hand out what waits. Rung after a commit and, should that fail, by the clock."""
    return outbox.relay(lambda *batch: deliver.apply_async(batch, retry=False))


@global_task("audit.tasks.deliver")
def deliver(province_id: int, event_ids: list[int], claim: str) -> None:
    """One batch of one province; twice, late or not at all: the leases repair it."""
    outcome = delivery.deliver(province_id, event_ids, claim)
    log.info("delivered: %s", outcome)
    bell.ring()  # more may wait than one claim took


@global_task("audit.tasks.seal")
def seal() -> None:
    patience = seals.Patience()
    for code, head in in_each_province(lambda: seals.seal(patience)).items():
        if head.added:
            log.info("audit head %s %s %s", code, head.position, head.digest)


@global_task("audit.tasks.pulse")
def pulse() -> None:
    """Sent by the clock and executed by the worker: fresh when both are alive."""
    in_each_province(lambda: heartbeats.beat(heartbeats.WORKER, heartbeats.BEAT))


@global_task("audit.tasks.forget")
def forget() -> None:
    """Batch by batch, each in a transaction of its own, until nothing is left or the share is
    used up: the next hour goes on."""
    end, total = time.monotonic() + SECONDS, 0
    while deleted := sum(in_each_province(delivery.forget_delivered).values()):
        total += deleted
        if time.monotonic() >= end:
            break
    log.info("outbox rows deleted: %s", total)
