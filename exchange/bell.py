"""Says that rows are waiting for the national portal; the clock says it every ten seconds too."""

from __future__ import annotations

import logging
import time

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger("govit.exchange")
SEND = "exchange.tasks.send_national"
EXPIRES_SECONDS = 10
BETWEEN_RINGS_SECONDS = 2.0  # per process
_quiet_until = 0.0


def ring() -> bool:
    """One publish without a second try; a broken bell is logged and forgotten."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    _quiet_until = time.monotonic() + BETWEEN_RINGS_SECONDS
    try:
        current_app.send_task(SEND, expires=EXPIRES_SECONDS, retry=False)
    except (BrokerError, KombuError, redis.RedisError, OSError) as error:
        log.warning("bell silent: %s", type(error).__name__)
        return False
    return True


def ring_after_commit() -> None:
    if settings.RING_THE_BELL:
        transaction.on_commit(ring)
