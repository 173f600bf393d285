"""A project of three small files under the real supervisor: the same children, no Django."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from govit.embedded.web import name_for

ROOT = Path(__file__).resolve().parents[2]
REAL_PARTS = ("environment.py", "provision.py", "translations.py", "embedded")

MANAGE = """
import os, sys, time
from pathlib import Path
import psycopg
if sys.argv[1] == "collectstatic":
    sys.exit()
with open("var/calls", "a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS starts (command text)")
    connection.execute("INSERT INTO starts VALUES (%s)", [sys.argv[1]])
    connection.execute("GRANT SELECT ON starts TO portal_app")
if sys.argv[1] == "demo_accounts":
    print("canbo / mat-khau")
if sys.argv[1] == "load_demo" and Path("slow").exists():
    print("H32: 500 of 900 dossiers", flush=True)
    time.sleep(60)
if sys.argv[1] == "migrate" and Path("broken").exists():
    sys.exit("the migration went wrong")
"""
WSGI = """
import os
import psycopg, redis
def application(environ, start_response):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        count = connection.execute("SELECT count(*) FROM starts").fetchone()[0]
    redis.from_url(os.environ["REDIS_URL"]).ping()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(count).encode()]
"""
CELERY = """
import os
from celery import Celery
app = Celery("govit", broker=os.environ["REDIS_URL"].replace("unix://", "redis+socket://"))
"""


class TinyProject:
    """One folder with one demo; ends everything it started."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.processes: list[subprocess.Popen] = []
        self.outside = Path("/var/lib") / name_for(root / "var")
        package = root / "govit"
        package.mkdir(parents=True)
        for name in REAL_PARTS:
            source = ROOT / "govit" / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, package / name)
        (package / "__init__.py").touch()
        (package / "wsgi.py").write_text(WSGI)
        (package / "celery.py").write_text(CELERY)
        (root / "manage.py").write_text(MANAGE)

    def start(self, *arguments: str, wait: bool = True) -> subprocess.Popen:
        """Start the supervisor as bin/demo does; wait for the line with the address."""
        own = {"DATABASE_URL", "REDIS_URL", "LD_LIBRARY_PATH", "DJANGO_SETTINGS_MODULE"}
        inherited = {
            key: value
            for key, value in os.environ.items()
            if key not in own and not key.startswith(("DATABASE_", "GOVIT_", "PYTEST_"))
        }
        self.output = self.root / f"output-{len(self.processes)}"
        with open(self.output, "wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "govit.embedded.supervisor", *arguments],
                cwd=self.root,
                env=inherited | {"LANG": "vi_VN.UTF-8", "LC_ALL": "vi_VN.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        if wait:
            wait_for(lambda: "Ctrl-C ends it" in self.said() or process.poll() is not None)
            assert process.poll() is None, self.said()
        return process

    @property
    def data(self) -> Path:
        """Where PostgreSQL keeps its files: outside where root's folders are closed."""
        moved = self.outside / "postgres"
        return moved if moved.exists() else self.root / "var" / "postgres"

    def said(self) -> str:
        """What the supervisor printed so far."""
        return self.output.read_text()

    def port(self) -> int:
        """The port that was taken."""
        lines = (self.root / "var" / "env").read_text().splitlines()
        return int(dict(line.split("=", 1) for line in lines)["GOVIT_BASE_PORT"])

    def page(self) -> tuple[int, str]:
        """Status and text of the one page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=60)
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def calls(self) -> list[str]:
        """The Django commands that were asked for, in order."""
        return (self.root / "var" / "calls").read_text().splitlines()

    def living(self) -> list[psutil.Process]:
        """Processes that work in this folder or on its data."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                told = " ".join([*process.cmdline(), process.cwd()])
                ours = any(str(place) in told for place in (self.root, self.outside, self.data))
                if ours and process.pid != os.getpid():
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def child(self, *words: str) -> psutil.Process:
        """The first of our processes whose command has all these words."""
        for process in self.children(*words):
            return process
        raise AssertionError(f"no process of {words}: {[one.cmdline() for one in self.living()]}")

    def children(self, *words: str) -> list[psutil.Process]:
        """Our processes whose command has all these words; those that end meanwhile have none."""
        found = []
        for process in sorted(self.living(), key=lambda one: one.pid):
            with suppress(psutil.NoSuchProcess):
                if all(word in " ".join(process.cmdline()) for word in words):
                    found.append(process)
        return found

    def stop(self) -> int:
        """Ask the newest supervisor to end, as `kill` does."""
        self.processes[-1].send_signal(signal.SIGTERM)
        return self.processes[-1].wait(60)

    def clean_up(self) -> None:
        """Whatever a failed test left."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                process.wait(60)
        for process in self.living():
            process.kill()
        shutil.rmtree(self.outside, ignore_errors=True)


def wait_for(condition, seconds: float = 120) -> None:
    """Poll until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
