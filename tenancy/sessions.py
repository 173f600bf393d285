"""Sessions in the cache and in the database, each under its province's wall."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.sessions.backends import cached_db

from tenancy.scope import NoTenant, current_scope, host_province_id, tenant_scope


def _scope() -> AbstractContextManager[Any]:
    """The open scope, or a short one: the session is saved after the view's transaction."""
    if current_scope() is not None:
        return nullcontext()
    province_id = host_province_id()
    if province_id is None:
        raise NoTenant("a session was used without a host or a scope")
    return tenant_scope(province_id)


class SessionStore(cached_db.SessionStore):
    cache_key_prefix = "session."

    def load(self) -> Any:
        with _scope():
            return super().load()

    def exists(self, session_key: str) -> bool:
        with _scope():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with _scope():
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with _scope():
            super().delete(session_key)
