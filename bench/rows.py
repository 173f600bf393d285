"""The databases that are measured on: 10,000 and 1,000,000 dossiers and lines of each register of
documents, made once and kept."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from bench.copies import write_copies
from bench.document_rows import write_documents
from bench.task_rows import MOST, write_tasks

MADE_BY = ("copies", "document_rows", "task_rows")
ROOT = Path(__file__).resolve().parent.parent
GROUND = "portal_bench_ground"  # what the others are copies of


def made_from(name: str) -> str:
    """Changes with every migration, with the index of searches and with how its rows are made:
    then it is made anew."""
    files = [*sorted(ROOT.glob("*/migrations/0*.py")), ROOT / "tenancy/search.py", Path(__file__)]
    if name != GROUND:
        files += [Path(__file__).with_name(f"{made}.py") for made in MADE_BY]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


class Databases:
    """The bench's own databases, beside the one of the environment or in the embedded server."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.addresses = addresses

    def variables(self, name: str) -> dict[str, str]:
        return {key: psycopg_address(url, name) for key, url in self.addresses.items()}

    def connect(self, name: str, role: str = "DATABASE_LOADER_URL") -> psycopg.Connection:
        return psycopg.connect(psycopg_address(self.addresses[role], name), autocommit=True)

    def is_ready(self, name: str) -> bool:
        with self.owner() as owner:
            row = owner.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [name],
            ).fetchone()
        return row is not None and row[0] == made_from(name)

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(self.addresses["DATABASE_OWNER_URL"], autocommit=True)

    def make(self, name: str, template: str = "template0") -> None:
        with self.owner() as owner:
            known = sql.Identifier(name)
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(known))
            owner.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def mark(self, name: str) -> None:
        with self.owner() as owner:
            owner.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(name), sql.Literal(made_from(name))
                )
            )


def psycopg_address(url: str, name: str) -> str:
    """The same address with another database."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def manage(variables: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    environment = {**os.environ, **variables, "DATABASE_STATEMENT_TIMEOUT": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        words = f"{done.stdout[-2000:]}{done.stderr[-3000:]}"
        raise SystemExit(f"{' '.join(arguments)} failed:\n{words}")


def fill(databases: Databases, name: str, count: int, tell: Callable[[str], None]) -> None:
    """`count` dossiers, documents and tasks more, of these at most a tenth of a million, and walls
    that are still whole."""
    with databases.connect(name, "DATABASE_OWNER_URL") as owner, databases.connect(name) as loader:
        write_copies(
            owner, loader, count, lambda last: tell(f"{name}: {last:,} of {count:,} dossiers")
        )
        tell(f"{name}: indexes and keys are there again")
        write_documents(owner, loader, count, lambda words: tell(f"{name}: {words}"))
        write_tasks(loader, min(count, MOST))
        owner.execute("VACUUM ANALYZE")
    manage(databases.variables(name), "check_walls")
