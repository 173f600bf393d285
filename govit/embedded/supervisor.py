"""bin/demo: start everything in order, keep it running, end it cleanly.

Runs in the foreground with nothing but children: PostgreSQL and Valkey (unless DATABASE_URL and
REDIS_URL name others), then the web server, the worker and the clock.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from govit import environment
from govit.embedded import web
from govit.embedded.children import Child, ChildError, Family, Stop, end_leftovers
from govit.embedded.places import PlaceError, arrange
from govit.embedded.servers import Servers
from govit.embedded.variables import (
    ADMINISTRATOR_KEY,
    database_variables,
    keep_secrets,
    provision_embedded,
)
from govit.provision import ROLES, ProvisionError
from govit.translations import compile_all

FIRST_DOSSIERS, ALL_DOSSIERS = 1_000, 20_000
OLD_DAYS = 7
RESTARTS, RESTARTS_WITHIN_SECONDS = 5, 60.0
LOG_LIMIT_BYTES = 10_000_000
PROVINCES = ("H32", "H44")
BUS_SECRET = "stub-secret"  # noqa: S105  of the stand-in, which runs on this machine alone
ANSWERS, FORGETS = "G05", "G12"  # agencies outside on the stand-in of the bus
GIVEN = ("REDIS_URL", *(role.variable for role in ROLES if role.variable))
Python = list[str | Path]


class Demo:
    """One demo in one project folder."""

    def __init__(self, root: Path, options: argparse.Namespace) -> None:
        self.root, self.var, self.options = root, root / "var", options
        self.family = Family(self.var / "log", self.var / "children.json")
        self.servers: Servers | None = None
        self.variables: dict[str, str] = {}
        self.began = time.monotonic()

    # Steps

    def start(self) -> None:
        """Everything up to the line with the address."""
        self.turn_logs_over()
        end_leftovers(self.var / "children.json")
        if self.options.reset:
            self.forget_data()
        self.listener, self.port = web.listen(self.options.port)
        self.tell_age()
        self.start_servers()
        compile_all(self.root)
        static = self.collect_static()
        self.manage("migrate", "migrate", "--no-input")
        self.load_the_first()
        if static:
            self.family.finish(static)
            self.static_mark().write_text(self.static_state(), encoding="utf-8")
        accounts = self.start_python("accounts", [sys.executable, "manage.py", "demo_accounts"])
        self.start_portal()
        self.family.wait_until(self.web, lambda: web.is_ready(self.port), 120)
        self.greet(self.family.finish(accounts))

    def stay(self) -> None:
        """Keep the children alive until somebody asks us to stop."""
        background = None if self.options.fast else self.load_the_rest()
        while True:
            self.family.pause(0.5)
            self.family.bury_orphans()
            if background and background.alive():
                self.family.tell_progress(background, say)
            for child in list(self.family.children):
                if child.alive():
                    continue
                if child is background:
                    self.family.children.remove(child)
                    self.tell_end_of_loading(child)
                else:
                    self.start_again(child)

    def start_servers(self) -> None:
        """PostgreSQL and Valkey of our own, as far as the machine names no others."""
        secrets = keep_secrets(self.var / "secrets")
        places = arrange(self.var, Path("/var/lib") / web.name_for(self.var))
        self.servers = Servers(
            self.family, places, secrets[ADMINISTRATOR_KEY], {"max_connections": "100"}
        )
        variables = database_variables(self.servers, secrets)
        self.variables = {key: os.environ[key] for key in GIVEN if key in os.environ}
        own_database, own_broker = "DATABASE_URL" in os.environ, "REDIS_URL" in os.environ
        if not own_broker:
            valkey = self.servers.start_valkey()
            self.variables["REDIS_URL"] = self.servers.valkey_address
        if not own_database:
            self.note_age(places.postgres_data)
            self.servers.start_postgres()
            provision_embedded(self.servers, variables)
            self.variables |= variables
        if not own_broker:
            self.family.wait_until(valkey, self.servers.valkey_answers, 60)
        self.write_environment(secrets)

    def write_environment(self, secrets: dict[str, str]) -> None:
        """Tell children and other shells where everything is."""
        for folder in ("media", "mail"):
            (self.var / folder).mkdir(mode=0o700, exist_ok=True)
        self.variables |= {
            "SECRET_KEY": secrets["SECRET_KEY"],
            "GOVIT_DEMO": "1",
            "GOVIT_BASE_PORT": str(self.port),
            "MEDIA_ROOT": str(self.var / "media"),
            "MAIL_DIR": str(self.var / "mail"),
            **self.national_portal(),
            **self.bus_between_agencies(),
            **self.signing_program(),
            **self.signing_service(),
            **environment.read(self.var / "pdf.env"),
        }
        environment.write(self.var / "env", self.variables)

    def national_portal(self) -> dict[str, str]:
        """The account of the first province with a stand-in of ours, on a free port."""
        self.stub_port = web.free_port()
        address = f"http://127.0.0.1:{self.stub_port}"
        account = {
            "URL": f"{address}/service", "LOGIN_URL": f"{address}/login", "USER": "portal",
            "PASSWORD": "stub-password", "UNIT": "H32",
        }  # fmt: skip
        return {f"NATIONAL_SYNC_H32_{name}": value for name, value in account.items()}

    def bus_between_agencies(self) -> dict[str, str]:
        """The accounts of both provinces on a stand-in of ours, on a free port."""
        self.bus_port = web.free_port()
        return {
            f"EDXML_BUS_{code}_{name}": value
            for code in PROVINCES
            for name, value in (
                ("URL", f"http://127.0.0.1:{self.bus_port}"),
                ("SYSTEM_ID", code), ("SECRET", BUS_SECRET),
            )
        }  # fmt: skip

    def signing_program(self) -> dict[str, str]:
        """The stand-in for the program on an official's PC, on a free port; it gives the time
        stamps of each province, too."""
        self.agent_port = web.free_port()
        address = f"http://127.0.0.1:{self.agent_port}"
        stamps = {f"TIME_STAMPS_{code}_URL": f"{address}/tsa/{code}" for code in PROVINCES}
        return {"SIGNING_AGENT_URL": address, **stamps}

    def signing_service(self) -> dict[str, str]:
        """The stand-in for the remote signing service of the first province, on a free port."""
        self.service_port = web.free_port()
        account = {
            "URL": f"http://127.0.0.1:{self.service_port}", "CLIENT_ID": "portal",
            "CLIENT_SECRET": "stub-secret",
        }  # fmt: skip
        return {f"REMOTE_SIGNING_H32_{name}": value for name, value in account.items()}

    def start_portal(self) -> None:
        """Web server, worker and clock, and the stand-ins for the world outside."""
        celery: Python = [sys.executable, "-m", "celery", "-A", "govit"]
        # A killed clock may leave a torn file. Due work is found in the database, not in there.
        shutil.rmtree(self.var / "beat", ignore_errors=True)
        (self.var / "beat").mkdir(mode=0o700)
        schedule = self.var / "beat" / "schedule"
        self.web = self.start_python("web", web.command(self.listener), [self.listener.fileno()])
        quick = ["--without-gossip", "--without-mingle", "--concurrency", "2"]
        self.start_python("worker", [*celery, "worker", "--loglevel", "INFO", *quick])
        if (self.root / "exchange" / "stub").is_dir():
            stub: Python = [sys.executable, "-m", "exchange.stub", "--refuse-first", "2"]
            self.start_python("national", [*stub, "--port", str(self.stub_port)])
        if (self.root / "exchange" / "bus_stub").is_dir():
            bus: Python = [sys.executable, "-m", "exchange.bus_stub", "--port", str(self.bus_port)]
            for code in PROVINCES:
                bus += ["--system", f"{code}={BUS_SECRET}"]
            self.start_python("bus", [*bus, "--agency", ANSWERS, "--forgetful", FORGETS])
        hosts = ("h32.localhost", "h44.localhost", "127.0.0.1", "localhost")
        origins = [f"--origin=http://{host}:{self.port}" for host in hosts]
        agent: Python = [sys.executable, "-m", "papers.signatures.agent", *origins]
        if device := os.environ.get("GOVIT_PKCS11"):  # a token's library, or SoftHSM's
            agent += ["--pkcs11", device]
        self.start_python(
            "agent",
            [
                *agent, "--keys", self.var / "keys", "--port", str(self.agent_port),
                "--authorities", self.var / "authorities", "--pin", environment.DEMO_PIN,
            ],
        )  # fmt: skip
        service: Python = [sys.executable, "-m", "papers.signatures.remote_stub"]
        service += ["--keys", self.var / "keys", "--port", str(self.service_port)]
        self.start_python("service", [*service, "--pin", environment.DEMO_PIN])
        self.start_python("beat", [*celery, "beat", "--pidfile", "", "--schedule", schedule])

    # Style sheets, scripts, fonts

    def collect_static(self) -> Child | None:
        """Gather them under hashed names, beside the other steps; None when nothing changed."""
        mark = self.static_mark()
        if mark.exists() and mark.read_text(encoding="utf-8") == self.static_state():
            return None
        mark.unlink(missing_ok=True)
        command: Python = [sys.executable, "manage.py", "collectstatic", "--no-input"]
        return self.start_python("static", command)

    def static_mark(self) -> Path:
        """Says from which state of the sources the gathered files were made."""
        return self.var / "static.made-from"

    def static_state(self) -> str:
        """Changes with every file of ours and every installed package."""
        stamps = (self.root / "node_modules" / ".stamp", self.root / ".venv" / ".installed-base")
        files = [path for path in (self.root / "static").rglob("*") if path.is_file()]
        seen = sorted(
            f"{path} {path.stat().st_mtime_ns}" for path in [*files, *stamps] if path.exists()
        )
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()

    # Children

    def start_python(self, name: str, command: Python, keep_open: list[int] | None = None) -> Child:
        """A child that runs our own code."""
        return self.family.start(self.python_child(name, command, keep_open))

    def python_child(self, name: str, command: Python, keep_open: list[int] | None = None) -> Child:
        """Described, not started."""
        variables = {**os.environ, **self.variables, "PYTHONUNBUFFERED": "1"}
        wanted = environment.libraries(self.var / "env")
        if wanted:
            variables[environment.LIBRARIES] = wanted
        return Child(name, command, variables, self.root, keep_open=keep_open or [])

    def manage(self, name: str, *arguments: str) -> str:
        """Run one of Django's commands to its end."""
        return self.family.run(self.python_child(name, [sys.executable, "manage.py", *arguments]))

    def start_again(self, child: Child) -> None:
        """A child died: start it again, unless it keeps dying."""
        now = time.monotonic()
        recent = [moment for moment in child.started if now - moment < RESTARTS_WITHIN_SECONDS]
        if len(recent) > RESTARTS:
            raise ChildError(f"{child.name} keeps ending:\n{self.family.last_words(child.name)}")
        code = child.process.returncode if child.process else None
        say(f"{child.name} ended (code {code}); it is started again.")
        if child.name == "postgres" and self.servers:
            self.family.pause(0.2)
            self.servers.clear_stale_pid()
            self.servers.begin(child)
        else:
            self.family.start(child)

    def load_the_first(self) -> None:
        """Enough data to look around, before the page opens; once in the life of the data."""
        mark = self.var / "loaded"
        if mark.exists() and "DATABASE_URL" not in os.environ:
            return
        say(f"Demo data: the first {FIRST_DOSSIERS:,} dossiers …")
        command: Python = [sys.executable, "manage.py", "load_demo", "--dossiers"]
        command += [str(FIRST_DOSSIERS), *([] if self.options.fast else ["--more-follow"])]
        self.family.finish(self.start_python("load_demo", command), say)
        mark.touch()

    def load_the_rest(self) -> Child:
        """The big part of the demo data, while the page can be used."""
        say(f"In the background: dossiers up to {ALL_DOSSIERS:,} (var/log/load_rest.log) …")
        arguments: Python = ["manage.py", "load_demo", "--dossiers", str(ALL_DOSSIERS)]
        return self.start_python("load_rest", [sys.executable, *arguments])

    def tell_end_of_loading(self, child: Child) -> None:
        """Say how the background part went; the portal runs on without it."""
        if child.process and child.process.returncode == 0:
            say("All demo data are there.")
        else:
            say(f"The rest of the demo data failed:\n{self.family.last_words(child.name)}")

    # Data

    def forget_data(self) -> None:
        """Remove what the demo made; never what belongs to a server of somebody else."""
        if "DATABASE_URL" in os.environ:
            raise PlaceError("--reset does not touch the database of DATABASE_URL: empty it there.")
        places = arrange(self.var, Path("/var/lib") / web.name_for(self.var))
        names = ("valkey", "media", "mail", "created", "loaded")
        for path in (places.postgres_data, *(self.var / name for name in names)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        say("The old demo data are gone.")

    def note_age(self, data: Path) -> None:
        """Remember when the data were made: the demo's dates are relative to that day."""
        if not data.exists():
            (self.var / "created").write_text(str(time.time()), encoding="utf-8")
            (self.var / "loaded").unlink(missing_ok=True)

    def tell_age(self) -> None:
        """Old demo data have no work that is due soon."""
        with suppress(FileNotFoundError, ValueError):
            created = float((self.var / "created").read_text(encoding="utf-8"))
            days = int((time.time() - created) // 86_400)
            if days > OLD_DAYS:
                say(f"The demo data are {days} days old: bin/demo --reset makes fresh ones.")

    def turn_logs_over(self) -> None:
        """Keep one older file of each log that grew large."""
        for log in (self.var / "log").glob("*.log"):
            if log.stat().st_size > LOG_LIMIT_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def greet(self, accounts: str) -> None:
        """The lines everybody waits for."""
        seconds = time.monotonic() - self.began
        say(f"\nThe portal runs ({seconds:.1f} s):  http://h32.localhost:{self.port}")
        say(f"    the second province:   http://h44.localhost:{self.port}")
        say(f"    without a name server: http://127.0.0.1:{self.port}\n")
        say(accounts.rstrip())
        say("\nCtrl-C ends it; the data stay. Logs are in var/log.")


def say(text: str) -> None:
    """Print a line at once; a closed terminal is no reason to fail."""
    with suppress(OSError, ValueError):
        print(text, flush=True)


def hold_lock(var: Path) -> int:
    """One demo per folder. bin/demo hands on the lock it holds already."""
    inherited = os.environ.pop("GOVIT_LOCK_FD", "")
    handle = int(inherited) if inherited else os.open(var / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, False)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        port = environment.read(var / "env").get("GOVIT_BASE_PORT", "8000")
        raise PlaceError(f"The demo runs already: http://h32.localhost:{port}") from None
    return handle


def arguments() -> argparse.ArgumentParser:
    """What may stand behind bin/demo."""
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Start the portal with demo data in this folder."
    )
    parser.add_argument("--port", type=web.port_number, help="default: the first free from 8000")
    parser.add_argument("--reset", action="store_true", help="throw the demo data away first")
    parser.add_argument(
        "--fast", action="store_true", help=f"{FIRST_DOSSIERS:,} dossiers, not {ALL_DOSSIERS:,}"
    )
    return parser


def main(command_line: list[str], root: Path = environment.ROOT) -> int:
    """Run the demo; 0 when it was asked to end, 1 when it could not run."""
    options = arguments().parse_args(command_line)
    (root / "var").mkdir(exist_ok=True)
    return guarded(lambda: run(root, options))


def run(root: Path, options: argparse.Namespace) -> int:
    """Hold the lock, start, stay, end."""
    handle = hold_lock(root / "var")
    demo = Demo(root, options)
    demo.family.listen_for_stop()
    try:
        demo.start()
        demo.stay()
    except Stop:
        say("\nEnding …")
    finally:
        demo.family.stop()
        if demo.servers:
            shutil.rmtree(demo.servers.places.sockets, ignore_errors=True)
        os.close(handle)
    return 0


def guarded(work: Callable[[], int]) -> int:
    """Expected troubles are one sentence, not a traceback."""
    try:
        return work()
    except (ChildError, PlaceError, ProvisionError, web.PortTakenError) as error:
        print(str(error), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
