"""The migrated database, kept as a dump under var/test between runs of bin/test.

Its name tells everything that migrating reads: another migration, another model or another version
of a library makes another one. Only servers that bin/test has started say where their programs
are; on others each run migrates. Not believed but tested: tests/tenancy/test_quick_migrate.py.
"""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "test"
ROOTS = (
    "*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "tenancy/**/*.py",
    "govit/settings.py", "tests/settings.py", "tests/quick_migrate.py",
)  # fmt: skip


def dump_file() -> Path | None:
    """Where it is or would be; nothing where no programs for it are known."""
    if not has_programs():
        return None
    with connection._nodb_cursor() as cursor:
        return dump_for(cursor.connection.info.server_version)


def dump_for(version: int) -> Path | None:
    """The same for a server of this version."""
    return FOLDER / f"database-{version}-{digest()}.sql" if has_programs() else None


def has_programs() -> bool:
    """Whether the server says where its programs are."""
    programs = os.environ.get("GOVIT_POSTGRES_PROGRAMS", "")
    return all((Path(programs) / name).exists() for name in ("pg_dump", "psql"))


def restore(file: Path, name: str) -> None:
    """Make the database of that name, as the owner, and fill it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    fill(file, name)
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def fill(file: Path, name: str) -> None:
    """Bring the dump into an empty database."""
    _run(name, "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(file))


def keep(file: Path, name: str) -> None:
    """Dump it beside the final place, and drop what older code had made for this server."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    _run(name, "pg_dump", "-f", str(draft))
    draft.replace(file)
    for old in file.parent.glob(f"{file.name.rpartition('-')[0]}-*.sql"):
        if old != file:
            old.unlink(missing_ok=True)


def _run(database: str, program: str, *arguments: str) -> None:
    admin = conninfo_to_dict(os.environ["ADMIN_DATABASE_URL"])
    login = {
        "PGHOST": admin["host"], "PGUSER": admin["user"], "PGPASSWORD": admin["password"],
        "PGDATABASE": database,
    }  # fmt: skip
    command = [str(Path(os.environ["GOVIT_POSTGRES_PROGRAMS"]) / program), *arguments]
    subprocess.run(command, env={**os.environ, **login}, check=True)


def digest() -> str:
    """Of every file that is read when a database is migrated."""
    found = sha256()
    for path in sorted({*sources(), *ROOT.glob("requirements/*.txt")}):
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:20]


def sources() -> set[Path]:
    """Migrations, models and what makes the walls, and what they import of ours."""
    known: set[Path] = set()
    waiting = [path for pattern in ROOTS for path in ROOT.glob(pattern)]
    while waiting:
        path = waiting.pop()
        if path not in known:
            known.add(path)
            waiting += imported_by(path)
    return known


def imported_by(path: Path) -> Iterator[Path]:
    """Our own modules; a name that is no module is part of one."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parent.parts
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            place = ROOT.joinpath(*name.split("."))
            for file in (place.with_suffix(".py"), place / "__init__.py"):
                if file.exists():
                    yield file
