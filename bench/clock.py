"""Counting questions, and taking the least of several times."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET ", "SELECT set_config")


def count_questions(ask: Callable[[], object]) -> int:
    """Queries without transaction control and `set_config`."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len([query for query in captured if not query["sql"].startswith(CONTROL)])


def best(ask: Callable[[], object], times: int = 7) -> float:
    """The least of several times, in milliseconds."""
    return min(timed(ask) for _ in range(times))


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def counted(act: Callable[[], object]) -> tuple[int, float]:
    """Its questions, and the milliseconds that it took with them counted."""
    began = time.perf_counter()
    return count_questions(act), (time.perf_counter() - began) * 1000
