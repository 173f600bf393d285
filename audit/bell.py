"""Redis is only the bell: it says that outbox rows are waiting, and may stay silent.

Rung after the commit: one publish, no retry. Without it the clock rings every few seconds.
"""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from celery import current_app
from django.db import transaction
from kombu.connection import Connection
from kombu.exceptions import KombuError
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger("govit.outbox")
RELAY = "audit.tasks.relay"
RING_EXPIRES_SECONDS = 30  # an old ring says nothing that a new one does not
BETWEEN_RINGS_SECONDS = 0.2  # per process
BETWEEN_TRIES_SECONDS = 5.0  # after a fault: a page waits for a dead broker once, not each time
ONE_TRY = {
    "socket_connect_timeout": 0.2,
    "socket_timeout": 0.5,
    "max_retries": 0,
    "connect_retries_timeout": 0.2,
}
_quiet_until = 0.0


@cache
def _connection() -> Connection:
    """A connection of the bell's own: those of Celery's pool wait for the broker for ever."""
    connection: Connection = current_app.connection_for_write(connect_timeout=0.2)
    connection.transport_options = {**(connection.transport_options or {}), **ONE_TRY}
    return connection


def forget() -> None:
    """Drop the connection and the silence: after a fault, and in tests that move the broker."""
    global _quiet_until
    _quiet_until = 0.0
    if _connection.cache_info().currsize:
        _connection().release()
        _connection.cache_clear()


def ring() -> bool:
    """Say that rows are waiting. A broken bell is logged and forgotten."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    _quiet_until = time.monotonic() + BETWEEN_RINGS_SECONDS
    try:
        current_app.send_task(
            RELAY, connection=_connection(), expires=RING_EXPIRES_SECONDS, retry=False
        )
    except (BrokerError, KombuError, redis.RedisError, OSError) as error:
        forget()
        _quiet_until = time.monotonic() + BETWEEN_TRIES_SECONDS
        log.warning("bell silent: %s", type(error).__name__)
        return False
    return True


def ring_after_commit() -> None:
    transaction.on_commit(ring)
