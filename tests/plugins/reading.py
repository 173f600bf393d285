"""Reading writes nothing: every GET of the test client is held to `audit.notes.GET_MAY_WRITE`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import Resolver404

from audit.notes import GET_MAY_WRITE
from tenancy.middleware import SAFE_METHODS, writes_on_get

LOCKS = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b", re.IGNORECASE)
WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+"
    r'(?:ONLY\s+)?"?(\w+)"?',
    re.IGNORECASE,
)


def tables_written(sql: str) -> set[str]:
    """Tables that a statement changes; a row lock and ON CONFLICT DO UPDATE SET are no names."""
    return {name.lower() for name in WRITES.findall(LOCKS.sub("", sql))} - {"set"}


class Writes:
    """Notes which tables are written while it is installed."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.tables |= tables_written(str(sql))
        return execute(sql, params, many, context)


def may_write(response: Any) -> bool:
    """Whether the view said so; an address of no view may not."""
    try:
        return writes_on_get(response.resolver_match.func)
    except (AttributeError, Resolver404):
        return False


@pytest.fixture(autouse=True)
def reading_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails a test whose GET changes a table that reading does not own."""
    send = Client.request

    def watched(client: Client, **request: Any) -> Any:
        if request.get("REQUEST_METHOD", "GET") not in SAFE_METHODS:
            return send(client, **request)
        writes = Writes()
        with connection.execute_wrapper(writes):
            response = send(client, **request)
        if not may_write(response):
            forbidden = writes.tables - GET_MAY_WRITE
            assert not forbidden, f"GET {request.get('PATH_INFO')} wrote {sorted(forbidden)}"
        return response

    monkeypatch.setattr(Client, "request", watched)
