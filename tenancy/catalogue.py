"""What the database's own catalogue says about our tables: read once, compared by shape and walls.

`shape` brings the tables to their form, `walls` says where they differ from it. Both read the
same facts, and each decides for itself what they ought to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

PROVINCE = "province_id"
Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Column:
    """Type, NOT NULL and default as PostgreSQL writes them."""

    type: str
    is_required: bool
    default: str


@dataclass(frozen=True)
class ForeignKey:
    """One foreign key with the columns of both sides in their order."""

    name: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]
    is_deferred: bool
    is_validated: bool


@dataclass(frozen=True)
class UniqueKey:
    """A unique index; `columns` has "" where it indexes an expression."""

    name: str
    columns: tuple[str, ...]
    definition: str  # of the constraint when it is one, else of the index
    is_constraint: bool
    is_primary: bool


@dataclass(frozen=True)
class Function:
    """A function that runs with its owner's rights."""

    name: str
    owner: str
    body: str
    settings: tuple[str, ...]
    rights: frozenset[str]


@dataclass
class Catalogue:
    """The facts, by the name of the table."""

    kinds: dict[str, str] = field(default_factory=dict)  # r table, v view, m, f, p; S sequence
    owners: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    row_security: dict[str, tuple[bool, bool]] = field(default_factory=dict)  # enabled, forced
    columns: dict[str, dict[str, Column]] = field(default_factory=lambda: defaultdict(dict))
    foreign_keys: dict[str, list[ForeignKey]] = field(default_factory=lambda: defaultdict(list))
    unique_keys: dict[str, list[UniqueKey]] = field(default_factory=lambda: defaultdict(list))
    policies: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    rights: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # name -> role -> rights
    column_rights: dict[str, set[tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )  # name -> (role, column, right)
    sequences: dict[str, str] = field(default_factory=dict)  # sequence -> its table
    indexes: set[str] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)
    schema_rights: set[tuple[str, str]] = field(default_factory=set)  # (role, right) on public
    functions: dict[str, Function] = field(default_factory=dict)


@contextmanager
def querying(cursor: Any | None = None) -> Iterator[Query]:
    """Run queries on `cursor`, or on one of the default connection."""

    def ask(on: Any) -> Query:
        def query(sql: str) -> list[tuple[Any, ...]]:
            on.execute(sql)
            rows: list[tuple[Any, ...]] = on.fetchall()
            return rows

        return query

    if cursor is not None:
        yield ask(cursor)
        return
    with connection.cursor() as own:
        yield ask(own)


def read_catalogue(cursor: Any | None = None) -> Catalogue:
    """Read the present state with a dozen queries."""
    now = Catalogue()
    with querying(cursor) as query:
        _read_relations(now, query)
        _read_columns(now, query)
        _read_keys(now, query)
        _read_policies(now, query)
        _read_rights(now, query)
        _read_functions(now, query)
    return now


def _read_relations(now: Catalogue, query: Query) -> None:
    for name, kind, owner, options, enabled, forced in query("""
        SELECT relname, relkind::text, pg_get_userbyid(relowner), COALESCE(reloptions, '{}'),
               relrowsecurity, relforcerowsecurity
        FROM pg_class c
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                          AND d.objid = c.oid AND d.deptype = 'e')"""):
        now.kinds[name], now.owners[name], now.options[name] = kind, owner, list(options)
        now.row_security[name] = (enabled, forced)
    for sequence, table in query("""
        SELECT s.relname, t.relname FROM pg_class s
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
             AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_class t ON t.oid = d.refobjid
        WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"""):
        now.sequences[sequence] = table
    now.extensions = {row[0] for row in query("SELECT extname FROM pg_extension")}
    now.indexes = {
        row[0]
        for row in query("""
            SELECT relname FROM pg_class
            WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace""")
    }


def _read_columns(now: Catalogue, query: Query) -> None:
    for table, name, kind, required, default in query("""
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               COALESCE(pg_get_expr(d.adbin, d.adrelid),
                        CASE WHEN a.attidentity <> '' THEN 'identity' ELSE '' END)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND a.attnum > 0 AND NOT a.attisdropped"""):
        now.columns[table][name] = Column(kind, required, default)


NAMES_OF = """ARRAY(SELECT COALESCE(a.attname, '') FROM unnest({keys}) WITH ORDINALITY k(n, i)
                    LEFT JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.n
                    ORDER BY k.i)::text[]"""


def _read_keys(now: Catalogue, query: Query) -> None:
    ours = NAMES_OF.format(keys="f.conkey", table="f.conrelid")
    theirs = NAMES_OF.format(keys="f.confkey", table="f.confrelid")
    for table, name, columns, other, other_columns, deferred, validated in query(f"""
        SELECT t.relname, f.conname, {ours}, o.relname, {theirs}, f.condeferred, f.convalidated
        FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid
        JOIN pg_class o ON o.oid = f.confrelid
        WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace ORDER BY f.conname"""):  # noqa: S608
        now.foreign_keys[table].append(
            ForeignKey(name, tuple(columns), other, tuple(other_columns), deferred, validated)
        )
    names = NAMES_OF.format(keys="i.indkey[0:i.indnkeyatts - 1]", table="i.indrelid")
    for table, name, columns, definition, constraint, primary in query(f"""
        SELECT t.relname, c.relname, {names},
               COALESCE(pg_get_constraintdef(k.oid), pg_get_indexdef(c.oid)),
               k.oid IS NOT NULL, i.indisprimary
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
        WHERE (i.indisunique OR i.indisexclusion) AND c.relnamespace = 'public'::regnamespace
        ORDER BY c.relname"""):  # noqa: S608
        now.unique_keys[table].append(
            UniqueKey(name, tuple(columns), definition, constraint, primary)
        )


def _read_policies(now: Catalogue, query: Query) -> None:
    for table, name, permissive, roles, command, using, check in query("""
        SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check
        FROM pg_policies WHERE schemaname = 'public'"""):
        now.policies[table][name] = f"{permissive} {roles} {command} {using} {check}"


def _read_rights(now: Catalogue, query: Query) -> None:
    now.rights = {name: defaultdict(set) for name in now.kinds}
    for name, role, right in query("""
        SELECT c.relname, COALESCE(r.rolname, 'PUBLIC'), a.privilege_type
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner"""):
        if name in now.rights:
            now.rights[name][role].add(right)
    for table, role, column, right in query("""
        SELECT c.relname, COALESCE(r.rolname, 'PUBLIC'), t.attname, a.privilege_type
        FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid
        CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = 'public'::regnamespace"""):
        now.column_rights[table].add((role, column, right))
    now.schema_rights = set(
        query("""
        SELECT COALESCE(r.rolname, 'PUBLIC')::text, a.privilege_type
        FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = 'public' AND a.grantee <> n.nspowner""")
    )


def _read_functions(now: Catalogue, query: Query) -> None:
    for name, owner, body, settings, rights in query("""
        SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.prosrc,
               COALESCE(p.proconfig, '{}'),
               ARRAY(SELECT COALESCE(r.rolname, 'PUBLIC')::text
                     FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
                     LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> p.proowner)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"""):
        now.functions[name] = Function(name, owner, body, tuple(settings), frozenset(rights))
