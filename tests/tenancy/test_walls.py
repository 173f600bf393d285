"""The catalogue holds every wall, and a missing one is named: each mutation turns a check red."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit.models import AuditEntry
from audit.services import record
from tenancy.catalogue import read_catalogue
from tenancy.logins import as_owner
from tenancy.models import TenantManager
from tenancy.scope import tenant_scope
from tenancy.shape import shape, statements_to_shape
from tenancy.tables import GLOBAL_TABLES, tenant_tables
from tenancy.walls import faults, role_faults

pytestmark = pytest.mark.every_case
TABLES = [table.name for table in tenant_tables()]
SETTING = "(SELECT NULLIF(current_setting('app.province', true), '')::int)"
OF_DISPATCH = ["audit_outboxevent"]
WITHOUT_CHANGE = {"audit_auditentry", "audit_auditseal"}


def test_every_wall_stands(db):
    assert faults() == []


def test_a_second_run_of_the_shape_makes_no_statement(committed):
    assert statements_to_shape(read_catalogue()) == []
    with as_owner():
        assert shape() == 0


def test_exactly_four_tables_are_global():
    assert set(GLOBAL_TABLES) == {
        "tenancy_province",
        "auth_permission",
        "django_content_type",
        "django_migrations",
    }


def test_the_relay_may_reach_the_outbox_alone():
    assert [table.name for table in tenant_tables() if table.dispatch_rights] == OF_DISPATCH


def test_the_audit_log_can_only_grow():
    frozen = {table.name for table in tenant_tables() if "UPDATE" not in table.rights}
    assert frozen >= WITHOUT_CHANGE


def test_third_party_tables_are_under_the_walls_too():
    expected = {"django_session", "auth_group", "django_admin_log", "axes_accessattempt"}
    expected |= {"account_emailaddress", "mfa_authenticator", "usersessions_usersession"}
    expected |= {"guardian_userobjectpermission", "organizations_user_groups"}
    assert expected <= set(TABLES)


# Each mutation is applied to every tenant table at once; a fault must name every one of them.
EVERY_TABLE = {
    "the province policy is dropped": (
        'DROP POLICY p_province ON "{table}"',
        "policy p_province is missing",
    ),
    "the open policy is dropped": ('DROP POLICY p_open ON "{table}"', "policy p_open is missing"),
    "row security is switched off": (
        'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        "not enabled",
    ),
    "the owner is let off": ('ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY', "not forced"),
    "a careless policy is added": (
        'CREATE POLICY extra ON "{table}" USING (true)',
        "policy extra is not ours",
    ),
    "the policy gets a door for administrators": (
        'ALTER POLICY p_province ON "{table}" USING (province_id = '
        + SETTING
        + " OR current_setting('app.admin', true) = 'on')",
        "policy p_province reads",
    ),
    "writes are no longer checked": (
        'ALTER POLICY p_province ON "{table}" WITH CHECK (true)',
        "policy p_province reads",
    ),
    "the policy binds one role only": (
        'ALTER POLICY p_province ON "{table}" TO portal_loader',
        "policy p_province reads",
    ),
    "the default is dropped": (
        'ALTER TABLE "{table}" ALTER province_id DROP DEFAULT',
        "the default of province_id is missing",
    ),
    "the province may be null": (
        'ALTER TABLE "{table}" ALTER province_id DROP NOT NULL',
        "province_id may be null",
    ),
    "the column is dropped": (
        'ALTER TABLE "{table}" DROP COLUMN province_id CASCADE',
        "there is no province_id",
    ),
    "a unique key without province": (
        'CREATE UNIQUE INDEX "oracle_{number}" ON "{table}" ("{key}")',
        "does not begin with province_id",
    ),
    "the app may empty the table": (
        'GRANT TRUNCATE ON "{table}" TO portal_app',
        "portal_app may",
    ),
    "everybody may read": ('GRANT SELECT ON "{table}" TO PUBLIC', "PUBLIC may SELECT"),
    "the relay may insert": ('GRANT INSERT ON "{table}" TO portal_dispatch', "portal_dispatch may"),
    "a right on a column": (
        'GRANT UPDATE (province_id) ON "{table}" TO portal_dispatch',
        "rights on columns",
    ),
    "a rule rewrites": (
        'CREATE RULE quiet AS ON DELETE TO "{table}" DO INSTEAD NOTHING',
        "rule quiet",
    ),
}


@pytest.mark.parametrize("mutation", EVERY_TABLE)
def test_a_mutation_of_any_table_is_named(owner_cursor, mutation):
    statement, words = EVERY_TABLE[mutation]
    for number, table in enumerate(tenant_tables()):
        owner_cursor.execute(
            statement.format(table=table.name, number=number, key=table.primary_key)
        )
    found = [fault for fault in faults() if words in fault]
    missed = [name for name in TABLES if not any(f.startswith(f"{name}:") for f in found)]
    assert missed == []


def test_each_dropped_composite_key_is_named(owner_cursor):
    expected = []
    for table, keys in read_catalogue().foreign_keys.items():
        for key in keys:
            owner_cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{key.name}"')
            if key.columns[0] == "province_id" and len(key.columns) == 2:
                expected.append(f"{table}: no foreign key (province_id, {key.columns[1]})")
    found = faults()
    assert len(expected) > 20
    assert [e for e in expected if not any(f.startswith(e) for f in found)] == []
    assert sum("points at no province" in fault for fault in found) == len(TABLES)


ONE_THING = {
    "a table on neither list": ("CREATE TABLE newcomer (id int)", "newcomer: a table on neither"),
    "a table with a province on neither list": (
        "CREATE TABLE newcomer (id int, province_id int NOT NULL)",
        "newcomer: a table on neither",
    ),
    "a view of the owner": (
        "CREATE VIEW peep AS SELECT * FROM audit_auditentry",
        "peep: a view without security_invoker",
    ),
    "a materialised view": (
        "CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one",
        "kept: a materialised view",
    ),
    "a simple key between tenant tables": (
        "ALTER TABLE audit_delivery ADD CONSTRAINT simple FOREIGN KEY (event_id) "
        "REFERENCES audit_outboxevent (id)",
        "foreign key simple does not carry the province",
    ),
    "a key that was not validated": (
        "ALTER TABLE audit_delivery ADD CONSTRAINT late FOREIGN KEY (province_id, event_id) "
        "REFERENCES audit_outboxevent (province_id, id) NOT VALID",
        "foreign key late was never validated",
    ),
    "a function with its owner's rights": (
        "CREATE FUNCTION sneak() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM audit_auditentry'",
        "sneak(): SECURITY DEFINER",
    ),
    "the app may create tables": (
        "GRANT CREATE ON SCHEMA public TO portal_app",
        "portal_app may create tables",
    ),
    "the app may change a global table": (
        "GRANT INSERT ON tenancy_province TO portal_app",
        "tenancy_province: portal_app may INSERT, SELECT",
    ),
    "rights given in advance": (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO portal_app",
        "default rights",
    ),
    "another schema": ("CREATE SCHEMA side; CREATE TABLE side.t (id int)", "side.t: outside"),
    "a trigger": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
        "CREATE TRIGGER quiet AFTER INSERT ON audit_delivery EXECUTE FUNCTION f()",
        "trigger or rule quiet",
    ),
    "the relay's own right is gone": (
        "REVOKE DELETE ON audit_outboxevent FROM portal_dispatch",
        "audit_outboxevent: portal_dispatch may SELECT, UPDATE",
    ),
}


@pytest.mark.parametrize("mutation", ONE_THING)
def test_a_single_mutation_is_named(owner_cursor, mutation):
    statement, words = ONE_THING[mutation]
    owner_cursor.execute(statement)
    assert any(words in fault for fault in faults()), faults()


FROM_OUTSIDE = {  # the shape names them and leaves them to a person: they are not its own
    "a careless policy is added",
    "a right on a column",
    "a rule rewrites",
    "the column is dropped",
}


@pytest.mark.parametrize("mutation", sorted(EVERY_TABLE.keys() - FROM_OUTSIDE))
def test_the_shape_mends_what_it_owns(owner_cursor, mutation):
    statement, _ = EVERY_TABLE[mutation]
    table = tenant_tables()[0]
    owner_cursor.execute(statement.format(table=table.name, number=0, key=table.primary_key))
    shape()
    if mutation == "a unique key without province":
        assert not any("does not begin" in fault for fault in faults())
    else:
        assert faults() == []


class TestRoles:
    """The owner cannot change roles, so the catalogue's answer is doctored instead."""

    RIGHT = {
        "portal_owner": (False, False, False, False, True),
        "portal_app": (False, False, False, False, False),
        "portal_dispatch": (False, False, False, True, False),
        "portal_search": (False, False, False, True, False),
        "portal_loader": (False, False, False, True, False),
        "portal_backup": (False, False, False, True, False),
    }

    def ask(self, roles=None, members=(), preset=(), owned=()):
        rows = [(name, *attributes) for name, attributes in (roles or self.RIGHT).items()]
        answers = iter([rows, members, preset, owned])
        return list(role_faults(lambda sql: next(answers)))

    def test_the_right_roles_have_no_fault(self):
        assert self.ask() == []

    @pytest.mark.parametrize("name", RIGHT)
    @pytest.mark.parametrize("position", range(5))
    def test_each_wrong_attribute_is_named(self, name, position):
        wrong = list(self.RIGHT[name])
        wrong[position] = not wrong[position]
        assert any(f"role {name}:" in f for f in self.ask({**self.RIGHT, name: tuple(wrong)}))

    @pytest.mark.parametrize("group", ["portal_search", "portal_owner", "pg_read_all_data"])
    def test_membership_of_the_app_role_is_named(self, group):
        assert self.ask(members=[(group, "portal_app")]) != []

    def test_a_missing_role_and_a_possession_are_named(self):
        roles = {k: v for k, v in self.RIGHT.items() if k != "portal_backup"}
        assert self.ask(roles) == ["role portal_backup: missing"]
        assert self.ask(owned=[("portal_app", 1)]) == ["role portal_app: owns 1 things"]

    def test_a_preset_province_is_named(self):
        found = self.ask(preset=[("portal_app", "{app.province=1}")])
        assert found == ["role portal_app: the province is preset by {app.province=1}"]

    def test_not_even_the_owner_may_preset_a_province(self, owner_cursor):
        with pytest.raises(ProgrammingError, match="permission denied"):
            owner_cursor.execute("ALTER ROLE portal_owner SET app.province = '1'")


class TestTwoIndependentMistakes:
    """A leak needs the policy *and* the manager's filter to be gone."""

    @pytest.fixture
    def foreign_row(self, owner_cursor, province, other_province):
        with tenant_scope(other_province):
            record(other_province, "test.foreign", actor=None)
        return province

    @pytest.fixture
    def province(self, committed):
        from tenancy.models import Province

        return Province.objects.get(code="H32")

    @pytest.fixture
    def other_province(self, committed):
        from tenancy.models import Province

        return Province.objects.get(code="H44")

    def seen(self, province) -> tuple[int, int]:
        """(by the manager, by raw SQL)"""
        with tenant_scope(province), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_auditentry WHERE action = 'test.foreign'")
            raw = cursor.fetchone()[0]
            return AuditEntry.objects.filter(action="test.foreign").count(), raw

    def drop_the_policy(self, cursor):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP POLICY p_province ON audit_auditentry")

    def drop_the_filter(self, monkeypatch):
        monkeypatch.setattr(
            TenantManager, "get_queryset", lambda self: self._queryset_class(self.model)
        )

    def test_with_both_nothing_is_seen(self, foreign_row):
        assert self.seen(foreign_row) == (0, 0)

    def test_without_the_filter_nothing_is_seen(self, foreign_row, monkeypatch):
        self.drop_the_filter(monkeypatch)
        assert self.seen(foreign_row) == (0, 0)

    def test_without_the_policy_raw_sql_leaks_and_the_manager_does_not(
        self, owner_cursor, foreign_row
    ):
        self.drop_the_policy(owner_cursor)
        assert self.seen(foreign_row) == (0, 1)

    def test_without_both_it_leaks(self, owner_cursor, foreign_row, monkeypatch):
        self.drop_the_filter(monkeypatch)
        self.drop_the_policy(owner_cursor)
        assert self.seen(foreign_row) == (1, 1)


def test_check_walls_says_ok_and_names_a_hole(owner_cursor):
    said = io.StringIO()
    call_command("check_walls", stdout=said)
    assert said.getvalue() == "OK\n"
    with transaction.atomic():
        owner_cursor.execute("DROP POLICY p_province ON audit_auditentry")
        with pytest.raises(CommandError, match="1 faults"):
            call_command("check_walls", stdout=said)
    assert "audit_auditentry: policy p_province is missing" in said.getvalue()
