"""bin/test: every check of the project, and one line at the end.

python -m govit.checks          everything
python -m govit.checks fast     without browser, slow or costly tests, second PostgreSQL; few cases
python -m govit.checks ARGS     pytest with ARGS on fresh servers
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from govit import environment
from govit.embedded.children import ChildError, Stop
from govit.embedded.places import PlaceError
from govit.embedded.scratch import scratch_servers

ROOT = environment.ROOT
RESULTS = ROOT / "var" / "test"
OLDER_POSTGRES = Path("/usr/lib/postgresql/15/bin")
# What another version of PostgreSQL may answer otherwise: the walls, the sealed log, the statements
# of the reports and of the exchange, every route once, and each file of tests that speaks to the
# server itself: by statements, plans, faults, locks, or several connections and real commits
DATABASE_FOLDERS = ("audit", "exchange", "reports", "tenancy")
SPEAKS_TO_POSTGRES = re.compile(
    r"\.cursor\(|\bEXPLAIN\b|\bexplain\(|\bconnections\[|\bpsycopg\b|IntegrityError|DataError"
    r"|\b(fresh_province|own_provinces|open_world|as_owner|as_loader|as_superuser|racing|threading)\b"
)
NOT_OF_A_DATABASE = ("browser", "commands", "common", "slow", "test_unused.py")
# A file stays with one worker, so what its tests share is made once; tests/conftest.py says which
# files go first.
# Three workers keep two cores busy: each waits for PostgreSQL a good part of its time
WORKERS = ["-n", "3", "--dist", "loadscope", "--no-loadscope-reorder"]
NO_TESTS = 5  # pytest's exit code when nothing was selected

PYTHON = sys.executable
STATIC_CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy", "."],
    "rules": [PYTHON, "-m", "ruff", "check", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "layers": [str(Path(PYTHON).with_name("lint-imports"))],
    "templates": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "-m", "govit.translations", "check"],
}


@dataclass
class Tally:
    """What all runs together found."""

    passed: int = 0
    skipped: int = 0
    failed: int = 0

    def line(self, seconds: float) -> str:
        """The one line at the end."""
        text = f"{self.passed} passed, {self.skipped} skipped in {seconds:.0f} s"
        return f"{text}, {self.failed} failed" if self.failed else text


class Checks:
    """The runs, one after the other, counted together."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.troubles: list[str] = []

    @contextmanager
    def static(self) -> Iterator[None]:
        """Everything that needs no database, one after the other beside the tests.

        While the first worker migrates the database, the second core has nothing else to do.
        """
        with ThreadPoolExecutor(max_workers=1) as pool:
            runs = [pool.submit(run_static, check) for check in STATIC_CHECKS.items()]
            try:
                yield
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        title("Static checks")
        for name, seconds, done in (run.result() for run in runs):
            print(f"    {name:<13}{seconds:5.1f} s  {'' if done.returncode == 0 else 'FAILED'}")
            if done.returncode == 0:
                self.tally.passed += 1
            else:
                self.trouble(name)
                print(done.stdout)

    def pytest(self, name: str, arguments: Sequence[str], variables: dict[str, str]) -> None:
        """One run of pytest; its counts come from its own report."""
        title(name)
        report = RESULTS / f"{name.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        command = [PYTHON, "-m", "pytest", "-rs", f"--junitxml={report}", *arguments]
        code = subprocess.run(
            command, cwd=ROOT, env={**environ_of_tests(), **variables}, check=False
        ).returncode
        counts = count(report)
        self.tally.passed += counts.passed
        self.tally.skipped += counts.skipped
        if counts.failed:
            self.tally.failed += counts.failed
            self.troubles.append(f"{name}: {counts.failed} tests")
        elif code:
            self.trouble(f"{name} ({'no test selected' if code == NO_TESTS else f'exit {code}'})")

    def trouble(self, what: str) -> None:
        """One thing went wrong as a whole."""
        self.tally.failed += 1
        self.troubles.append(what)

    def skip(self, what: str) -> None:
        """A run that this machine cannot do, said aloud."""
        title(f"skipped: {what}")
        self.tally.skipped += 1

    def run(self, arguments: list[str]) -> None:
        """Choose the runs."""
        fast = arguments == ["fast"]
        if not arguments or fast:
            with self.static(), scratch_servers() as variables:
                what = "not slow and not browser" if fast else "not browser"
                few = ["--few-cases", "--cheap"] if fast else []
                self.pytest("tests", [*WORKERS, "-m", what, *few], variables)
                if not fast:
                    self.pytest("browser tests", ["-n", "0", "-m", "browser"], variables)
            if not fast:
                self.older_postgres()
        else:
            with scratch_servers() as variables:
                self.pytest("chosen tests", arguments, variables)

    def older_postgres(self) -> None:
        """The oldest supported PostgreSQL, where the machine has it."""
        if not (OLDER_POSTGRES / "postgres").exists():
            self.skip("PostgreSQL 15 is not in /usr/lib/postgresql/15")
            return
        with scratch_servers(OLDER_POSTGRES) as variables:
            choice = [*WORKERS, "-m", "not slow and not browser", *database_tests()]
            self.pytest("database tests on PostgreSQL 15", choice, variables)


def database_tests() -> list[str]:
    """The files of tests for the second PostgreSQL."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        app = path.relative_to(ROOT / "tests").parts[0]
        if app in DATABASE_FOLDERS or (
            app not in NOT_OF_A_DATABASE and SPEAKS_TO_POSTGRES.search(path.read_text())
        ):
            found.append(str(path.relative_to(ROOT)))
    return found


def environ_of_tests() -> dict[str, str]:
    """The shell's variables; compiled tests are kept, as three processes read 200 files each."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def run_static(
    check: tuple[str, list[str]],
) -> tuple[str, float, subprocess.CompletedProcess[str]]:
    """Run one static check and keep what it said."""
    name, command = check
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, time.monotonic() - began, done


def count(report: Path) -> Tally:
    """Add up the suites of a JUnit report; nothing when pytest did not get that far."""
    tally = Tally()
    if not report.exists():
        return tally
    written_by_pytest = ElementTree.parse(report)  # noqa: S314
    for suite in written_by_pytest.getroot().iter("testsuite"):
        tests, failures, errors, skipped = (
            int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")
        )
        tally.failed += failures + errors
        tally.skipped += skipped
        tally.passed += max(0, tests - failures - errors - skipped)
    return tally


def title(text: str) -> None:
    """A line between two runs."""
    print(f"\n=== {text} ===", flush=True)


def main(arguments: list[str]) -> int:
    """Run, sum up; 1 when anything failed."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end the servers, remove their data
    RESULTS.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    try:
        checks.run(arguments)
    except (ChildError, PlaceError) as error:
        checks.trouble(str(error))
    except (KeyboardInterrupt, Stop):
        checks.trouble("interrupted")
    for trouble in checks.troubles:
        print(f"FAILED: {trouble}", file=sys.stderr)
    if not checks.tally.passed and not checks.tally.failed:
        checks.tally.failed = 1
        print("FAILED: nothing was tested", file=sys.stderr)
    print(f"\n{checks.tally.line(time.monotonic() - began)}", flush=True)
    return 1 if checks.tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
