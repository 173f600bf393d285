"""Redis is only the bell: it says that outbox rows are waiting, and may stay silent."""

from __future__ import annotations

import logging
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

log = logging.getLogger("govit.outbox")
CHANNEL = "outbox"


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=0.2,
        socket_timeout=0.2,
        retry=None,
    )


def ring() -> None:
    """One publish, no retry; a broken bell is logged and forgotten: the relay polls anyway."""
    try:
        _client().publish(CHANNEL, b"1")
    except (redis.RedisError, OSError) as error:
        log.warning("bell silent: %s", error)


def ring_after_commit() -> None:
    transaction.on_commit(ring)
