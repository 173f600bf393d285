"""What an upgrade does to tables that are full."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tenancy.logins import as_owner
from tenancy.operations import AddIndexAgain
from tests.tenancy.conftest import copied_database

INDEX = "dossier_new_by_unit"
INDEXES = "0004_index_what_is_rare_in_lists"


def test_a_table_of_money_is_rewritten_once_however_many_columns_are_widened(db):
    out = StringIO()
    call_command("sqlmigrate", "onestop", "0002", stdout=out)
    altered = Counter(
        line.split()[2].strip('"') for line in out.getvalue().splitlines() if "ALTER TABLE" in line
    )
    assert altered == {"onestop_dossier": 1, "onestop_feereceipt": 1, "onestop_procedurechannel": 1}


def test_every_amount_of_money_has_64_bits(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name LIKE '%_vnd'"
        )
        columns = cursor.fetchall()
    assert len(columns) >= 7
    assert {kind for _table, _column, kind in columns} == {"bigint"}


def test_every_index_that_is_built_beside_the_work_may_be_built_again():
    built = [
        (key, operation)
        for key, migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, AddIndexConcurrently)
    ]
    assert len(built) >= 4
    assert [key for key, operation in built if not isinstance(operation, AddIndexAgain)] == []


@pytest.fixture
def copy(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), copied_database("indexes"):
        yield
        connection.close()


@pytest.mark.slow
def test_the_indexes_are_built_again_after_a_build_that_failed(copy):
    with as_owner():
        break_the_build()
        assert is_valid() is False
        build_again()
        assert is_valid() is True


def build_again():
    executor = MigrationExecutor(connection)
    before = executor.loader.project_state(("onestop", "0003_add_result_capacity"))
    executor.apply_migration(before, executor.loader.get_migration("onestop", INDEXES))


def break_the_build():
    """A build waits for who writes; one that was given up leaves its index behind."""
    known = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    address = {key: known[key] for key in names if key in known}
    with connection.cursor() as cursor, psycopg.connect(**address) as writer:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [INDEX])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {INDEX}")
        writer.execute("LOCK TABLE onestop_dossier IN ROW EXCLUSIVE MODE")
        cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError):
            cursor.execute(definition.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY"))
        cursor.execute("RESET lock_timeout")


def is_valid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [INDEX])
        return cursor.fetchone()[0]
