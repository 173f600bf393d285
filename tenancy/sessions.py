"""Sessions in the cache and in the database, each under its province's wall.

The row in the database decides. The cache holds a copy for a minute at most: when Redis was away
while a session ended, its copy cannot outlive that. A copy is written after the commit, so what
a failed request put into its session is nowhere.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from tenancy.middleware import unavailable
from tenancy.scope import NoTenant, after_commit, current_scope, host_province_id, tenant_scope

log = logging.getLogger("govit.tenancy")
COPY_SECONDS = 60


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
    _cache: Any
    _get_session: Any
    _get_session_from_db: Any

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] | None = self._cache.get(self.cache_key)
        if data is not None:
            return data
        with _scope():
            row = self._get_session_from_db()
            if row is None:
                return {}
            data = self.decode(row.session_data)
        self._keep_copy(self.cache_key, data)
        return data

    def exists(self, session_key: str) -> bool:
        with _scope():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = dict(self._get_session(no_load=must_create))
        with _scope():
            DatabaseStore.save(self, must_create)
            self._cache.delete(self.cache_key)
            after_commit(self._keep_copy, self.cache_key, data)
        return None

    def delete(self, session_key: str | None = None) -> None:
        with _scope():
            super().delete(session_key)

    def _keep_copy(self, key: str, data: dict[str, Any]) -> None:
        self._cache.set(key, data, COPY_SECONDS)


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's own; the database may go away between the view's commit and the session's."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (OperationalError, InterfaceError):
            log.exception("database away while the session was saved")
            return unavailable(request)
