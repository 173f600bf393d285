"""Bring every tenant table to one shape: column, keys, row security, rights.

Idempotent. Reads the catalogue first and changes only what differs; it owns the constraints
whose names it makes (`…_tenant_key`, `…_tenant_fk`) and the two policies. Run by `migrate`,
as the owner. Adding keys to a large table locks it: see docs/operations.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection, models

from tenancy.search import search_functions
from tenancy.tables import GLOBAL_TABLES, TenantTable, tenant_tables

SETTING = "NULLIF(current_setting('app.province', true), '')::int"
SETTING_AS_STORED = "(NULLIF(current_setting('app.province'::text, true), ''::text))::integer"
OPEN_POLICY, PROVINCE_POLICY = "p_open", "p_province"
APP, DISPATCH, LOADER, BACKUP = (
    "portal_app",
    "portal_dispatch",
    "portal_loader",
    "portal_backup",
)


@dataclass
class Catalogue:
    """What the database holds now, by table name."""

    columns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    defaults: dict[str, str] = field(default_factory=dict)
    constraints: dict[str, dict[str, tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )  # table -> name -> (type, definition)
    unique_indexes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    policies: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    secured: set[str] = field(default_factory=set)
    rights: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def read_catalogue() -> Catalogue:
    """Read the present state with a handful of queries."""
    now = Catalogue()
    for table, column, default in _rows("""
        SELECT table_name, column_name, column_default FROM information_schema.columns
        WHERE table_schema = 'public'"""):
        now.columns[table].add(column)
        if column == "province_id" and default:
            now.defaults[table] = default
    for table, name, kind, definition in (
        _rows("""
        SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'f')""")
    ):
        now.constraints[table][name] = (kind, definition)
    for table, name, definition in _rows("""
        SELECT i.indrelid::regclass::text, c.relname, pg_get_indexdef(c.oid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype = 'u')
        """):
        now.unique_indexes[table][name] = definition
    for table, name, permissive, roles, command, using, check in _rows("""
        SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check
        FROM pg_policies WHERE schemaname = 'public'"""):
        now.policies[table][name] = f"{permissive} {roles} {command} {using} {check}"
    now.secured = {
        row[0]
        for row in _rows("""
        SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity""")
    }
    for table, role, right in _rows("""
        SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public'"""):
        now.rights[(table, role)].add(right)
    return now


OPEN_STATE = "PERMISSIVE {public} ALL true true"
PROVINCE_STATE = (
    "RESTRICTIVE {public} ALL "
    f'(province_id = ( SELECT {SETTING_AS_STORED} AS "nullif")) '
    f'(province_id = ( SELECT {SETTING_AS_STORED} AS "nullif"))'
)


def short_name(*parts: str) -> str:
    """A constraint name of at most 63 bytes; long ones keep a hash."""
    name = "_".join(parts)
    if len(name) <= 63:
        return name
    return f"{name[:50]}_{sha256(name.encode()).hexdigest()[:12]}"


def _column(table: TenantTable, now: Catalogue) -> list[str]:
    quoted = f'"{table.name}"'
    if "province_id" not in now.columns[table.name]:
        return [
            f"ALTER TABLE {quoted} ADD COLUMN province_id int NOT NULL DEFAULT {SETTING} "
            "REFERENCES tenancy_province"
        ]
    if table.name not in now.defaults:
        return [f"ALTER TABLE {quoted} ALTER COLUMN province_id SET DEFAULT {SETTING}"]
    return []


def _unique_keys(table: TenantTable, now: Catalogue) -> list[str]:
    """Third-party keys get the province in front, under the same name."""
    statements = []
    for name, (kind, definition) in now.constraints[table.name].items():
        if kind == "u" and "(province_id" not in definition:
            with_province = definition.replace("(", "(province_id, ", 1)
            statements.append(
                f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{name}", '
                f'ADD CONSTRAINT "{name}" {with_province}'
            )
    for name, definition in now.unique_indexes[table.name].items():
        if "(province_id" not in definition:
            with_province = re.sub(r"\(", "(province_id, ", definition, count=1)
            statements += [f'DROP INDEX "{name}"', with_province]
    key = short_name(table.name, "tenant_key")
    if key not in now.constraints[table.name]:
        statements.append(
            f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{key}" '
            f'UNIQUE (province_id, "{table.primary_key}")'
        )
    return statements


def tenant_foreign_keys(table: TenantTable) -> list[tuple[str, str, str]]:
    """(column, other table, its key column) of each foreign key to another tenant table."""
    keys = []
    for each in table.model._meta.local_fields:
        if isinstance(each, models.ForeignKey):
            other = each.related_model._meta
            if other.db_table not in GLOBAL_TABLES:
                keys.append((each.column, other.db_table, each.target_field.column))
    return keys


def _foreign_keys(table: TenantTable, now: Catalogue) -> list[str]:
    statements = []
    for column, other, target in tenant_foreign_keys(table):
        name = short_name(table.name, column, "tenant_fk")
        for old, (kind, definition) in now.constraints[table.name].items():
            if kind == "f" and definition.startswith(f"FOREIGN KEY ({column}) "):
                statements.append(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{old}"')
        if name not in now.constraints[table.name]:
            statements.append(
                f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{name}" '
                f'FOREIGN KEY (province_id, "{column}") '
                f'REFERENCES "{other}" (province_id, "{target}") DEFERRABLE INITIALLY DEFERRED'
            )
    return statements


def _row_security(table: TenantTable, now: Catalogue) -> list[str]:
    quoted = f'"{table.name}"'
    statements = []
    if table.name not in now.secured:
        statements.append(
            f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
    wanted = {
        OPEN_POLICY: (OPEN_STATE, "AS PERMISSIVE USING (true) WITH CHECK (true)"),
        PROVINCE_POLICY: (
            PROVINCE_STATE,
            f"AS RESTRICTIVE USING (province_id = (SELECT {SETTING})) "
            f"WITH CHECK (province_id = (SELECT {SETTING}))",
        ),
    }
    for name, (state, definition) in wanted.items():
        if now.policies[table.name].get(name) != state:
            statements += [
                f"DROP POLICY IF EXISTS {name} ON {quoted}",
                f"CREATE POLICY {name} ON {quoted} {definition}",
            ]
    return statements


def _rights(name: str, rights: str, now: Catalogue) -> list[str]:
    dispatch = getattr(_model_of(name), "dispatch_rights", "")
    wanted = {APP: rights, DISPATCH: dispatch, LOADER: "ALL", BACKUP: "SELECT"}
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
    statements = []
    for role, right in wanted.items():
        asked = everything if right == "ALL" else set(right.replace(",", " ").split())
        held = now.rights.get((name, role), set()) - {"MAINTAIN"}
        if asked != held:
            statements.append(f'REVOKE ALL ON "{name}" FROM {role}')
            if right:
                statements.append(f'GRANT {right} ON "{name}" TO {role}')
    return statements


def _model_of(name: str) -> type[models.Model] | None:
    return next((table.model for table in tenant_tables() if table.name == name), None)


def shape() -> int:
    """Apply the shape to every tenant table; return how many statements that took."""
    tables = tenant_tables()
    now = read_catalogue()
    statements: list[str] = []
    for step in (_column, _unique_keys):  # every table has its key before any table points at it
        for table in tables:
            statements += step(table, now)
    for step in (_foreign_keys, _row_security):
        for table in tables:
            statements += step(table, now)
    for table in tables:
        statements += _rights(table.name, table.rights, now)
    for name in GLOBAL_TABLES:
        statements += _rights(name, "SELECT", now)
    statements += [
        f"GRANT USAGE ON SCHEMA public TO {APP}, {DISPATCH}, {LOADER}, {BACKUP}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}, {LOADER}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ]
    statements += search_functions(tables)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return len(statements)
