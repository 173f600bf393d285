"""Search inside one province in spite of row level security.

Text operators are not leakproof, so under a policy PostgreSQL does not use a GIN index (2 ms
became 110 ms on a million rows). One generated SECURITY DEFINER function per searched table
reads the index with the province fixed by its text, and returns ids; the outer query joins them
under the policies and the person's rights.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from tenancy.catalogue import Catalogue
    from tenancy.tables import TenantTable

ENOUGH = 5_000  # newest matches looked at; a word that fits more asks to be narrowed

BODY = """
    SELECT "{key}" FROM "{table}"
    WHERE province_id = NULLIF(current_setting('app.province', true), '')::int
      AND {conditions}
    ORDER BY "{key}" DESC LIMIT most
"""
# Each call is planned for its words: a rare one by the trigrams of all words, a common one along
# the newest rows. One plan for all took 2 to 5 s on a million rows where these take 5 to 300 ms.
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(patterns text[], most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $body${body}$body$"""
SETTINGS = ("search_path=public, pg_temp", "plan_cache_mode=force_custom_plan")
BEGIN, END = "BEGIN RETURN QUERY", "; END"
WORDS = 8  # patterns that a call looks at
SEARCH, APP = "portal_search", "portal_app"
EXTENSIONS = ("pg_trgm", "btree_gin")


def function_name(table: str) -> str:
    return f"search_{table}"


def signature(table: str) -> str:
    return f"{function_name(table)}(text[],integer)"


def body_of(table: TenantTable) -> str:
    """The function's text; the province is fixed here and by nothing a caller can pass."""
    words = ["patterns[1]", *(f"COALESCE(patterns[{n}], '%')" for n in range(2, WORDS + 1))]
    conditions = "\n      AND ".join(f'"{table.search_column}" LIKE {word}' for word in words)
    select = BODY.format(table=table.name, key=table.primary_key, conditions=conditions)
    return f"{BEGIN}{select.rstrip()}{END}\n"


def columns_read(table: TenantTable) -> set[tuple[str, str, str]]:
    """The only rights of portal_search: the columns that its function names."""
    columns = {"province_id", table.primary_key, table.search_column}
    return {(SEARCH, column, "SELECT") for column in columns}


def search_statements(tables: Iterable[TenantTable], now: Catalogue) -> list[str]:
    """What makes the index, the rights and the function of every searched table."""
    searched = [table for table in tables if table.search_column]
    statements = [
        f"CREATE EXTENSION {name}" for name in EXTENSIONS if searched and name not in now.extensions
    ]
    if searched and (SEARCH, "USAGE") not in now.schema_rights:
        statements.append(f"GRANT USAGE ON SCHEMA public TO {SEARCH}")
    for table in searched:
        index = f"{table.name}_search_gin"
        if index not in now.indexes:
            statements.append(
                f'CREATE INDEX "{index}" ON "{table.name}" '
                f'USING gin (province_id, "{table.search_column}" gin_trgm_ops)'
            )
        rights = now.column_rights[table.name]
        if rights != columns_read(table) or now.rights.get(table.name, {}).get(SEARCH):
            columns = ", ".join(f'"{c}"' for _, c, _ in sorted(columns_read(table)))
            statements += [
                f'REVOKE ALL ON "{table.name}" FROM {SEARCH}',
                f'GRANT SELECT ({columns}) ON "{table.name}" TO {SEARCH}',
            ]
        statements += _function(table, now)
    return statements


def _function(table: TenantTable, now: Catalogue) -> list[str]:
    held = now.functions.get(signature(table.name))
    wanted = (SEARCH, body_of(table), SETTINGS, frozenset({APP}))
    if held and (held.owner, held.body, held.settings, held.rights) == wanted:
        return []
    name = signature(table.name)
    return [
        f"GRANT CREATE ON SCHEMA public TO {SEARCH}",  # an owner of functions must have it
        FUNCTION.format(name=function_name(table.name), body=body_of(table)),
        f"ALTER FUNCTION {name} OWNER TO {SEARCH}",
        f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {name} TO {APP}",
        f"REVOKE CREATE ON SCHEMA public FROM {SEARCH}",
    ]


def matching(model: type[Any], needle: str, key: str = "pk") -> Func:
    """Condition: `key` is a row of the open province whose search column holds every word.

    `needle` is already folded the way the column is (common.text.unaccented). The ids are one
    array and not a subquery: as a subquery with lists that join other tables, PostgreSQL looked
    for each id in each unit.
    """
    ids = RawSQL(f"SELECT {_name(model)}(%s, %s)", (_patterns(needle), ENOUGH))  # noqa: S611
    return Func(
        F(key), ids, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY",
        output_field=BooleanField(),
    )  # fmt: skip


def found_ids(model: type[Any], needle: str, *, as_phrase: bool = False) -> tuple[list[int], bool]:
    """Ids of the newest rows of the province that hold every word (or all of them as they stand),
    and whether there are more than are looked at. One call of the function, where `matching` and
    `is_cut` need two."""
    patterns = [_pattern(needle)] if as_phrase else _patterns(needle)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_name(model)}(%s, %s)",
            [patterns, ENOUGH + 1],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return ids[:ENOUGH], len(ids) > ENOUGH


def among(key: str, ids: Iterable[int]) -> Func:
    """Condition: `key` is one of these; one parameter however many they are."""
    known = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    return Func(
        F(key), known, template="%(expressions)s)", arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )  # fmt: skip


def is_cut(model: type[Any], needle: str) -> bool:
    """Whether more rows of the province match than `matching` looks at: the oldest are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {_name(model)}(%s, %s)",  # noqa: S608  a name of our own
            [_patterns(needle), ENOUGH + 1],
        )
        return bool(cursor.fetchone()[0] > ENOUGH)


def _name(model: type[Any]) -> str:
    return function_name(model._meta.db_table)


def _patterns(needle: str) -> list[str]:
    words = sorted(set(needle.split()), key=len, reverse=True)[:WORDS]
    return [_pattern(word) for word in words]


def _pattern(words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
