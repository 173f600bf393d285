"""Search inside one province in spite of row level security.

Text operators are not leakproof, so under a policy PostgreSQL does not use a GIN index (2 ms
became 110 ms on a million rows). One generated SECURITY DEFINER function per searched table
reads the index with the province fixed by its text, and returns ids; the outer query joins them
under the policies and the person's rights.

The function reads the newest rows in windows until it has enough, the next one four times as large
where the last one held few, and at once all that is left where words are seldom: so words cost what
their newest matches cost, however many rows there are (docs/decisions/0001).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenancy.catalogue import Catalogue
    from tenancy.tables import TenantTable

ENOUGH = 5_000  # newest matches looked at; a word that fits more asks to be narrowed

LEVELS = range(9, 24, 2)  # powers of two: how many keys a window spans
COMMON = 16  # one row in so many holds the words: a window is read through
SURE = 8_192  # keys looked at, after which words may be called seldom
STEP = 250  # matches that are asked for at a time, to fill a page
_NUMBER = re.compile("[0-9]+/[a-z0-9]{1,2}")  # of a document, with the beginning of its signs
MOST_WORDS = 8  # that a call looks for, and the longest of them that it asks the index for
WORDS = 4
NEWEST = 2**62

PROVINCE = "province_id = NULLIF(current_setting('app.province', true), '')::int"
# A window of words that many rows hold, or that have no three letters in a row, is read through by
# its keys, any other by the index of windows and letters. One plan for all words. "+ 0" keeps the
# index of keys away, which would name all older rows.
BODY = """
#variable_conflict use_variable
DECLARE
    place bigint := (SELECT max("{key}") FROM "{table}" WHERE {province});
    asked int := most;
    level int := {first};
    low bigint;
    found bigint;
    begun bigint;
    is_indexed boolean := {letters} ~ '[[:alnum:]]{{3}}';
    is_common boolean := true;
BEGIN
    IF newest < place THEN
        place := newest;
    END IF;
    begun := place;
    WHILE place >= oldest AND most > 0 AND cardinality(patterns) > 0 LOOP
        low := place >> level << level;
        IF is_indexed AND begun - place >= {sure}
                AND (asked - most) * place < 2 * most * (begun - place) THEN
            low := 0;
            RETURN QUERY SELECT "{key}" FROM "{table}" WHERE {province}
                AND "{key}" + 0 <= place
                AND {conditions}
            ORDER BY "{key}" DESC LIMIT most;
        ELSIF is_indexed AND NOT is_common THEN
            RETURN QUERY SELECT "{key}" FROM "{table}" WHERE {province}
                AND {windows} @> ARRAY[{window}] AND "{key}" + 0 <= place
                AND {conditions}
            ORDER BY "{key}" DESC LIMIT most;
        ELSE
            RETURN QUERY SELECT "{key}" FROM "{table}" WHERE {province}
                AND "{key}" BETWEEN low AND place AND "{column}" LIKE ALL (patterns)
            ORDER BY "{key}" DESC LIMIT most;
        END IF;
        GET DIAGNOSTICS found = ROW_COUNT;
        most := most - found;
        is_common := found * {common} > place - low;
        IF level < {last} AND found << level + {step} < 2 * most * (place - low + 1) THEN
            level := level + {step};
        END IF;
        place := low - 1;
    END LOOP;
END
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(
    patterns text[], most int, oldest bigint DEFAULT 0, newest bigint DEFAULT NULL
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $body${body}$body$"""
SETTINGS = ("search_path=public, pg_temp", "plan_cache_mode=force_generic_plan")
SEARCH, APP = "portal_search", "portal_app"
EXTENSIONS = ("pg_trgm",)


def function_name(table: str) -> str:
    return f"search_{table}"


def signature(table: str) -> str:
    return f"{function_name(table)}(text[],integer,bigint,bigint)"


def index_name(table: str) -> str:
    return f"{table}_search_windows"


def _window(key: str, level: object, province: str) -> str:
    """SQL of the window of a key: a number of this size, place and province alone."""
    return f"(({key} >> {level}) * 32 + {level}) * 65536 + {province}"


def _windows(table: TenantTable) -> str:
    """SQL of all windows in which a row lies, one of each size, as the index holds them."""
    key = table.primary_key
    return f"(ARRAY[{', '.join(_window(key, level, 'province_id') for level in LEVELS)}])"


def _letters(table: TenantTable, text: str) -> str:
    """SQL of what the index holds of a text: its letters, numbers in one piece with the signs that
    follow them, and what is looked for as a phrase in one piece altogether. Three letters across
    two words are much more seldom than three of a word."""
    held = f"replace({text}, ' ', '')" if table.is_searched_as_phrase else text
    return f"replace({held}, '/', '')"


def body_of(table: TenantTable) -> str:
    """The function's text; the province is fixed here and by nothing a caller can pass."""
    column = f'"{table.search_column}"'
    words = ["patterns[1]", *(f"COALESCE(patterns[{n}], '%')" for n in range(2, WORDS + 1))]
    if table.is_searched_as_phrase:
        words = words[:1]
    held = _letters(table, column)
    conditions = [f"{held} LIKE {_letters(table, word)}" for word in words]
    return BODY.format(
        table=table.name, key=table.primary_key, column=table.search_column, province=PROVINCE,
        letters=_letters(table, "array_to_string(patterns, '%')"), windows=_windows(table),
        window=_window("place", "level", PROVINCE.partition(" = ")[2]),
        conditions=f"\n{' ' * 16}AND ".join([*conditions, f"{column} LIKE ALL (patterns)"]),
        first=LEVELS[0], last=LEVELS[-1], step=LEVELS.step, common=COMMON, sure=SURE,
    )  # fmt: skip


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
        if index_name(table.name) not in now.indexes:
            held = _letters(table, f'"{table.search_column}"')
            statements.append(
                f'CREATE INDEX "{index_name(table.name)}" ON "{table.name}" USING gin '
                f"({_windows(table)}, ({held}) gin_trgm_ops)"
            )
        if (former := f"{table.name}_search_gin") in now.indexes:  # it knew no windows
            statements.append(f'DROP INDEX "{former}"')
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
    former = f"{function_name(table.name)}(text[],integer)"  # it knew no windows
    return [
        *([f"DROP FUNCTION {former}"] if former in now.functions else []),
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
    ids = RawSQL(f"SELECT {_name(model)}(%s, %s)", (_patterns(model, needle), ENOUGH))  # noqa: S611
    return Func(
        F(key), ids, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY",
        output_field=BooleanField(),
    )  # fmt: skip


def found_ids(
    model: type[Any], needle: str, *, most: int = ENOUGH, oldest: int = 0, newest: int = NEWEST
) -> tuple[list[int], bool]:
    """Ids of the newest rows of the province that hold every word (or all of them as they stand,
    where the model says so), and whether there are more than `most`. Older ones than `oldest` need
    not be among them. One call of the function, where `matching` and `is_cut` need two."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_name(model)}(%s, %s, %s, %s)",
            [_patterns(model, needle), most + 1, oldest, newest],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return ids[:most], len(ids) > most


def ids_for_a_page(
    seen: QuerySet[Any], needle: str, size: int, *, oldest: int = 0
) -> tuple[list[int], bool]:
    """Ids of the rows of `seen` that hold every word, the newest first: as many as it takes for a
    first page and a row more; and whether the search stopped before that. Two queries where the
    first 250 matches fill it, then for twice as many as before."""
    known: list[int] = []
    looked, step, newest, is_cut = 0, STEP, NEWEST, True
    while is_cut and len(known) <= size and looked < ENOUGH:
        ids, is_cut = found_ids(seen.model, needle, most=step, oldest=oldest, newest=newest)
        rows = seen.filter(among("pk", ids)).order_by("-pk").values_list("pk", flat=True)
        known += rows[: size + 1 - len(known)]
        newest = ids[-1] - 1 if ids else 0
        looked, step = looked + step, min(2 * step, ENOUGH - looked - step)
    return known, is_cut and len(known) <= size


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
            [_patterns(model, needle), ENOUGH + 1],
        )
        return bool(cursor.fetchone()[0] > ENOUGH)


def _name(model: type[Any]) -> str:
    return function_name(model._meta.db_table)


def _patterns(model: type[Any], needle: str) -> list[str]:
    """What rows must hold. The index is asked for the first four: the longest words, and of the
    number of a document (a phrase may begin with one) what is seldom. The rest of it, "-UBND",
    nearly all rows hold."""
    if getattr(model, "is_searched_as_phrase", False):
        return [_pattern(each) for each in dict.fromkeys([_seldom(needle), needle]) if each]
    words = sorted(set(needle.split()), key=len, reverse=True)[:MOST_WORDS]
    asked = [_seldom(word) for word in words[:WORDS]]
    rest = [word for word in words if word not in asked]
    return [_pattern(word) for word in asked + [""] * (WORDS - len(asked)) + rest] if words else []


def _seldom(word: str) -> str:
    number = _NUMBER.match(word)
    return number[0] if number else word


def _pattern(words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%" if words else "%"
