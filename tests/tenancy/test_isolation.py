"""Every tenant table, third-party tables included: province B can do nothing with A's row.

A new model is tested from the day it exists; `rows.Filler` makes its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from tenancy.guard import refuse_without_scope
from tenancy.logins import as_loader
from tenancy.models import Province, TenantModel
from tenancy.scope import NoTenant, tenant_scope
from tenancy.tables import tenant_tables
from tests.tenancy.conftest import copied_database, drop_checks
from tests.tenancy.rows import Filler

TABLES = {table.name: table for table in tenant_tables()}
KEYS = [
    (table.name, column, other)
    for table in TABLES.values()
    for column, other, _ in table.foreign_keys
]


def of_each(whats: Iterable[tuple[str, ...]]):
    """One test that asks the same of many tables, and tells all that failed with their names."""

    def wrap(ask):
        def asked_of_each(foreign, own):
            faults = []
            for what in whats:
                try:
                    ask(foreign, own, *what)
                except (Exception, pytest.fail.Exception) as fault:
                    fault.add_note(" ".join(what))
                    faults.append(fault)
            if faults:
                raise BaseExceptionGroup("walls", faults)

        asked_of_each.__name__, asked_of_each.__doc__ = ask.__name__, ask.__doc__
        return asked_of_each

    return wrap


every_table = of_each([(name,) for name in TABLES])
every_key = of_each(KEYS)


@pytest.fixture(scope="module")
def two(django_db_setup, django_db_blocker):
    """A copy of the test database in which every table has a row of each of two provinces."""
    with django_db_blocker.unblock(), copied_database("rows"):
        drop_checks()
        provinces = list(Province.objects.filter(code__in=["H32", "H44"]).order_by("code"))
        with as_loader(), transaction.atomic():
            found = tuple(Filler(province.pk).fill() for province in provinces)
        yield found


@pytest.fixture
def foreign(two, django_db_blocker):
    """The filler of province A, while province B's scope can be opened."""
    with django_db_blocker.unblock():
        yield two[0]


@pytest.fixture
def own(two):
    return two[1]


@contextmanager
def undone(province_id: int):
    """The scope of a province, rolled back at its end."""
    with tenant_scope(province_id) as scope:
        yield
        scope.roll_back()


def run(sql: str, *params: object) -> int:
    """How many rows a statement found or changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@contextmanager
def refused(words: str, kind: type[Exception] = DatabaseError):
    with pytest.raises(kind, match=words), transaction.atomic():  # noqa: PT012
        yield
        run("SET CONSTRAINTS ALL IMMEDIATE")


def as_stored(name: str, key: object) -> object:
    with as_loader(), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t) FROM "{name}" t WHERE "{TABLES[name].primary_key}" = %s', [key]
        )
        return cursor.fetchone()


@every_table
def test_nothing_of_it_is_read(foreign, own, name):
    table, key = TABLES[name], foreign.keys[name]
    with undone(own.province_id):
        for manager in {table.model._default_manager, table.model._base_manager}:
            rows = manager.all()
            assert not rows.filter(pk=key).exists()
            assert key not in set(rows.values_list("pk", flat=True))
            assert rows.aggregate(n=models.Count("pk"))["n"] == rows.count() >= 1
            with pytest.raises(table.model.DoesNotExist):
                rows.get(pk=key)
            assert rows.in_bulk([key]) == {}


@every_table
def test_raw_sql_reads_nothing_of_it(foreign, own, name):
    key = TABLES[name].primary_key
    with undone(own.province_id):
        assert run(f'SELECT 1 FROM "{name}" WHERE "{key}" = %s', foreign.keys[name]) == 0
        assert run(f'SELECT 1 FROM "{name}" WHERE province_id = %s', foreign.province_id) == 0
        assert run(f'SELECT 1 FROM "{name}" WHERE province_id <> %s', own.province_id) == 0
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT array_agg(DISTINCT province_id) FROM "{name}"')
            assert cursor.fetchone()[0] == [own.province_id]


@every_table
def test_it_is_neither_changed_nor_deleted(foreign, own, name):
    table, key = TABLES[name], foreign.keys[name]
    column, before = table.primary_key, as_stored(name, foreign.keys[name])
    with undone(own.province_id):
        if "UPDATE" in table.rights:
            change = f'UPDATE "{name}" SET "{column}" = "{column}" WHERE "{column}" = %s'
            assert run(change, key) == 0
            assert run(f'UPDATE "{name}" SET province_id = province_id WHERE province_id = %s',
                       foreign.province_id) == 0  # fmt: skip
            lock = f'SELECT 1 FROM "{name}" WHERE "{column}" = %s FOR UPDATE'
            assert run(lock, key) == 0
        if "DELETE" in table.rights:
            assert run(f'DELETE FROM "{name}" WHERE "{column}" = %s', key) == 0
            rows = table.model._base_manager.filter(pk=key)
            assert rows._raw_delete(rows.db) == 0
        for right in {"UPDATE", "DELETE"} - set(table.rights.replace(",", "").split()):
            statement = {
                "UPDATE": f'UPDATE "{name}" SET province_id = province_id',
                "DELETE": f'DELETE FROM "{name}"',
            }[right]
            with refused("permission denied"):
                run(statement)
        with refused("permission denied"):
            run(f'TRUNCATE "{name}"')
    assert as_stored(name, key) == before is not None


@every_table
def test_a_row_is_neither_put_there_nor_moved_there(foreign, own, name):
    table = TABLES[name]
    with undone(own.province_id):
        with refused("row-level security"):
            foreign.insert(table.model, foreign.values(table.model))
        if "UPDATE" in table.rights:
            with refused("row-level security"):
                run(f'UPDATE "{name}" SET province_id = %s', foreign.province_id)


@every_table
def test_its_object_is_not_saved_in_another_scope(foreign, own, name):
    model = TABLES[name].model
    with tenant_scope(foreign.province_id, read_only=True):
        row = model._base_manager.get(pk=foreign.keys[name])
    before = as_stored(name, row.pk)
    ours = issubclass(model, TenantModel)  # finds no row, so it tries an insert under A's number
    with undone(own.province_id), pytest.raises(DatabaseError), transaction.atomic():
        models.Model.save(row, force_update=not ours)
    assert as_stored(name, row.pk) == before


@every_key
def test_no_key_points_at_it(foreign, own, name, column, other):
    """PostgreSQL's own check of a simple key would accept the foreign row."""
    table = TABLES[name]
    with undone(own.province_id):
        if column == table.primary_key:  # A's row of this table holds that key already
            with refused("violates unique", IntegrityError):
                own.insert(table.model, own.values(table.model) | {column: foreign.keys[other]})
        elif "UPDATE" in table.rights:
            with refused("violates foreign key", IntegrityError):
                sql = f'UPDATE "{name}" SET "{column}" = %s WHERE "{table.primary_key}" = %s'
                assert run(sql, foreign.keys[other], own.keys[name]) == 1
                run("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            if "DELETE" in table.rights:  # else the row that is there stands in its way
                run(f'DELETE FROM "{name}" WHERE "{table.primary_key}" = %s', own.keys[name])
            values = own.values(table.model) | {column: foreign.keys[other]}
            with refused("violates foreign key", IntegrityError):
                own.insert(table.model, values)


@every_table
def test_outside_a_scope_every_way_is_shut(foreign, own, name):
    model = TABLES[name].model
    for attempt in (
        lambda: model._default_manager.count(),
        lambda: model._base_manager.first(),
        lambda: model._base_manager.all()._raw_delete("default"),
        lambda: run(f'SELECT 1 FROM "{name}"'),
    ):
        with pytest.raises(NoTenant):
            attempt()


@every_table
def test_outside_a_scope_the_database_itself_shows_nothing(foreign, own, name):
    table = TABLES[name]
    connection.ensure_connection()
    connection.execute_wrappers.remove(refuse_without_scope)
    try:
        assert run(f'SELECT 1 FROM "{name}"') == 0
        if "DELETE" in table.rights:
            assert run(f'DELETE FROM "{name}"') == 0
        with pytest.raises(DatabaseError, match="row-level security"):
            own.insert(table.model, own.values(table.model))
    finally:
        connection.execute_wrappers.insert(0, refuse_without_scope)


@every_table
def test_each_province_has_its_own_row_for_its_own_scope(foreign, own, name):
    """The control: the same questions asked in the right scope do find the rows."""
    for filler in (foreign, own):
        with undone(filler.province_id):
            assert TABLES[name].model._base_manager.filter(pk=filler.keys[name]).count() == 1
            assert run(f'SELECT 1 FROM "{name}"') >= 1


def test_a_table_that_fails_is_named():
    @of_each([("audit_auditentry",), ("files_storedfile",)])
    def ask(foreign, own, name):
        assert name == "files_storedfile"

    with pytest.raises(BaseExceptionGroup) as found:
        ask(None, None)
    assert [fault.__notes__ for fault in found.value.exceptions] == [["audit_auditentry"]]


def test_bulk_writes_stay_inside(foreign, own):
    from audit.models import OutboxEvent

    table = OutboxEvent._meta.db_table
    with undone(own.province_id):
        with refused("row-level security"):
            OutboxEvent.objects.bulk_create(
                [OutboxEvent(entry_id=1, action="x", province_id=foreign.province_id)]
            )
        stranger = OutboxEvent(pk=foreign.keys[table], action="taken")
        assert OutboxEvent.objects.bulk_update([stranger], ["action"]) == 0
        assert OutboxEvent.objects.filter(pk=foreign.keys[table]).update(action="taken") == 0
        assert OutboxEvent.objects.filter(pk=foreign.keys[table]).delete() == (0, {})
        created = OutboxEvent.objects.update_or_create(
            pk=own.keys[table], defaults={"action": "mine"}
        )
        assert created[1] is False
