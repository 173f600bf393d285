"""A cache whose faults are misses, and whose keys carry the province."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

from tenancy.scope import current_province_id, host_province_id

log = logging.getLogger("govit.cache")


def province_key(key: str, prefix: str, version: int) -> str:
    """Row security does not reach the cache: every key names its province ("-" for none)."""
    province_id = current_province_id() or host_province_id()
    return f"{prefix}:{province_id or '-'}:{version}:{key}"


def _or(fallback: Any, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return act(*args, **kwargs)
    except (redis.RedisError, OSError) as error:
        log.warning("cache away: %s", error)
        return fallback


class ForgivingRedisCache(RedisCache):
    """Redis is only a help: with it stopped, reads miss and writes are dropped."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """A miss here means that the key was free: who takes a lock with it must not wait."""
        return bool(_or(True, super().add, *args, **kwargs))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _or(default, super().get, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _or(None, super().set, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(False, super().touch, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(False, super().delete, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = _or({}, super().get_many, *args, **kwargs)
        return found

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or(False, super().has_key, *args, **kwargs))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(_or(delta, super().incr, key, delta, version))

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = _or([], super().set_many, *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _or(None, super().delete_many, *args, **kwargs)

    def clear(self) -> None:
        _or(None, super().clear)
