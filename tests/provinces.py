"""Provinces of one's own, for tests that really commit.

They are made and closed by the owner on a connection beside Django's, so the test keeps its own.
A closed one is no more seen by what goes through all provinces: nothing has to be cleaned.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from tenancy.models import Province

_numbers = itertools.count(1)
_kept: dict[str, psycopg.Connection[Any]] = {}


def _ask(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Ask as owner; once more when a test ended all sessions, as who copies a database does."""
    name = str(connection.settings_dict["NAME"])
    for is_last in (False, True):
        try:
            if name not in _kept:
                _kept[name] = psycopg.connect(**_address(), autocommit=True)
            return _kept[name].execute(sql, values).fetchall()
        except psycopg.OperationalError:
            _kept.pop(name).close()
            if is_last:
                raise
    raise AssertionError("not reached")


def _address() -> dict[str, Any]:
    login = settings.OWNER_LOGIN
    known = connection.get_connection_params()
    shown = {key: known[key] for key in ("dbname", "host", "port") if key in known}
    return {**shown, "user": login["USER"], "password": login["PASSWORD"]}


def leave() -> None:
    """End the owner's sessions: nobody may look at a database that is copied or dropped."""
    while _kept:
        _kept.popitem()[1].close()


def make_provinces(count: int, letter: str = "T") -> list[Province]:
    """Provinces that no other test knows."""
    codes = [f"{letter}{os.getpid() % 10000}{next(_numbers):04d}" for _ in range(count)]
    rows = _ask(
        "INSERT INTO tenancy_province (code, name, host, is_active)"
        " SELECT code, 'Test ' || code, lower(code) || '.localhost', true"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS one (code, number) ORDER BY number"
        " RETURNING id, code, name, host, is_active",
        [codes],
    )
    names = ("id", "code", "name", "host", "is_active")
    return [Province.from_db("default", names, row) for row in rows]


def close_provinces(provinces: list[Province]) -> None:
    """What is left of them stays, and no job or digest goes there any more."""
    keys = [province.pk for province in provinces]
    _ask("UPDATE tenancy_province SET is_active = false WHERE id = ANY(%s) RETURNING id", [keys])


@contextmanager
def own_provinces(count: int, letter: str = "T") -> Iterator[list[Province]]:
    """For as long as they are needed."""
    found = make_provinces(count, letter)
    try:
        yield found
    finally:
        close_provinces(found)
