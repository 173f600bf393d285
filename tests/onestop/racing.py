"""Threads that start together, each on a connection of its own."""

import threading
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import OperationalError, connection

from common.errors import DomainError
from common.locks import is_lock_wait
from tenancy.scope import tenant_scope

AT_ONCE = 32


@dataclass
class Outcome:
    """What became of the threads of one race."""

    won: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def at_once(province, act, count=AT_ONCE):
    """Run `act(number)` in that many threads that start together, each in a scope of the province;
    with None in no scope, as requests do, which open their own."""
    barrier, outcome = threading.Barrier(count), Outcome()

    def run(number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            with tenant_scope(province) if province else nullcontext():
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
        thread.join(timeout=120)
    assert len(outcome.won) + len(outcome.refused) + len(outcome.faults) == count
    return outcome
