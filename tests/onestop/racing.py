"""Threads that start together, each on a connection of its own; and where a control lets them meet.

A control takes a lock away and shows that the race is lost without it. It leaves nothing to luck:
all have read before one of them writes.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import OperationalError, connection

from common.errors import DomainError
from common.locks import is_lock_wait
from onestop.models.dossiers import DossierQuerySet
from tenancy.scope import tenant_scope

AT_ONCE = 32
PATIENCE = 50  # seconds: what only a hanging test waits for; a session that idles has 60
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")


@dataclass
class Outcome:
    """What became of the threads of one race."""

    won: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    faults: list = field(default_factory=list)


class Meeting:
    """Where `count` threads wait for each other, each the first time that it comes there.

    Who leaves the race without having come frees the others: the control fails and does not hang.
    The thread of the test, which prepares the race, passes.
    """

    def __init__(self, count: int) -> None:
        self._barrier, self._came = threading.Barrier(count), threading.local()

    def wait(self) -> None:
        if threading.current_thread() is threading.main_thread():
            return
        if not hasattr(self._came, "here"):
            self._came.here = True
            with suppress(threading.BrokenBarrierError):
                self._barrier.wait(PATIENCE)

    def leave(self) -> None:
        if not hasattr(self._came, "here"):
            self._barrier.abort()

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act`, which nobody begins before all are there."""

        def together(*args: Any, **more: Any) -> Any:
            self.wait()
            return act(*args, **more)

        return together

    def after(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act`, from which nobody goes on before all have done it."""

        def together(*args: Any, **more: Any) -> Any:
            answer = act(*args, **more)
            self.wait()
            return answer

        return together

    @contextmanager
    def before_writing(self, writing: re.Pattern[str] = WRITING) -> Iterator[None]:
        """The first such statement of this thread comes when all threads are about to write."""

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            if writing.match(sql):
                self.wait()
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(watch):
                yield
        finally:
            self.leave()


def be_patient() -> None:
    """Nobody in a race is refused only because a busy machine lets him wait for longer than people
    wait for a lock. For a connection that ends with its thread."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")


def without_the_lock():
    """Services read the dossier and do not lock it."""
    return mock.patch.object(DossierQuerySet, "lock", lambda self, pk: self.get(pk=pk))


def at_once(province, act, count=AT_ONCE, *, is_control=False):
    """Run `act(number)` in that many threads that start together, each in a scope of the province;
    with None in no scope, as requests do, which open their own. In a control, in which nobody
    locks, nobody writes before all have read."""
    barrier, outcome, meeting = threading.Barrier(count), Outcome(), Meeting(count)

    def run(number):
        try:
            connection.ensure_connection()
            be_patient()
            barrier.wait(PATIENCE)
            with (
                tenant_scope(province) if province else nullcontext(),
                meeting.before_writing() if is_control else nullcontext(),
            ):
                answer = act(number)
            outcome.won.append(answer)
        except DomainError as refusal:
            outcome.refused.append(refusal)
        except OperationalError as fault:
            (outcome.refused if is_lock_wait(fault) else outcome.faults).append(fault)
        except Exception as fault:
            outcome.faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    assert len(outcome.won) + len(outcome.refused) + len(outcome.faults) == count
    return outcome
