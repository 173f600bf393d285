"""Real transactions, the owner's hands, and provinces of one's own."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tenancy.logins import as_loader, as_owner
from tenancy.models import Province
from tests import provinces
from tests.provinces import own_provinces


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The database without the test's own transaction: what is committed stays."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def two_provinces(committed) -> Iterator[list[Province]]:
    with own_provinces(2, "W") as found:
        yield found


@pytest.fixture
def owner_cursor(committed):
    """Work as owner in a transaction that is rolled back: for mutations of the walls.

    The owner is bound by FORCE and cannot bypass row security, so it sees what the app would.
    """
    with as_owner():
        mutation = transaction.atomic()
        mutation._from_testcase = True  # scopes may open inside it
        with mutation, connection.cursor() as cursor:
            yield cursor
            transaction.set_rollback(True)


def leave_alone(database: str) -> None:
    """End every connection to it: a template may have no visitors.

    Other tests of this process may have left some: of a second alias, of a thread that ended.
    Each role ends its own.
    """
    provinces.leave()
    connections.close_all()
    gc.collect()  # a thread's connections go with the thread's objects
    for login in (nullcontext, as_owner, as_loader):
        with login():
            end_own_sessions(connection, database)
    end_own_sessions(connections["dispatch"], database)
    connections.close_all()


def end_own_sessions(one: BaseDatabaseWrapper, database: str) -> None:
    with one._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [database],
        )


@contextmanager
def copied_database(suffix: str) -> Iterator[None]:
    """Work on a copy of the test database, which may be spoilt. Unblock the database first."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_{suffix}"
    leave_alone(original)
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    connection.close()
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        provinces.leave()
        connection.close()
        connection.settings_dict["NAME"] = (
            original  # not FORCE: an autovacuum is no business of ours
        )
        with as_owner(), connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        connection.close()


def drop_checks() -> None:
    """Take the CHECK constraints of every table away, on a copy."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("""
            SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname)
            FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
            WHERE k.contype = 'c' AND t.relnamespace = 'public'::regnamespace""")
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
