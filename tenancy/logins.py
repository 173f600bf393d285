"""The database roles other than `portal_app`, used by commands only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def _as_login(login: dict[str, str]) -> Iterator[None]:
    """Swap the login of this thread's connection alone: Django shares the dict of settings
    between threads, so it is replaced and never changed."""
    before = connection.settings_dict
    if before["USER"] == login["USER"]:
        yield
        return
    if connection.in_atomic_block:
        raise RuntimeError("another login cannot be taken inside a transaction")
    connection.close()
    connection.settings_dict = {**before, **login}
    try:
        yield
    finally:
        connection.close()
        before["NAME"] = connection.settings_dict["NAME"]  # the tests' database was made as owner
        connection.settings_dict = before


def as_owner() -> AbstractContextManager[None]:
    """Work as `portal_owner`, who changes tables and, under FORCE, sees no tenant rows."""
    return _as_login(settings.OWNER_LOGIN)


def as_loader() -> AbstractContextManager[None]:
    """Work as `portal_loader`, who fills tables past row security: demo and bench data only."""
    return _as_login(settings.LOADER_LOGIN)


def is_app_login() -> bool:
    return bool(connection.settings_dict["USER"] == settings.APP_USER)
