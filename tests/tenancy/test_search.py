"""The search functions: fast in spite of row security, and never past the province."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from hashlib import md5

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tenancy.catalogue import read_catalogue
from tenancy.logins import as_loader, as_owner
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tenancy.search import (
    ENOUGH,
    LEVELS,
    PROVINCE,
    STEP,
    body_of,
    found_ids,
    function_name,
    index_name,
    matching,
    signature,
)
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
            values.append(
                "md5(g::text) || ' ' || md5((g + 7)::text) || ' nguyen van ' || g %% 97"
                " || ' ' || g %% 89 || '/kh-ubnd'"
            )
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
        index = index_name(table.name)
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
        in_any_order = 0 if table.is_searched_as_phrase else 1
        assert len(found(table, "nguyen a87ff679a2f3 van")) == in_any_order
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
def test_of_a_number_the_index_is_asked_for_what_is_seldom(provinces, table):
    """Nearly all rows hold "-UBND"; what else was typed is only compared."""
    with tenant_scope(provinces[0]), CaptureQueriesContext(connection) as asked:
        found_ids(table.model, "17/kh-ubnd")
    patterns = re.findall("%17/[^%]*%", asked[0]["sql"])
    assert patterns == ["%17/kh%", "%17/kh-ubnd%"]


@every_searched
def test_a_common_word_stops_at_enough(provinces, table):
    with tenant_scope(provinces[0]):
        ids = table.model.objects.filter(matching(table.model, "nguyen"))
        assert ids.count() == ENOUGH


def plain(table, needle: str) -> list[int]:
    """The same asked of the table itself: each row, by falling keys."""
    is_phrase = table.is_searched_as_phrase
    rows = table.model.objects.all()
    for word in [needle] if is_phrase else needle.split():
        rows = rows.filter(**{f"{table.search_column}__contains": word})
    return list(rows.order_by("-pk").values_list("pk", flat=True))


def needles(seed: int) -> Iterator[str]:
    """Words that no row holds, that all hold, that the oldest alone hold, and some of chance: parts
    of what is written in rows, from one letter on."""
    yield from ("xyz", "zz", "z nguyen", "nguyen van", "n", "van 7", "7 g", "4ca4238a0b923820dcc5")
    yield from ("7/kh-ubnd", "17/kh-ubnd", "17/kh", "1/kh-ubnx", "/kh", "7/kh nguyen", "17/", "a/b")
    yield from ("7/kh-ubnd", "17/kh-ubnd", "17/kh", "1/kh-ubnx", "/kh", "7/kh nguyen", "17/", "a/b")
    chance = random.Random(seed)
    for _n in range(20):
        digits = [md5(str(chance.randint(1, FEW)).encode()).hexdigest() for _n in range(2)]
        first = [part[: chance.choice([1, 2, 3, 4, 9])] for part in digits]
        yield " ".join(first[: chance.choice([1, 1, 2])])


@every_searched
def test_windows_answer_what_the_table_answers(provinces, table):
    """The same rows in the same order, however far back they lie, and from any row on."""
    for seed, province in enumerate(provinces):
        chance = random.Random(seed)
        with tenant_scope(province):
            keys = list(table.model.objects.values_list("pk", flat=True))
            for needle in needles(seed):
                whole, newest = plain(table, needle), chance.choice(keys)
                for most in (1, 40, STEP, ENOUGH):
                    answer = found_ids(table.model, needle, most=most)
                    assert answer == (whole[:most], len(whole) > most), (needle, most)
                rest, oldest = [key for key in whole if key <= newest], newest - 700
                assert found_ids(table.model, needle, newest=newest)[0] == rest[:ENOUGH], needle
                ids, _more = found_ids(table.model, needle, newest=newest, oldest=oldest)
                assert ids == rest[: len(ids)], needle
                assert set(ids) >= {key for key in rest if key >= oldest}, needle


def test_the_oldest_are_not_in_the_first_windows(provinces):
    """The control: what is compared above lies in several windows."""
    with tenant_scope(provinces[0]):
        oldest, newest = (
            SEARCHED[0].model.objects.order_by(key).first().pk for key in ("pk", "-pk")
        )
        assert oldest >> LEVELS[1] < newest >> LEVELS[1]


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
    "no province": lambda body: body.replace(f"{PROVINCE}\n                AND ", "", 1),
    "no province of the newest": lambda body: body.replace(f" WHERE {PROVINCE});", ");"),
    "a way past": lambda body: body.replace("ORDER BY", "OR patterns[1] = 'all' ORDER BY", 1),
    "a union": lambda body: body.replace("ORDER BY", "UNION SELECT 1 ORDER BY", 1),
    "a second statement": lambda body: body.replace("END IF;", "END IF; DELETE FROM t;", 1),
    "another read": lambda body: body.replace("END IF;", "END IF; RETURN QUERY select 1;", 1),
    "a fixed province": lambda body: body.replace(PROVINCE, "province_id = 1"),
    "nothing": lambda body: "BEGIN END",
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@every_searched
def test_a_mutated_function_is_named_and_mended(owner_cursor, table, mutation):
    body = MUTATIONS[mutation](body_of(table))
    assert body != body_of(table)
    now = read_catalogue()
    held = now.functions[signature(table.name)]
    now.functions[signature(table.name)] = type(held)(
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
    name = signature(table.name)
    owner_cursor.execute(change.format(f=name, t=table.name))
    assert any(words in fault for fault in faults())
    shape()
    assert faults() == []
