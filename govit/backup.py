"""Backup of everything the portal keeps, and its restoration with proof.

    python -m govit.backup save FOLDER            DATABASE_BACKUP_URL, MEDIA_ROOT
    python -m govit.backup restore BACKUP NAME    ADMIN_DATABASE_URL; NAME is a new database

A backup is a folder: `database.dump` (pg_dump -Fc), `files.tar`, and `manifest.json` with the
number of rows of each table, counted in the very snapshot that was dumped, and the hashes of the
two files. `restore` counts again and refuses to call it done when one number differs.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypedDict

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from govit import environment
from govit.provision import ProvisionError, make_database

DUMP, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


class Manifest(TypedDict):
    """What a backup says about itself."""

    made_at: float
    rows: dict[str, int]
    sha256: dict[str, str]


class BackupError(Exception):
    """Something is missing or does not agree; the text says what."""


def save(target: Path, database: str, media: Path, programs: Path | None = None) -> dict[str, int]:
    """Write a backup into a new folder; returns the rows of each table.

    The database comes first: a file that it names exists by then, and files are never changed.
    """
    draft = target.with_name(target.name + ".unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    with snapshot(database) as (name, rows):
        run(
            [program("pg_dump", programs), "--format=custom", f"--snapshot={name}"],
            [f"--file={draft / DUMP}", without_password(database)],
            database,
        )
    with tarfile.open(draft / FILES, "w") as archive:
        if media.is_dir():
            archive.add(media, arcname=".")
    hashes = {name: digest(draft / name) for name in (DUMP, FILES)}
    manifest = Manifest(made_at=time.time(), rows=rows, sha256=hashes)
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    draft.rename(target)
    return rows


@contextmanager
def snapshot(database: str) -> Iterator[tuple[str, dict[str, int]]]:
    """One view of the data for pg_dump and for counting, however busy the portal is."""
    with psycopg.connect(database) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield str(row[0] if row else ""), count_rows(connection)


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of each table; the role must see them all."""
    connection.execute("SET row_security = off")  # an error instead of a number that is too small
    names = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
    counts = {}
    for name in names:
        table = sql.Identifier(*name.replace('"', "").split(".", 1))
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def restore(
    source: Path, name: str, administrator: str, media: Path, programs: Path | None = None
) -> dict[str, int]:
    """Fill a new database and an empty folder; returns the rows of each table, counted again."""
    manifest = read_manifest(source)
    if media.exists() and any(media.iterdir()):
        raise BackupError(f"{media} is not empty: give an empty folder for the files.")
    with psycopg.connect(administrator, autocommit=True) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(known, [name]).fetchone():
            raise BackupError(f"The database {name} exists: give the name of a new one.")
        make_database(connection, name)
    address = make_conninfo(administrator, dbname=name)
    run(
        [program("pg_restore", programs), "--exit-on-error", "--no-comments"],
        [f"--dbname={without_password(address)}", str(source / DUMP)],
        address,
    )
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    unpack(source / FILES, media)
    with psycopg.connect(address) as connection:
        rows = count_rows(connection)
        connection.rollback()
        connection.autocommit = True
        connection.execute("ANALYZE")
    compare(manifest["rows"], rows)
    return rows


def unpack(archive: Path, media: Path) -> None:
    """Files and folders below `media`, nothing else. Python 3.11.2 has no filter for this."""
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                raise BackupError(f"{archive} holds {member.name}, which is no upload.")
            member.mode = 0o700 if member.isdir() else 0o600
            tar.extract(member, media, set_attrs=True)


def read_manifest(source: Path) -> Manifest:
    """The backup's own statement, after the files were found to be those that it names."""
    try:
        manifest: Manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupError(f"{source} is no finished backup: it has no {MANIFEST}.") from None
    for name, wanted in manifest["sha256"].items():
        if digest(source / name) != wanted:
            raise BackupError(f"{source / name} was changed or damaged after the backup.")
    return manifest


def compare(before: dict[str, int], after: dict[str, int]) -> None:
    """Each table must have as many rows as in the backup."""
    different = [
        f"{name}: {before.get(name)} before, {after.get(name)} after"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    if different:
        raise BackupError("The restored database differs:\n" + "\n".join(different))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def program(name: str, folder: Path | None) -> str:
    """pg_dump must not be older than the server: Debian's wrapper chooses by the cluster."""
    return str(folder / name) if folder else name


def without_password(address: str) -> str:
    """For a command line, which everybody on the machine can read."""
    parts = {key: str(value) for key, value in conninfo_to_dict(address).items()}
    parts.pop("password", None)
    return make_conninfo("", **parts)


def run(command: list[str], arguments: list[str], address: str) -> None:
    """Run one of PostgreSQL's programs; its password goes through the environment."""
    password = conninfo_to_dict(address).get("password")
    variables = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    try:
        subprocess.run([*command, *arguments], env=variables, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BackupError(f"{command[0]} failed: {error}") from error


def variable(name: str) -> str:
    """A variable that must be set."""
    value = os.environ.get(name)
    if not value:
        raise BackupError(f"{name} is not set.")
    return value


def parse(command_line: list[str]) -> argparse.Namespace:
    """What may stand behind bin/backup and bin/restore."""
    parser = argparse.ArgumentParser(prog="govit.backup")
    actions = parser.add_subparsers(dest="action", required=True)
    saving = actions.add_parser("save")
    saving.add_argument("folder", type=Path, help="a folder; each backup is a new one inside")
    restoring = actions.add_parser("restore")
    restoring.add_argument("folder", type=Path, help="one backup")
    restoring.add_argument("name", help="a database that does not exist yet")
    restoring.add_argument("--files", type=Path, required=True, help="an empty folder")
    for one in (saving, restoring):
        one.add_argument("--programs", type=Path, help="folder of pg_dump and pg_restore")
    return parser.parse_args(command_line)


def act(options: argparse.Namespace) -> str:
    """Do it and word the result."""
    if options.action == "restore":
        administrator = variable("ADMIN_DATABASE_URL")
        rows = restore(options.folder, options.name, administrator, options.files, options.programs)
        return (
            f"{options.name}: {len(rows)} tables, {sum(rows.values())} rows, all as in the backup"
        )
    target = options.folder / time.strftime("%Y-%m-%dT%H%M%S")
    media = Path(os.environ.get("MEDIA_ROOT", environment.ROOT / "var" / "media"))
    rows = save(target, variable("DATABASE_BACKUP_URL"), media, options.programs)
    stamp = os.environ.get("BACKUP_STAMP_FILE")
    if stamp:
        Path(stamp).touch()  # the health page shows how old the last backup is
    return f"{target}: {len(rows)} tables, {sum(rows.values())} rows"


def main(command_line: list[str]) -> int:
    """Save or restore; 1 with one sentence when it could not be done."""
    environment.load()
    try:
        print(act(parse(command_line)))
    except (BackupError, ProvisionError, psycopg.Error, OSError) as error:
        print(f"Not done: {str(error).strip()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
