"""The database of the tests is the one that `migrate` makes for everybody else."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection

from tenancy.logins import as_owner
from tests import kept_database, provinces

EVERYTHING = """
SELECT 'column', format('%s.%s', c.relname, a.attname),
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                 a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl::text)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'S')
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'table', relname, concat_ws(' ', relkind, relrowsecurity, relforcerowsecurity, relowner,
                                   relacl::text, reloptions::text)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', format('%s.%s', conrelid::regclass, conname),
       concat_ws(' ', pg_get_constraintdef(oid), convalidated)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'policy', format('%s.%s', tablename, policyname),
       concat_ws(' ', permissive, roles::text, cmd, qual, with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', format('%s.%s', tgrelid::regclass, tgname), pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', p.oid::regprocedure::text,
       concat_ws(' ', p.prosrc, p.prosecdef, p.proowner, p.proacl::text, p.proconfig::text)
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'migration', format('%s.%s', app, name), '' FROM django_migrations
UNION ALL
SELECT 'content type', format('%s.%s', app_label, model), '' FROM django_content_type
"""


# An array of words is told in two ways: as it was written, and as a dump was read back
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")


def everything() -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING)
        return {(kind, name, CASTS.sub("", shape)) for kind, name, shape in cursor}


@pytest.mark.slow
def test_the_database_of_the_tests_is_that_of_a_plain_migrate(django_db_setup, django_db_blocker):
    original = connection.settings_dict["NAME"]
    plain = f"{original}_plain"
    with django_db_blocker.unblock(), as_owner():
        mine = everything()
        provinces.leave()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{plain}"')
            cursor.execute(f'CREATE DATABASE "{plain}"')
        connection.close()
        connection.settings_dict["NAME"] = plain
        try:
            call_command("migrate", verbosity=0)
            assert everything() - mine == set()
            assert mine - everything() == set()
            assert {kind for kind, _name, _shape in mine} >= {"column", "constraint", "policy"}
            with connection.cursor() as cursor:  # the control: a difference is found
                cursor.execute("ALTER TABLE onestop_dossier ALTER due_at SET NOT NULL")
            assert {name for _kind, name, _shape in everything() - mine} >= {
                "onestop_dossier.due_at"
            }
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{plain}"')


FILES = {
    "tenancy/shape.py": "", "shop/models.py": "from shop.rules import LONGEST\n",
    "shop/rules.py": "from . import words\n", "shop/words.py": "", "shop/views.py": "",
    "shop/migrations/0001_initial.py": "from shop import roles\n", "shop/roles.py": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "is_another"),
    [*((path, path != "shop/views.py") for path in FILES), ("shop/migrations/0002_more.py", True)],
)
def test_a_database_is_kept_until_what_migrating_reads_has_changed(
    monkeypatch, tmp_path, changed, is_another
):
    monkeypatch.setattr(kept_database, "ROOT", tmp_path)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    before = kept_database.digest()
    with (tmp_path / changed).open("a") as file:
        file.write("SIZE = 1\n")
    assert (kept_database.digest() != before) is is_another


def test_servers_that_say_nothing_of_their_programs_keep_no_database(monkeypatch):
    monkeypatch.delenv("GOVIT_POSTGRES_PROGRAMS", raising=False)
    assert kept_database.dump_file() is None
