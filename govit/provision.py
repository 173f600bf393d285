"""Roles and database of the portal, made by an administrator of PostgreSQL; may run any time again.

    ADMIN_DATABASE_URL=postgresql:///postgres?host=/var/run/postgresql python -m govit.provision

Names and passwords come from the addresses the portal itself uses (DATABASE_URL and its sisters).
Rights on tables are not given here: the project's `migrate` does that as owner of the tables.
"""

import os
import sys
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict


@dataclass(frozen=True)
class Role:
    """One role of PostgreSQL, and the variable that holds its address and password."""

    name: str
    options: str
    variable: str = ""


# Every option is spelled out, so that a role that was widened by hand is narrowed again.
PLAIN = "NOSUPERUSER NOCREATEROLE NOREPLICATION"
ROLES = (
    Role("portal_search", f"{PLAIN} NOLOGIN NOCREATEDB BYPASSRLS"),
    Role("portal_owner", f"{PLAIN} LOGIN CREATEDB NOBYPASSRLS", "DATABASE_OWNER_URL"),
    Role("portal_app", f"{PLAIN} LOGIN NOCREATEDB NOBYPASSRLS", "DATABASE_URL"),
    Role("portal_dispatch", f"{PLAIN} LOGIN NOCREATEDB BYPASSRLS", "DATABASE_DISPATCH_URL"),
    Role("portal_loader", f"{PLAIN} LOGIN NOCREATEDB BYPASSRLS", "DATABASE_LOADER_URL"),
    Role("portal_backup", f"{PLAIN} LOGIN NOCREATEDB BYPASSRLS", "DATABASE_BACKUP_URL"),
)
DEFAULT_DATABASE = "portal"


class ProvisionError(Exception):
    """The variables do not fit together; the text says what to correct."""


def provision(administrator: str, addresses: dict[str, str]) -> None:
    """Bring roles and database to the shape the portal needs; changes nothing that is right."""
    parts = {
        role: conninfo_to_dict(addresses[role.variable])
        for role in ROLES
        if addresses.get(role.variable)
    }
    for role, part in parts.items():
        if part.get("user") != role.name:
            raise ProvisionError(f"{role.variable} must name the role {role.name}.")
    database = database_name([part.get("dbname") for part in parts.values()])
    with psycopg.connect(administrator, autocommit=True) as connection:
        for role in ROLES:
            password = parts.get(role, {}).get("password")
            make_role(connection, role, str(password) if password else None)
        connection.execute("GRANT portal_search TO portal_owner")
        connection.execute("GRANT pg_read_all_data TO portal_backup")
        make_database(connection, database)


def database_name(names: list[object]) -> str:
    """The one database that all addresses mean."""
    found = {str(name) for name in names if name}
    if len(found) > 1:
        raise ProvisionError(f"The addresses name several databases: {', '.join(sorted(found))}.")
    return found.pop() if found else DEFAULT_DATABASE


def make_role(connection: psycopg.Connection, role: Role, password: str | None) -> None:
    """Create the role, or bring its options and password up to date."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    statement = sql.SQL("{verb} ROLE {name} WITH {options}").format(
        verb=sql.SQL("ALTER" if known else "CREATE"),
        name=sql.Identifier(role.name),
        options=sql.SQL(role.options),
    )
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    connection.execute(statement)


def make_database(connection: psycopg.Connection, name: str) -> None:
    """Create the database, owned by portal_owner; strangers may not connect to it."""
    identifier = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8'"
            ).format(identifier)
        )
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO portal_owner").format(identifier))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(identifier))
    logins = [role.name for role in ROLES if " LOGIN" in role.options]
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            identifier, sql.SQL(", ").join(map(sql.Identifier, logins))
        )
    )


def main() -> int:
    """Provision from the variables of the process; says one sentence when it cannot."""
    administrator = os.environ.get("ADMIN_DATABASE_URL")
    if not administrator:
        print("Set ADMIN_DATABASE_URL to the address of an administrator.", file=sys.stderr)
        return 2
    try:
        provision(administrator, dict(os.environ))
    except (ProvisionError, psycopg.Error) as error:
        print(f"The database was not prepared: {str(error).strip()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
