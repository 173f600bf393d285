"""Bring every tenant table to one shape: column, keys, row security, rights.

Idempotent. Reads the catalogue first and changes only what differs: a second run makes no
statement. It owns the constraints whose names it makes (`…_tenant_key`, `…_tenant_fk`), the two
policies and every right on our tables. Run by `migrate`, as the owner, in one transaction.
Adding keys to a large table locks it: see docs/operations.md.
"""

from __future__ import annotations

import re
from hashlib import sha256

from django.db import connection, transaction

from tenancy.catalogue import PROVINCE, Catalogue, UniqueKey, read_catalogue
from tenancy.search import search_statements
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
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
OPEN_STATE = "PERMISSIVE {public} ALL true true"
PROVINCE_STATE = (
    "RESTRICTIVE {public} ALL "
    f'(province_id = ( SELECT {SETTING_AS_STORED} AS "nullif")) '
    f'(province_id = ( SELECT {SETTING_AS_STORED} AS "nullif"))'
)
POLICIES = {
    OPEN_POLICY: (OPEN_STATE, "AS PERMISSIVE USING (true) WITH CHECK (true)"),
    PROVINCE_POLICY: (
        PROVINCE_STATE,
        f"AS RESTRICTIVE USING (province_id = (SELECT {SETTING})) "
        f"WITH CHECK (province_id = (SELECT {SETTING}))",
    ),
}


def short_name(*parts: str) -> str:
    """A constraint name of at most 63 bytes; long ones keep a hash."""
    name = "_".join(parts)
    if len(name) <= 63:
        return name
    return f"{name[:50]}_{sha256(name.encode()).hexdigest()[:12]}"


def _column(table: TenantTable, now: Catalogue) -> list[str]:
    quoted = f'"{table.name}"'
    column = now.columns[table.name].get(PROVINCE)
    if column is None:
        return [
            f"ALTER TABLE {quoted} ADD COLUMN province_id int NOT NULL DEFAULT {SETTING} "
            "REFERENCES tenancy_province"
        ]
    statements = []
    if column.default != SETTING_AS_STORED:
        statements.append(f"ALTER TABLE {quoted} ALTER COLUMN province_id SET DEFAULT {SETTING}")
    if not column.is_required:
        statements.append(f"ALTER TABLE {quoted} ALTER COLUMN province_id SET NOT NULL")
    return statements


def _with_province(key: UniqueKey) -> str:
    """The same definition, whose list of columns (the first parenthesis) begins with province."""
    return re.sub(r"\(", "(province_id, ", key.definition, count=1)


def _unique_keys(table: TenantTable, now: Catalogue) -> list[str]:
    """Third-party keys get the province in front, under the same name."""
    statements = []
    for key in now.unique_keys[table.name]:
        if key.is_primary or key.columns[0] == PROVINCE:
            continue
        if key.is_constraint:
            statements.append(
                f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{key.name}", '
                f'ADD CONSTRAINT "{key.name}" {_with_province(key)}'
            )
        else:
            statements += [f'DROP INDEX "{key.name}"', _with_province(key)]
    name = short_name(table.name, "tenant_key")
    if all(key.name != name for key in now.unique_keys[table.name]):
        statements.append(
            f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{name}" '
            f'UNIQUE (province_id, "{table.primary_key}")'
        )
    return statements


def _foreign_keys(table: TenantTable, now: Catalogue) -> list[str]:
    statements = []
    present = now.foreign_keys[table.name]
    is_new = now.row_security.get(table.name) != (True, True)
    for column, other, target in table.foreign_keys:
        if other not in now.kinds:
            continue
        name = short_name(table.name, column, "tenant_fk")
        wanted = ((PROVINCE, column), other, (PROVINCE, target), True)
        for key in present:
            held = (key.columns, key.other, key.other_columns, key.is_deferred)
            if key.columns == (column,) or (key.name == name and held != wanted):
                statements.append(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{key.name}"')
            elif key.name == name:
                break
        else:
            made = (
                f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{name}" '
                f'FOREIGN KEY (province_id, "{column}") '
                f'REFERENCES "{other}" (province_id, "{target}") DEFERRABLE INITIALLY DEFERRED'
            )
            statements += _seen_by_its_owner(other, made, now) if is_new else [made]
    return statements


def _seen_by_its_owner(other: str, key: str, now: Catalogue) -> list[str]:
    """The key of a new table that its migration may have filled: PostgreSQL looks for the rows
    that it names, as the owner, who would see none of them under FORCE."""
    if now.row_security.get(other) != (True, True):
        return [key]
    return [
        f'ALTER TABLE "{other}" NO FORCE ROW LEVEL SECURITY', key,
        f'ALTER TABLE "{other}" FORCE ROW LEVEL SECURITY',
    ]  # fmt: skip


def _row_security(table: TenantTable, now: Catalogue) -> list[str]:
    quoted = f'"{table.name}"'
    statements = []
    if now.row_security.get(table.name) != (True, True):
        statements.append(
            f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
    held = now.policies[table.name]
    for name, (state, definition) in POLICIES.items():
        if held.get(name) != state:
            statements += [
                f"DROP POLICY IF EXISTS {name} ON {quoted}",
                f"CREATE POLICY {name} ON {quoted} {definition}",
            ]
    return statements


def _rights(name: str, wanted: dict[str, str], now: Catalogue) -> list[str]:
    """Exactly the wanted rights on a table or sequence, for every role the catalogue names."""
    statements = []
    held_by = now.rights.get(name, {})
    kind = "SEQUENCE" if now.kinds.get(name) == "S" else "TABLE"
    for role in sorted({*wanted, *held_by}):
        asked = set(wanted.get(role, "").replace(",", " ").split())
        held = held_by.get(role, set())
        if asked == held:
            continue
        if held - asked:
            statements.append(f'REVOKE ALL ON {kind} "{name}" FROM {role}')
        if asked:
            statements.append(f'GRANT {wanted[role]} ON {kind} "{name}" TO {role}')
    return statements


def _all_rights(tables: list[TenantTable], now: Catalogue) -> list[str]:
    statements = []
    common = {LOADER: EVERYTHING, BACKUP: "SELECT"}
    for table in tables:
        wanted = {APP: table.rights, DISPATCH: table.dispatch_rights, **common}
        statements += _rights(table.name, wanted, now)
    for name in GLOBAL_TABLES:
        statements += _rights(name, {APP: "SELECT", DISPATCH: "", **common}, now)
    names = {table.name for table in tables}
    for sequence, owner in now.sequences.items():
        app = {APP: "USAGE, SELECT"} if owner in names else {}
        statements += _rights(sequence, {**app, LOADER: "USAGE, SELECT", BACKUP: "SELECT"}, now)
    for role in (APP, DISPATCH, LOADER, BACKUP):
        if (role, "USAGE") not in now.schema_rights:
            statements.append(f"GRANT USAGE ON SCHEMA public TO {role}")
    statements += [
        f"REVOKE CREATE ON SCHEMA public FROM {role}"
        for role, right in sorted(now.schema_rights)
        if right == "CREATE"
    ]
    return statements


def statements_to_shape(now: Catalogue) -> list[str]:
    """What has to be done; nothing when every table has its shape.

    A model whose migration is missing has no table yet; `makemigrations --check` says so.
    """
    tables = [table for table in tenant_tables() if table.name in now.kinds]
    statements: list[str] = []
    for step in (_column, _unique_keys):  # every table has its key before any table points at it
        for table in tables:
            statements += step(table, now)
    for step in (_foreign_keys, _row_security):
        for table in tables:
            statements += step(table, now)
    return statements + _all_rights(tables, now) + search_statements(tables, now)


def shape() -> int:
    """Apply the shape to every tenant table; return how many statements that took."""
    statements = statements_to_shape(read_catalogue())
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return len(statements)
