"""Many transactions of many provinces over few connections: not one foreign row.

Every run has its twin with a session-level setting, the way it is often done. The twin must leak:
otherwise the run proves nothing.
"""

from __future__ import annotations

import queue
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import DataError, OperationalError, connection

from audit.models import AuditEntry
from audit.services import record
from tenancy.scope import tenant_scope
from tests.provinces import own_provinces

SQL = "SELECT DISTINCT province_id FROM audit_auditentry"


@pytest.fixture
def provinces(committed):
    with own_provinces(6) as found:
        for province in found:
            with tenant_scope(province):
                record(province, "test.row", actor=None)
        yield found


def in_threads(count: int, act) -> Counter:
    """Run `act(number)` in threads of their own; add up what they counted."""
    results: queue.Queue = queue.Queue()

    def target(number: int) -> None:
        try:
            results.put(act(number))
        except BaseException as error:
            results.put(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=target, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total: Counter = Counter()
    while not results.empty():
        result = results.get()
        if isinstance(result, BaseException):
            raise result
        total += result
    return total


def interleave(provinces, number: int, transactions: int) -> Counter:
    """One client: transactions of random provinces on one kept connection, with every bad end."""
    chance, seen = random.Random(number), Counter()
    for _ in range(transactions):
        province = chance.choice(provinces)
        fate = chance.random()
        try:
            with tenant_scope(province, read_only=True) as scope, connection.cursor() as cursor:
                cursor.execute(SQL)
                rows = {row[0] for row in cursor.fetchall()}
                seen["foreign"] += len(rows - {province.pk})
                seen["own"] += len(rows & {province.pk})
                if AuditEntry.objects.exclude(province_id=province.pk).exists():
                    seen["foreign"] += 1
                if fate < 0.1:
                    raise ZeroDivisionError
                if fate < 0.15:
                    cursor.execute("SELECT 1 / 0")
                if fate < 0.17:
                    cursor.execute("SET LOCAL statement_timeout = '1ms'")
                    cursor.execute("SELECT pg_sleep(1)")
                if fate < 0.2:
                    scope.restart(read_only=True)
                    cursor.execute(SQL)
                    seen["foreign"] += len({row[0] for row in cursor.fetchall()} - {province.pk})
                if fate < 0.202:
                    pid = connection.connection.info.backend_pid
                    cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        except (ZeroDivisionError, DataError, OperationalError) as error:
            seen[type(error).__name__] += 1
            if connection.connection is not None and connection.connection.closed:
                connection.close()
        seen["transactions"] += 1
    return seen


def assert_none_leaked(seen: Counter, transactions: int) -> None:
    assert seen["transactions"] == transactions
    assert seen["own"] > transactions * 0.9
    assert min(seen[name] for name in ("ZeroDivisionError", "DataError", "OperationalError")) > 0
    assert seen["foreign"] == 0


@pytest.mark.slow
def test_2000_interleaved_transactions_see_no_foreign_row(provinces):
    seen = in_threads(4, lambda number: interleave(provinces, number, 500))
    assert_none_leaked(seen, 2_000)


@pytest.mark.slow
def test_20000_interleaved_transactions_see_no_foreign_row(provinces):
    seen = in_threads(4, lambda number: interleave(provinces, 100 + number, 5_000))
    assert_none_leaked(seen, 20_000)


class Pool:
    """The least that a connection pool does: hand out a connection, take it back as it is."""

    def __init__(self, size: int) -> None:
        self._free: queue.Queue = queue.Queue()
        for _ in range(size):
            self._free.put(psycopg.connect(**connection.get_connection_params(), autocommit=True))

    @contextmanager
    def connection(self):
        one = self._free.get()
        try:
            yield one
        finally:
            self._free.put(one)

    def close(self) -> None:
        while not self._free.empty():
            self._free.get().close()


def forgetful_client(take, provinces, is_local: bool):
    """Sets its province, reads; then a second client, whose code forgot to, reads too."""

    def act(number: int) -> Counter:
        seen: Counter = Counter()
        for _ in range(50):
            province = random.Random(number).choice(provinces)
            with take() as one, one.transaction():
                value = str(province.pk)
                one.execute("SELECT set_config('app.province', %s, %s)", [value, is_local])
                seen["own"] += len(one.execute(SQL).fetchall())
            with take() as one, one.transaction():
                seen["leaked"] += len(one.execute(SQL).fetchall())
        return seen

    return act


@pytest.mark.parametrize("is_local", [True, False])
def test_the_session_level_twin_leaks_through_a_pool_and_the_local_setting_does_not(
    provinces, is_local
):
    pool = Pool(2)
    try:
        seen = in_threads(4, forgetful_client(pool.connection, provinces, is_local))
    finally:
        pool.close()
    assert seen["own"] == 200
    assert (seen["leaked"] > 0) is (not is_local)


CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {listen}
listen_addr =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
ignore_startup_parameters = options,extra_float_digits
logfile = {folder}/log
pidfile = {folder}/pid
"""


def owner_of(host: str) -> str:
    """Who may open the server's socket, when it is one: as root the pool takes that account."""
    owner = Path(host).owner() if host.startswith("/") else "root"
    return "nobody" if owner == "root" else owner


@contextmanager
def bouncer(folder: Path):
    """A PgBouncer in transaction mode before the test database; yields its socket and port."""
    login = connection.get_connection_params()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()[1]
    values = {name: login.get(name) or "" for name in ("host", "user", "password")}
    port = login.get("port") or 5432
    folder.chmod(0o777)  # as root the pool runs as somebody else
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(**values, port=port, folder=folder, listen=listen))
    file.chmod(0o644)
    command = [shutil.which("pgbouncer"), str(file)]
    if Path("/proc/self").stat().st_uid == 0:
        command[1:1] = ["-u", owner_of(values["host"])]
    with open(folder / "err", "wb") as err:
        process = subprocess.Popen(command, stderr=err, stdout=err)
    try:
        end = time.monotonic() + 60
        while not (folder / f".s.PGSQL.{listen}").exists():
            assert process.poll() is None, (folder / "err").read_text()
            assert time.monotonic() < end, "PgBouncer did not start"
            threading.Event().wait(0.02)
        yield str(folder), listen
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def through_bouncer(provinces):
    if not shutil.which("pgbouncer"):
        pytest.skip("pgbouncer is not installed (Debian: apt install pgbouncer)")
    before = dict(connection.settings_dict)
    # Not tmp_path: nobody may not enter what pytest made for root alone.
    with tempfile.TemporaryDirectory() as folder, bouncer(Path(folder)) as (host, port):
        connection.close()
        connection.settings_dict.update(HOST=host, PORT=port)
        try:
            yield provinces
        finally:
            connection.close()
            connection.settings_dict.update(HOST=before["HOST"], PORT=before["PORT"])


@pytest.mark.slow
def test_through_pgbouncer_no_foreign_row_is_seen(through_bouncer):
    provinces = through_bouncer
    seen = in_threads(6, lambda number: interleave(provinces, 200 + number, 250))
    assert_none_leaked(seen, 1_500)


@pytest.mark.slow
def test_through_pgbouncer_20000_transactions_see_no_foreign_row(through_bouncer):
    provinces = through_bouncer
    seen = in_threads(8, lambda number: interleave(provinces, 300 + number, 2_500))
    assert_none_leaked(seen, 20_000)


@pytest.mark.slow
@pytest.mark.parametrize("is_local", [True, False])
def test_through_pgbouncer_the_session_level_twin_leaks(through_bouncer, is_local):
    @contextmanager
    def take():
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as one:
            yield one

    seen = in_threads(4, forgetful_client(take, through_bouncer, is_local))
    assert seen["own"] == 200
    assert (seen["leaked"] > 0) is (not is_local)
