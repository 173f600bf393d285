"""Two acts that meet: the first has written and not committed when the second begins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import connection

from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.onestop.racing import PATIENCE, be_patient

Act = Callable[[], Any]


@dataclass
class Turn:
    """One of the two, on a connection of its own."""

    act: Act
    done: threading.Event = field(default_factory=threading.Event)
    pid: int = 0
    answer: Any = None
    fault: Exception | None = None

    def run(self, province: Province) -> None:
        try:
            be_patient()
            with tenant_scope(province):
                self.pid = connection.connection.info.backend_pid
                self.answer = self.act()
        except Exception as fault:
            self.fault = fault
        finally:
            connection.close()
            self.done.set()


@dataclass
class Met:
    first: Turn
    second: Turn
    waited: bool  # the second, for the first


def meet(province: Province, first: Act, second: Act, at: str) -> Met:
    """Begin `second` when `first` calls `at` (the `record` of its module, its last step), and let
    `first` go on when `second` is done or waits for a lock."""
    one, two = Turn(first), Turn(second)
    reached, go_on = threading.Event(), threading.Event()
    with _stopping(at, reached, go_on):
        threads = [threading.Thread(target=turn.run, args=(province,)) for turn in (one, two)]
        threads[0].start()
        assert reached.wait(PATIENCE) or one.done.is_set()
        assert one.fault is None, one.fault
        threads[1].start()
        waited = _waits(two)
        go_on.set()
        for thread in threads:
            thread.join(PATIENCE)
    return Met(one, two, waited)


def _waits(turn: Turn) -> bool:
    """Whether it comes to wait for a lock before it is done."""
    for _ in range(3_000):
        if turn.done.wait(0.01):
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [turn.pid])
            if cursor.fetchone():
                return True
    raise AssertionError("it neither ended nor waited")


@contextmanager
def _stopping(at: str, reached: threading.Event, go_on: threading.Event) -> Iterator[None]:
    """The first who comes there waits after it; later ones pass."""
    module, _, name = at.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)

    def stop(*args: Any, **more: Any) -> Any:
        answer = real(*args, **more)
        if not reached.is_set():
            reached.set()
            assert go_on.wait(PATIENCE)
        return answer

    with mock.patch(at, stop):
        yield
