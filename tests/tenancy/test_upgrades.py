"""Later migrations of third-party apps run on the tables that the shape has rewritten."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

from tenancy.catalogue import read_catalogue
from tenancy.logins import as_loader, as_owner
from tenancy.models import Province
from tenancy.postgresql.base import SchemaEditor
from tenancy.shape import shape, statements_to_shape
from tenancy.walls import faults
from tests.tenancy.conftest import copied_database, drop_checks
from tests.tenancy.rows import Filler

pytestmark = pytest.mark.slow  # each works on a copy of the database

# app, how far back: each step crosses changes of unique keys, indexes or columns
STEPS = [
    ("account", "0003"),
    ("account", "0002"),
    ("mfa", "0002"),
    ("socialaccount", "0003"),
    ("axes", "0006"),
    ("axes", "0009"),
    ("guardian", "0001"),
]


@pytest.fixture
def copy(committed):
    with copied_database("upgrade"):
        yield


def migrate(app: str, target: str | None = None) -> None:
    call_command("migrate", app, *([target] if target else []), verbosity=0)


@pytest.mark.parametrize(("app", "target"), STEPS)
def test_a_third_party_app_goes_back_and_forward_again(copy, app, target):
    migrate(app, target)
    migrate(app)
    with as_owner():
        shape()
    assert faults() == []
    assert statements_to_shape(read_catalogue()) == []


def test_it_goes_forward_with_rows_of_two_provinces_that_share_their_values(copy):
    """The rewritten keys must be found: a key left behind would forbid the second province."""
    drop_checks()
    migrate("mfa", "0002")
    migrate("account", "0008")
    with as_owner():
        shape()
    with as_loader():
        for code in ("H32", "H44"):
            filler = Filler(Province.objects.get(code=code).pk)
            for name in ("account_emailaddress", "mfa_authenticator"):
                from django.apps import apps

                model = next(
                    m for m in apps.get_models() if m._meta.db_table == name
                )  # fmt: skip
                key = filler.key_of(model)
                if name == "account_emailaddress":
                    with connection.cursor() as cursor:
                        cursor.execute(
                            "UPDATE account_emailaddress SET email = 'x@example.vn', "
                            'verified = true, "primary" = true WHERE id = %s',
                            [key],
                        )
    migrate("account")
    migrate("mfa")
    call_command("migrate", verbosity=0)
    assert faults() == []


def test_without_the_schema_editor_a_later_migration_does_not_find_its_key(copy, monkeypatch):
    """The control: this is what the subclass of the backend is for."""
    monkeypatch.setattr(SchemaEditor, "_constraint_names", DatabaseSchemaEditor._constraint_names)
    with pytest.raises(ValueError, match=r"wrong number \(0\) of constraints"):
        migrate("axes", "0006")


def test_a_whole_migrate_that_has_nothing_to_do_says_zero_statements(copy, capsys):
    call_command("migrate", verbosity=1)
    assert "Walls checked: 0 statements." in capsys.readouterr().out


def test_a_table_without_walls_is_unreachable_until_the_whole_migrate_ran(copy):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE newcomer (id int, province_id int)")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM newcomer")


def test_a_new_table_that_its_migration_has_filled_gets_its_keys(copy):
    """The owner sees no row under FORCE, so the check of a new key would miss what it names."""
    drop_checks()
    with as_loader():
        for code in ("H32", "H44"):
            filler = Filler(Province.objects.get(code=code).pk)
            filler.key_of(apps.get_model("onestop", "DueChange"))
    name = "onestop_duechange"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL"
                       f" SECURITY, DROP CONSTRAINT {name}_dossier_id_tenant_fk")  # fmt: skip
        for policy in ("p_open", "p_province"):
            cursor.execute(f"DROP POLICY {policy} ON {name}")
    with as_owner():
        assert shape() > 0
    assert faults() == []
    with as_owner():
        assert shape() == 0
