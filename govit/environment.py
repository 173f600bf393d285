"""What differs from machine to machine: taken from the process, else from `var/env`.

`bin/demo` writes `var/env` (KEY=VALUE, one a line, no quoting), so that `manage.py` works from any
shell while the demo runs. A server sets real variables and has no such file.
"""

import os
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "var" / "env"

DEMO_PIN = "123456"  # of the keys that bin/demo makes and its signing program opens

# Libraries are searched where the process was started with, so a change needs a new start.
LIBRARIES = "LD_LIBRARY_PATH"
STARTED_AGAIN = "GOVIT_STARTED_AGAIN"

NEED_NO_DATABASE = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "ranking_dry_run",
        "spectacular",
        "version",
    }
)


def read(path: Path) -> dict[str, str]:
    """The values of an environment file; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value for key, value in pairs}


def write(path: Path, values: dict[str, str]) -> None:
    """Replace an environment file in one step, readable by its owner alone."""
    for key, value in values.items():
        if "\n" in value:
            raise ValueError(f"{key} has a line break and cannot be kept in {path}")
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{key}={value}\n" for key, value in values.items())
    draft.replace(path)


def load(path: Path = FILE) -> None:
    """Fill in what the process lacks. Addresses of two databases are never mixed."""
    own_database = "DATABASE_URL" in os.environ
    for key, value in read(path).items():
        if key == LIBRARIES or (own_database and key.startswith("DATABASE_")):
            continue
        os.environ.setdefault(key, value)


def libraries(path: Path = FILE) -> str | None:
    """The library path this process should have been started with; None when it has it."""
    wanted = read(path).get(LIBRARIES, "")
    present = os.environ.get(LIBRARIES, "")
    if not wanted or present == wanted or present.startswith(wanted + ":"):
        return None
    return f"{wanted}:{present}" if present else wanted


def start_again_with_libraries(path: Path = FILE) -> None:
    """Replace this process once by itself, so that Pango is found where `bin/demo` put it."""
    wanted = libraries(path)
    if wanted is None or STARTED_AGAIN in os.environ:
        return
    os.environ.update({LIBRARIES: wanted, STARTED_AGAIN: "1"})
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606


def needs_database(arguments: list[str]) -> bool:
    """Whether this call of manage.py can do nothing without a database."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in NEED_NO_DATABASE


def database_problem(arguments: list[str], path: Path = FILE) -> str | None:
    """The sentence to say when a command needs a database and none answers."""
    if not needs_database(arguments):
        return None
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return "No database: start the demo with bin/demo, or set DATABASE_URL."
    if answers(address):
        return None
    if read(path).get("DATABASE_URL") == address:
        return "The demo is not running: start it with bin/demo."
    return "The database of DATABASE_URL does not answer."


def answers(address: str) -> bool:
    """Whether a database server stands behind the address. Wrong passwords count as an answer."""
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return "authentication failed" in str(error) or "does not exist" in str(error)
    return True
