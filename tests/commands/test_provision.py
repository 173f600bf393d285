"""Roles and database are made once, repaired when widened by hand, and never mixed up."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from govit.embedded.scratch import scratch_servers
from govit.provision import ROLES, ProvisionError, database_name, provision


@pytest.fixture(scope="module")
def servers():
    with scratch_servers() as variables:
        yield variables


def shape(servers) -> dict[str, tuple]:
    with psycopg.connect(servers["ADMIN_DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'portal%'"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


WANTED = {
    # name: superuser, createdb, createrole, login, bypass of row security
    "portal_app": (False, False, False, True, False),
    "portal_owner": (False, True, False, True, False),
    "portal_dispatch": (False, False, False, True, True),
    "portal_loader": (False, False, False, True, True),
    "portal_backup": (False, False, False, True, True),
    "portal_search": (False, False, False, False, True),
}


@pytest.mark.slow
def test_each_role_has_exactly_its_rights(servers):
    assert shape(servers) == WANTED


def test_a_role_that_was_widened_by_hand_is_narrowed_again(servers):
    with psycopg.connect(servers["ADMIN_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("ALTER ROLE portal_app SUPERUSER BYPASSRLS CREATEDB")
    provision(servers["ADMIN_DATABASE_URL"], servers)
    assert shape(servers) == WANTED


def test_every_role_reaches_the_database_with_its_own_password(servers):
    for role in ROLES:
        if role.variable:
            with psycopg.connect(servers[role.variable]) as connection:
                assert connection.execute("SELECT current_user").fetchone() == (role.name,)


def test_a_wrong_password_is_refused(servers):
    address = make_conninfo(**conninfo_to_dict(servers["DATABASE_URL"]) | {"password": "wrong"})
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(address)


def test_a_role_of_somebody_else_cannot_enter_the_database(servers):
    with psycopg.connect(servers["ADMIN_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'x'")
    parts = conninfo_to_dict(servers["DATABASE_URL"]) | {"user": "stranger", "password": "x"}
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(make_conninfo(**parts))


def test_the_owner_may_hand_functions_to_the_search_role_but_not_become_a_bypasser(servers):
    with psycopg.connect(servers["DATABASE_OWNER_URL"]) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO portal_search")
        connection.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("ALTER FUNCTION f() OWNER TO portal_search")
        bypass = connection.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname=current_user")
        assert bypass.fetchone() == (False,)
        connection.rollback()


def test_the_backup_role_reads_what_the_owner_makes_and_writes_nothing(servers):
    with psycopg.connect(servers["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE kept FORCE ROW LEVEL SECURITY")
    with psycopg.connect(servers["DATABASE_BACKUP_URL"], autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO kept VALUES (1)")


def test_an_address_with_the_wrong_role_is_refused_before_anything_is_changed():
    with pytest.raises(ProvisionError, match="DATABASE_URL must name the role portal_app"):
        provision("postgresql:///x?host=/nonexistent", {"DATABASE_URL": "postgresql://root@/p"})


def test_addresses_of_several_databases_are_refused():
    with pytest.raises(ProvisionError, match="several databases: a, b"):
        database_name(["a", "b", None])
