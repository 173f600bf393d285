"""Counting questions, and taking the least of several times."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

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


def in_turn(
    asks: Sequence[Callable[[], object]], times: int, warming: int = 5
) -> list[list[float]]:
    """Milliseconds of each, asked one after the other so that all meet the same machine."""
    noted: list[list[float]] = [[] for _ask in asks]
    for number in range(times + warming):
        for ask, into in zip(asks, noted, strict=True):
            took = timed(ask)
            if number >= warming:
                into.append(took)
    return noted
