"""A backup is restored into a new database and must count the same, also under row security."""

import json
import tarfile
from pathlib import Path

import psycopg
import pytest

from govit import backup
from govit.embedded.places import wheel_binaries
from govit.embedded.scratch import scratch_servers

TABLES = """
CREATE TABLE province (id int PRIMARY KEY);
CREATE TABLE dossier (province_id int REFERENCES province, id int, name text,
                      PRIMARY KEY (province_id, id));
ALTER TABLE dossier ENABLE ROW LEVEL SECURITY;
ALTER TABLE dossier FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON dossier USING (true);
CREATE POLICY walls ON dossier AS RESTRICTIVE
    USING (province_id = (SELECT NULLIF(current_setting('app.province', true), '')::int));
GRANT CREATE ON SCHEMA public TO portal_search;
CREATE FUNCTION found() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint';
ALTER FUNCTION found() OWNER TO portal_search;
GRANT SELECT ON dossier TO portal_app;
"""


@pytest.fixture(scope="module")
def servers():
    with scratch_servers() as variables:
        with psycopg.connect(variables["DATABASE_OWNER_URL"], autocommit=True) as connection:
            connection.execute(TABLES)
        with psycopg.connect(variables["ADMIN_DATABASE_URL"], dbname="portal") as connection:
            connection.execute("INSERT INTO province VALUES (1), (2)")
            connection.execute(
                "INSERT INTO dossier SELECT 1 + n % 2, n, 'Hồ sơ số ' || n"
                " FROM generate_series(1, 501) n"
            )
        yield variables


@pytest.fixture
def saved(servers, tmp_path) -> Path:
    media = tmp_path / "media"
    (media / "ho-so").mkdir(parents=True)
    (media / "ho-so" / "giấy tờ.pdf").write_bytes(b"%PDF-")
    target = tmp_path / "backup"
    rows = backup.save(target, servers["DATABASE_BACKUP_URL"], media, wheel_binaries())
    assert rows == {"public.dossier": 501, "public.province": 2}
    return target


def restore(servers, saved, name: str, files: Path) -> dict[str, int]:
    return backup.restore(saved, name, servers["ADMIN_DATABASE_URL"], files, wheel_binaries())


def test_a_restored_database_has_the_same_rows_walls_and_owners(servers, saved, tmp_path):
    files = tmp_path / "restored"
    rows = restore(servers, saved, "portal_again", files)
    assert rows == {"public.dossier": 501, "public.province": 2}
    assert (files / "ho-so" / "giấy tờ.pdf").read_bytes() == b"%PDF-"
    with psycopg.connect(servers["DATABASE_URL"], dbname="portal_again") as connection:
        assert connection.execute("SELECT count(*) FROM dossier").fetchone() == (0,)
        connection.execute("SELECT set_config('app.province', '1', true)")
        assert connection.execute("SELECT count(*) FROM dossier").fetchone() == (250,)
        owners = connection.execute(
            "SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'found'"
            " UNION ALL SELECT relowner::regrole::text FROM pg_class WHERE relname = 'dossier'"
        ).fetchall()
        assert owners == [("portal_search",), ("portal_owner",)]


def test_a_missing_row_is_noticed(servers, saved, tmp_path):
    manifest = json.loads((saved / backup.MANIFEST).read_text())
    manifest["rows"]["public.dossier"] = 502
    (saved / backup.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(backup.BackupError, match=r"public\.dossier: 502 before, 501 after"):
        restore(servers, saved, "portal_short", tmp_path / "restored")


@pytest.mark.slow
def test_a_damaged_dump_is_refused_before_anything_is_made(servers, saved, tmp_path):
    dump = saved / backup.DUMP
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    with pytest.raises(backup.BackupError, match="changed or damaged"):
        restore(servers, saved, "portal_damaged", tmp_path / "restored")
    with psycopg.connect(servers["ADMIN_DATABASE_URL"]) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = 'portal_damaged'"
        assert connection.execute(known).fetchone() is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("/tmp/outside", tarfile.REGTYPE), ("x", tarfile.SYMTYPE)],
)
def test_an_archive_with_anything_but_uploads_is_refused(tmp_path, name, kind):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        tar.addfile(member)
    with pytest.raises(backup.BackupError, match="is no upload"):
        backup.unpack(tmp_path / "files.tar", tmp_path / "media")
    assert not (tmp_path / "outside").exists()


def test_an_existing_database_and_a_folder_with_files_are_never_overwritten(
    servers, saved, tmp_path
):
    with pytest.raises(backup.BackupError, match="The database portal exists"):
        restore(servers, saved, "portal", tmp_path / "restored")
    with pytest.raises(backup.BackupError, match="is not empty"):
        restore(servers, saved, "portal_new", tmp_path / "media")


def test_an_interrupted_backup_is_no_backup(saved, servers, tmp_path):
    (saved / backup.MANIFEST).unlink()
    with pytest.raises(backup.BackupError, match="no finished backup"):
        restore(servers, saved, "portal_half", tmp_path / "restored")


@pytest.mark.slow
def test_a_role_that_does_not_see_all_rows_cannot_make_a_backup(servers, tmp_path):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        backup.save(tmp_path / "b", servers["DATABASE_URL"], tmp_path, wheel_binaries())
    assert not (tmp_path / "b").exists()


def test_the_command_touches_the_stamp_and_keeps_the_password_off_the_command_line(
    servers, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("DATABASE_BACKUP_URL", servers["DATABASE_BACKUP_URL"])
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "none"))
    monkeypatch.setenv("BACKUP_STAMP_FILE", str(tmp_path / "stamp"))
    code = backup.main(["save", str(tmp_path / "all"), "--programs", str(wheel_binaries())])
    assert code == 0
    assert "2 tables, 503 rows" in capsys.readouterr().out
    assert (tmp_path / "stamp").exists()
    assert "password" not in backup.without_password(servers["DATABASE_BACKUP_URL"])


def test_a_missing_variable_is_one_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_BACKUP_URL", "")
    assert backup.main(["save", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "Not done: DATABASE_BACKUP_URL is not set.\n"
