"""The database roles other than `portal_app`, used by commands only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def _as_login(login: dict[str, str]) -> Iterator[None]:
    if connection.settings_dict["USER"] == login["USER"]:
        yield
        return
    before = {key: connection.settings_dict[key] for key in login}
    connection.close()
    connection.settings_dict.update(login)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def as_owner() -> AbstractContextManager[None]:
    """Work as `portal_owner`, who changes tables and, under FORCE, sees no tenant rows."""
    return _as_login(settings.OWNER_LOGIN)


def as_loader() -> AbstractContextManager[None]:
    """Work as `portal_loader`, who fills tables past row security: demo and bench data only."""
    return _as_login(settings.LOADER_LOGIN)


def is_app_login() -> bool:
    return bool(connection.settings_dict["USER"] == settings.APP_USER)
