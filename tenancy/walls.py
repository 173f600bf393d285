"""Where the walls have a hole: the database's catalogue held against what it must be.

`faults()` returns sentences; none means that every table, key, policy, right, role and function
is as docs/decisions/0001 says. It does not use the statements of `shape`: what must hold is
written here a second time, so that a mistake there is found here. `manage.py check_walls`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tenancy.catalogue import PROVINCE, Catalogue, Query, querying, read_catalogue
from tenancy.tables import GLOBAL_TABLES, TenantTable, tenant_tables

PROVINCE_IS_THE_SETTING = (
    "(province_id = ( SELECT (NULLIF(current_setting('app.province'::text, true), ''::text))"
    '::integer AS "nullif"))'
)
EXACT_POLICIES = {
    "p_open": "PERMISSIVE {public} ALL true true",
    "p_province": f"RESTRICTIVE {{public}} ALL {PROVINCE_IS_THE_SETTING} {PROVINCE_IS_THE_SETTING}",
}
EXACT_DEFAULT = "(NULLIF(current_setting('app.province'::text, true), ''::text))::integer"
SEARCH_PREDICATE = "WHERE province_id = NULLIF(current_setting('app.province', true), '')::int"
OTHER_WORDS = re.compile(  # of statements that are no search, and of ways past a condition
    r"\b(OR|UNION|WITH|TABLE|INTO|INSERT|UPDATE|DELETE|MERGE|EXECUTE|PERFORM|CALL|DO|SET)\b",
    re.IGNORECASE,
)
SEARCH_SETTINGS = ("search_path=public, pg_temp", "plan_cache_mode=force_generic_plan")
ALL_LOADER = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
NEVER_OF_APP = {"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}
NATURAL_KEYS = {
    "django_session": "the key is 190 random bits: nobody can name another province's",
    "axes_accessattemptexpiration": "the key of its attempt, which is generated; app code only",
    "portal_ratingmark": "62 random bits: a number that counts up would tell who rated (0005)",
    "portal_ratingcomment": "62 random bits, as the mark",
}
# name: (bypasses row security, may create databases)
ROLES = {
    "portal_owner": (False, True),
    "portal_app": (False, False),
    "portal_dispatch": (True, False),
    "portal_search": (True, False),
    "portal_loader": (True, False),
    "portal_backup": (True, False),
}
MEMBERSHIPS = {("portal_search", "portal_owner"), ("pg_read_all_data", "portal_backup")}
OWNER, APP, DISPATCH = "portal_owner", "portal_app", "portal_dispatch"


def faults(cursor: Any | None = None) -> list[str]:
    """Every hole found, as "where: what". Asks on `cursor`, or on the default connection."""
    now = read_catalogue(cursor)
    tables = tenant_tables()
    found = [*unlisted(now, tables), *function_faults(now, tables), *right_faults(now, tables)]
    for table in tables:
        if table.name not in now.kinds:
            found.append(f"{table.name}: the table is missing")
            continue
        for check in (security_faults, column_faults, unique_faults, foreign_key_faults):
            found += [f"{table.name}: {what}" for what in check(table, now)]
    with querying(cursor) as query:
        found += role_faults(query)
        found += [*trigger_faults(query), *other_schema_faults(query)]
    return found


def unlisted(now: Catalogue, tables: Iterable[TenantTable]) -> Iterator[str]:
    """Tables on neither list, and kinds of relation that row security does not hold."""
    known = {table.name for table in tables} | set(GLOBAL_TABLES)
    for name, kind in now.kinds.items():
        if kind == "v":
            if "security_invoker=true" not in now.options[name]:
                yield f"{name}: a view without security_invoker reads with its owner's rights"
        elif kind == "m":
            yield f"{name}: a materialised view keeps rows past row security"
        elif kind == "f":
            yield f"{name}: a foreign table has no row security of ours"
        elif kind in "rp" and name not in known:
            yield f"{name}: a table on neither list (tenant or global)"
        if now.owners[name] != OWNER:
            yield f"{name}: owned by {now.owners[name]}"


def security_faults(table: TenantTable, now: Catalogue) -> Iterator[str]:
    """Row security enabled and forced, with the two policies and no other."""
    enabled, forced = now.row_security[table.name]
    if not enabled:
        yield "row level security is not enabled"
    if not forced:
        yield "row level security is not forced upon the owner"
    held = now.policies[table.name]
    for name, text in EXACT_POLICIES.items():
        if name not in held:
            yield f"policy {name} is missing"
        elif held[name] != text:
            yield f"policy {name} reads {held[name]}"
    for name in held.keys() - EXACT_POLICIES.keys():
        yield f"policy {name} is not ours"


def column_faults(table: TenantTable, now: Catalogue) -> Iterator[str]:
    """`province_id int NOT NULL DEFAULT (the setting)`, pointing at the provinces."""
    column = now.columns[table.name].get(PROVINCE)
    if column is None:
        yield "there is no province_id"
        return
    if column.type != "integer":
        yield f"province_id is {column.type}"
    if not column.is_required:
        yield "province_id may be null"
    if column.default != EXACT_DEFAULT:
        yield f"the default of province_id is {column.default or 'missing'}"
    if not any(
        key.columns == (PROVINCE,) and key.other == "tenancy_province"
        for key in now.foreign_keys[table.name]
    ):
        yield "province_id points at no province"


def unique_faults(table: TenantTable, now: Catalogue) -> Iterator[str]:
    """Every unique key begins with the province; else it tells of foreign rows."""
    keys = now.unique_keys[table.name]
    if not any(key.columns == (PROVINCE, table.primary_key) for key in keys if key.is_constraint):
        yield f"there is no unique key (province_id, {table.primary_key})"
    for key in keys:
        if key.is_primary:
            made_up = len(key.columns) == 1 and _is_generated(table.name, key.columns[0], now)
            if not made_up and key.columns[0] != PROVINCE and table.name not in NATURAL_KEYS:
                yield f"the primary key ({', '.join(key.columns)}) is neither generated nor listed"
        elif key.columns[0] != PROVINCE:
            yield f"unique key {key.name} does not begin with province_id"


def _is_generated(table: str, column: str, now: Catalogue) -> bool:
    default = now.columns[table][column].default
    return default == "identity" or default.startswith("nextval(")


def foreign_key_faults(table: TenantTable, now: Catalogue) -> Iterator[str]:
    """Every key between tenant tables carries the province; PostgreSQL's check ignores policies."""
    keys = now.foreign_keys[table.name]
    for key in keys:
        if key.other in GLOBAL_TABLES:
            continue
        if key.columns[0] != PROVINCE or key.other_columns[0] != PROVINCE:
            yield f"foreign key {key.name} does not carry the province"
        if not key.is_validated:
            yield f"foreign key {key.name} was never validated"
    held = {(key.columns, key.other, key.other_columns) for key in keys}
    for column, other, target in table.foreign_keys:
        if ((PROVINCE, column), other, (PROVINCE, target)) not in held:
            yield f"no foreign key (province_id, {column}) to {other}"


def right_faults(now: Catalogue, tables: list[TenantTable]) -> Iterator[str]:
    """Each role holds exactly its declared rights on tables and sequences, and nobody else any."""
    for table in tables:
        wanted = {APP: _set(table.rights), DISPATCH: _set(table.dispatch_rights)}
        yield from _compare(table.name, wanted, now)
        if wanted[APP] & NEVER_OF_APP:
            yield f"{table.name}: portal_app is declared {wanted[APP] & NEVER_OF_APP}"
        searched = {PROVINCE, table.primary_key, table.search_column} if table.search_column else ()
        column_rights = {("portal_search", column, "SELECT") for column in searched}
        if now.column_rights[table.name] != column_rights:
            yield f"{table.name}: rights on columns are {sorted(now.column_rights[table.name])}"
    for name in GLOBAL_TABLES:
        yield from _compare(name, {APP: {"SELECT"}}, now)
        if now.column_rights[name]:
            yield f"{name}: rights on columns are {sorted(now.column_rights[name])}"
    names = {table.name for table in tables}
    for sequence in (name for name, kind in now.kinds.items() if kind == "S"):
        mine = {"USAGE", "SELECT"} if now.sequences.get(sequence) in names else set()
        loader = {"USAGE", "SELECT"}
        yield from _compare(sequence, {APP: mine, "portal_loader": loader}, now)
    for role, right in now.schema_rights:
        if right == "CREATE":
            yield f"schema public: {role} may create tables"


def _set(rights: str) -> set[str]:
    return set(rights.replace(",", " ").split())


def _compare(name: str, special: dict[str, set[str]], now: Catalogue) -> Iterator[str]:
    wanted = {"portal_loader": ALL_LOADER, "portal_backup": {"SELECT"}, **special}
    held = now.rights.get(name, {})
    for role in sorted({*wanted, *held}):
        if held.get(role, set()) != wanted.get(role, set()):
            rights = ", ".join(sorted(held.get(role, set()))) or "nothing"
            yield f"{name}: {role} may {rights}"


def function_faults(now: Catalogue, tables: Iterable[TenantTable]) -> Iterator[str]:
    """SECURITY DEFINER only for the generated search, with the province in its text."""
    searched = {
        f"search_{t.name}(text[],integer,bigint,bigint)": t for t in tables if t.search_column
    }
    for name, function in now.functions.items():
        if name not in searched:
            yield f"{name}: SECURITY DEFINER, and not one of the generated functions"
            continue
        if function.owner != "portal_search":
            yield f"{name}: owned by {function.owner}"
        if function.settings != SEARCH_SETTINGS:
            yield f"{name}: search_path is not fixed"
        if function.rights != {APP}:
            yield f"{name}: callable by {', '.join(sorted(function.rights)) or 'nobody'}"
        table, text = searched[name], " ".join(function.body.split())
        if OTHER_WORDS.search(text):
            yield f"{name}: does not read ids of {table.name} alone"
        key = f'"{table.primary_key}"'
        rows = re.escape(f'FROM "{table.name}" {SEARCH_PREDICATE}')
        reads = len(re.findall(rf"SELECT (?:{key} {rows} AND |max\({key}\) {rows}\);)", text))
        if not reads or {text.upper().count(word) for word in ("SELECT", "FROM")} != {reads}:
            yield f"{name}: the province is not fixed in its text"
    for name in searched.keys() - now.functions.keys():
        yield f"{name}: the search function is missing"


def role_faults(query: Query) -> Iterator[str]:
    """Attributes, memberships, settings and possessions of the roles."""
    roles = query("""
        SELECT rolname, rolsuper, rolcreaterole, rolreplication, rolbypassrls, rolcreatedb
        FROM pg_roles WHERE rolname LIKE 'portal\\_%'""")
    for name, is_super, creates_roles, replicates, bypasses, creates_databases in roles:
        if name not in ROLES:
            continue
        if is_super or creates_roles or replicates:
            yield f"role {name}: superuser, CREATEROLE or REPLICATION"
        if (bypasses, creates_databases) != ROLES[name]:
            yield f"role {name}: BYPASSRLS {bypasses}, CREATEDB {creates_databases}"
    for name in ROLES.keys() - {row[0] for row in roles}:
        yield f"role {name}: missing"
    for group, member in query("""
        SELECT g.rolname, m.rolname FROM pg_auth_members a
        JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
        WHERE m.rolname LIKE 'portal\\_%' OR g.rolname LIKE 'portal\\_%'"""):
        if (group, member) not in MEMBERSHIPS and group in ROLES | {"pg_read_all_data": 0}:
            yield f"role {member}: is a member of {group}"
    for role, settings in query("""
        SELECT COALESCE(r.rolname, 'every role'), s.setconfig::text FROM pg_db_role_setting s
        LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE s.setconfig::text ~ '(app\\.|row_security)'
        """):
        yield f"role {role}: the province is preset by {settings}"
    for role, count in query("""
        SELECT r.rolname, count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
        WHERE d.deptype = 'o' AND d.dbid IN
              (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND r.rolname IN ('portal_app', 'portal_dispatch', 'portal_loader', 'portal_backup')
        GROUP BY 1"""):
        yield f"role {role}: owns {count} things"


def trigger_faults(query: Query) -> Iterator[str]:
    """Triggers and rewrite rules could write past the services; there are none."""
    for table, name in query("""
        SELECT t.relname, g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
        WHERE NOT g.tgisinternal AND t.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT t.relname, w.rulename FROM pg_rewrite w JOIN pg_class t ON t.oid = w.ev_class
        WHERE t.relkind IN ('r', 'p') AND t.relnamespace = 'public'::regnamespace"""):
        yield f"{table}: trigger or rule {name}"


def other_schema_faults(query: Query) -> Iterator[str]:
    """Every table lives in `public`, and new ones get no rights by default."""
    for schema, name in query("""
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('public', 'pg_catalog', 'information_schema', 'pg_toast')"""):
        yield f"{schema}.{name}: outside the schema public"
    for role, kind in query(
        "SELECT pg_get_userbyid(defaclrole), defaclobjtype::text FROM pg_default_acl"
    ):
        yield f"role {role}: default rights on kind {kind}"
