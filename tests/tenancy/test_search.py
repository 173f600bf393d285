"""The search functions: fast in spite of row security, and never past the province."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection

from tenancy.catalogue import read_catalogue
from tenancy.logins import as_loader, as_owner
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tenancy.search import ENOUGH, body_of, function_name, matching
from tenancy.shape import shape
from tenancy.tables import tenant_tables
from tenancy.walls import faults, function_faults
from tests.tenancy.conftest import copied_database, drop_checks
from tests.tenancy.rows import Filler

SEARCHED = [table for table in tenant_tables() if table.search_column]
every_searched = pytest.mark.parametrize("table", SEARCHED, ids=lambda table: table.name)
FEW, MANY = ENOUGH + 500, 25_000  # rows in each of two provinces


def multiply(table, key, first: int, last: int) -> None:
    """Copy the filler's row for each number; what must differ gets its number."""
    now = read_catalogue()
    unique = {name for k in now.unique_keys[table.name] if not k.is_primary for name in k.columns}
    columns, values = [], []
    for name, column in now.columns[table.name].items():
        if name == table.primary_key:
            continue
        columns.append(f'"{name}"')
        if name == table.search_column:
            values.append("md5(g::text) || ' ' || md5((g + 7)::text) || ' nguyen van ' || g %% 97")
        elif name in unique - {"province_id"} and column.type.startswith(("char", "text")):
            values.append("left(g || '-v', 30)")
        elif name in unique - {"province_id"} and column.type in {"integer", "bigint", "smallint"}:
            values.append(f't."{name}"' + ("" if name.endswith("_id") else " + g"))
        else:
            values.append(f't."{name}"')
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table.name}" ({", ".join(columns)}) SELECT {", ".join(values)} '
            f'FROM "{table.name}" t CROSS JOIN generate_series({first}, {last}) g '
            f'WHERE t."{table.primary_key}" = %s',
            [key],
        )


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    """A copy in which every searched table has some thousand rows of two provinces."""
    with django_db_blocker.unblock(), copied_database("search"):
        drop_checks()
        provinces = list(Province.objects.filter(code__in=["H32", "H44"]).order_by("code"))
        fillers = [Filler(province.pk) for province in provinces]
        grow(fillers, 1, FEW)
        yield provinces, fillers


def grow(fillers: list[Filler], first: int, last: int) -> None:
    with as_loader():
        for filler in fillers:
            for table in SEARCHED:
                multiply(table, filler.key_of(table.model), first, last)
    with as_owner(), connection.cursor() as cursor:
        # A plan knows the words, and the index has no list of rows that wait to be sorted in.
        cursor.execute("VACUUM ANALYZE")


@pytest.fixture
def provinces(full, django_db_blocker):
    with django_db_blocker.unblock():
        yield full[0]


@pytest.fixture(scope="module")
def grown(full, django_db_blocker):
    """As many rows as an index needs to be worth it: 50,000 a table."""
    with django_db_blocker.unblock():
        grow(full[1], FEW + 1, MANY)


def found(table, needle: str) -> list:
    return list(table.model.objects.filter(matching(table.model, needle)).order_by("pk"))


def test_there_is_something_to_search():
    assert {table.name for table in SEARCHED} >= {"onestop_dossier", "onestop_procedure"}


@pytest.mark.slow
@every_searched
def test_the_index_is_used(grown, provinces, table):
    with tenant_scope(provinces[0]), connection.cursor() as cursor:
        scans = "SELECT pg_stat_get_xact_numscans(%s::regclass)"
        index = f"{table.name}_search_gin"
        for _ in range(8):  # a plan that is kept must not be the one for a common word
            found(table, "nguyen")
        cursor.execute(scans, [index])
        before = cursor.fetchone()[0]
        assert len(found(table, "a87ff679a2f3")) == 1  # md5 of 4
        cursor.execute(scans, [index])
        assert cursor.fetchone()[0] > before


@pytest.mark.slow
@every_searched
def test_without_the_function_row_security_keeps_the_index_away(grown, provinces, table):
    """The control: why there is a function at all."""
    with tenant_scope(provinces[0]), connection.cursor() as cursor:
        cursor.execute(
            f'EXPLAIN SELECT 1 FROM "{table.name}" WHERE "{table.search_column}" LIKE %s',
            ["%a87ff679a2f3%"],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: (" + table.search_column not in plan
    assert not re.search(rf"Index Cond: .*{table.search_column}", plan)


@every_searched
def test_only_rows_of_the_open_province_are_found(provinces, table):
    for province in provinces:
        with tenant_scope(province), connection.cursor() as cursor:
            assert {row.province_id for row in found(table, "a87ff679a2f3")} == {province.pk}
            cursor.execute(f"SELECT * FROM {function_name(table.name)}('{{%nguyen van 5%}}', 90)")
            ids = [row[0] for row in cursor.fetchall()]
            assert len(ids) == 90
            assert table.model.objects.filter(pk__in=ids).count() == 90


@every_searched
def test_every_word_must_be_there_in_any_order(provinces, table):
    with tenant_scope(provinces[0]):
        assert len(found(table, "nguyen a87ff679a2f3 van")) == 1
        assert found(table, "nguyen a87ff679a2f3 tran") == []
        assert found(table, "") == []
        assert found(table, "   ") == []


@every_searched
@pytest.mark.parametrize(
    "needle",
    ["%", "_", "\\", "%%%%", "a%b", "' OR 1=1 --", "{x}", "$body$ SELECT 1", "x' UNION SELECT 1",
     '",{', "\\%", "nguyen%van", "_guyen"],
)  # fmt: skip
def test_a_needle_is_words_and_never_a_pattern_or_sql(provinces, table, needle):
    with tenant_scope(provinces[0]):
        assert found(table, needle) == []


@every_searched
def test_a_common_word_stops_at_enough(provinces, table):
    with tenant_scope(provinces[0]):
        ids = table.model.objects.filter(matching(table.model, "nguyen"))
        assert ids.count() == ENOUGH


@every_searched
def test_without_a_province_the_function_finds_nothing(provinces, table):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_search")  # as near as one comes to calling it unguarded
        cursor.execute(f"SELECT count(*) FROM {function_name(table.name)}('{{%nguyen%}}', 90)")
        assert cursor.fetchone()[0] == 0


@every_searched
def test_nobody_else_may_call_it_and_its_owner_reads_three_columns(provinces, table):
    with (
        as_loader(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
    ):
        cursor.execute(f"SELECT {function_name(table.name)}('{{%a%}}', 1)")


MUTATIONS = {
    "no province": lambda body: body.replace(
        "province_id = NULLIF(current_setting('app.province', true), '')::int\n      AND ", ""
    ),
    "a way past": lambda body: body.replace("ORDER BY", "OR patterns[1] = 'all' ORDER BY"),
    "a union": lambda body: body.replace("ORDER BY", "UNION SELECT 1 ORDER BY"),
    "a second statement": lambda body: body.replace("; END", "; DELETE FROM t; END"),
    "a fixed province": lambda body: body.replace(
        "NULLIF(current_setting('app.province', true), '')::int", "1"
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@every_searched
def test_a_mutated_function_is_named_and_mended(owner_cursor, table, mutation):
    body = MUTATIONS[mutation](body_of(table))
    assert body != body_of(table)
    now = read_catalogue()
    held = now.functions[f"{function_name(table.name)}(text[],integer)"]
    now.functions[f"{function_name(table.name)}(text[],integer)"] = type(held)(
        held.name, held.owner, body, held.settings, held.rights
    )
    words = ("province is not fixed", "does not read ids of")
    assert any(word in fault for fault in function_faults(now, [table]) for word in words)


@every_searched
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER FUNCTION {f} RESET search_path", "search_path is not fixed"),
        ("GRANT EXECUTE ON FUNCTION {f} TO PUBLIC", "callable by PUBLIC"),
        ("DROP FUNCTION {f}", "the search function is missing"),
        ("GRANT SELECT ON {t} TO portal_search", "portal_search may SELECT"),
    ],
)
def test_a_function_that_is_not_as_it_was_made_is_named_and_mended(
    owner_cursor, table, change, words
):
    name = f"{function_name(table.name)}(text[], int)"
    owner_cursor.execute(change.format(f=name, t=table.name))
    assert any(words in fault for fault in faults())
    shape()
    assert faults() == []
