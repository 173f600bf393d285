"""PostgreSQL and Valkey on private sockets: made once, started safely, also after a crash."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from govit.embedded.children import Child, ChildError, Family
from govit.embedded.places import Places

ADMINISTRATOR = "postgres"
READY_SECONDS = 60.0  # recovery after a crash may take a while
QUIET = {"LC_ALL": "C.UTF-8", "TZ": "Asia/Ho_Chi_Minh"}  # a LANG that is not installed stops initdb
SPEED_BEFORE_SAFETY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "on",
}


@dataclass(frozen=True)
class Servers:
    """One embedded PostgreSQL and Valkey of a family of children."""

    family: Family
    places: Places
    password: str  # of the administrator
    options: Mapping[str, str]

    def start(self) -> None:
        """Start both and wait until they answer."""
        valkey = self.start_valkey()
        self.start_postgres()
        self.family.wait_until(valkey, self.valkey_answers, READY_SECONDS)

    # PostgreSQL

    def start_postgres(self) -> Child:
        """Make the cluster when there is none, clear the traces of a crash, start."""
        if not (self.places.postgres_data / "PG_VERSION").exists():
            self.make_cluster()
        self.clear_stale_pid()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "timezone": "Asia/Ho_Chi_Minh",
            "max_parallel_workers_per_gather": "0",  # containers have 64 MB of shared memory
            **self.options,
        }
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        child = Child(
            name="postgres",
            command=[self.places.postgres / "postgres", "-D", self.places.postgres_data, *settings],
            environment=self.environment(),
            folder=Path("/"),
            stage=0,
            signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL),  # TERM would wait for clients
            account=self.places.account,
        )
        self.begin(child)
        return child

    def begin(self, child: Child) -> None:
        """Start it; backends of a killed server may hold its memory for a moment longer."""
        end = time.monotonic() + READY_SECONDS
        while True:
            self.family.start(child)
            try:
                self.family.wait_until(child, self.postgres_answers, READY_SECONDS)
                return
            except ChildError:
                held = "pre-existing shared memory block" in self.family.last_words(child.name)
                if not held or time.monotonic() > end:
                    raise
                self.family.pause(0.5)

    def make_cluster(self) -> None:
        """Run initdb beside the final place: a killed initdb must not look finished."""
        draft = self.places.postgres_data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        account = self.places.account
        with tempfile.NamedTemporaryFile("w", dir=self.places.sockets, delete=True) as file:
            file.write(self.password)
            file.flush()
            if account:
                os.chown(draft, account.pw_uid, account.pw_gid)
                os.chown(file.name, account.pw_uid, account.pw_gid)
            initdb = Child(
                name="initdb",
                command=[
                    *(self.places.postgres / "initdb", "-D", draft, "-U", ADMINISTRATOR),
                    *("--encoding=UTF8", *self.locale_options(), "--auth=scram-sha-256"),
                    f"--pwfile={file.name}",
                    *(["--no-sync"] if self.options.get("fsync") == "off" else []),
                ],
                environment=self.environment(),
                folder=Path("/"),
                account=account,
            )
            self.family.run(initdb)
        draft.rename(self.places.postgres_data)

    def locale_options(self) -> list[str]:
        """The same order and case rules on every machine; before 17 only the C library has them."""
        words = self.output("postgres", "--version").split()
        if int(words[2].split(".")[0]) >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8"]

    def clear_stale_pid(self) -> None:
        """Remove the pid file of a server that is gone; end one that nobody looks after."""
        file = self.places.postgres_data / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError):
            pid = int(file.read_text().split()[0])
            for number in (signal.SIGINT, signal.SIGQUIT):
                if self.is_our_postgres(pid):
                    os.kill(pid, number)
                    self.wait_for_end(pid)
            if self.is_our_postgres(pid):
                return
            file.unlink()
        # The socket's own lock names a number too; nobody but us uses this folder.
        for trace in self.places.sockets.glob(".s.PGSQL.*"):
            trace.unlink()

    def wait_for_end(self, pid: int) -> None:
        """Wait up to ten seconds for a server that is not our child."""
        end = time.monotonic() + 10
        while self.is_our_postgres(pid) and time.monotonic() < end:
            self.family.pause()

    def is_our_postgres(self, pid: int) -> bool:
        """Whether the process with that number works on our data; a dead one has no command."""
        if not Path("/proc").exists():
            return False
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return os.fsencode(self.places.postgres_data) in command.split(b"\0")

    def postgres_answers(self) -> bool:
        """Ask as its own tools do."""
        program = [str(self.places.postgres / "pg_isready"), "-q", "-h", str(self.places.sockets)]
        return subprocess.run(program, env=self.environment(), check=False).returncode == 0

    def output(self, program: str, *arguments: str) -> str:
        """What one of PostgreSQL's programs prints."""
        command = [str(self.places.postgres / program), *arguments]
        done = subprocess.run(command, env=self.environment(), check=True, capture_output=True)
        return done.stdout.decode()

    def address(self, role: str, password: str, database: str) -> str:
        """The address of a database on our socket."""
        folder = quote(str(self.places.sockets), safe="/")
        return f"postgresql://{role}:{quote(password)}@/{database}?host={folder}"

    # Valkey

    @property
    def valkey_socket(self) -> Path:
        """Where Valkey listens."""
        return self.places.sockets / "valkey.sock"

    def start_valkey(self) -> Child:
        """Start it; the caller waits until it answers."""
        self.places.valkey_data.mkdir(mode=0o700, parents=True, exist_ok=True)
        child = Child(
            name="valkey",
            command=[
                *(self.places.valkey, "--port", "0", "--unixsocket", self.valkey_socket),
                *("--unixsocketperm", "700", "--dir", self.places.valkey_data),
                *("--appendonly", "yes", "--save", "", "--logfile", "", "--daemonize", "no"),
            ],
            environment=self.environment(),
            folder=Path("/"),
            stage=0,
        )
        return self.family.start(child)

    def valkey_answers(self) -> bool:
        """Whether it is up and has read its data."""
        with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
            client.settimeout(1)
            client.connect(str(self.valkey_socket))
            client.sendall(b"PING\r\n")
            return client.recv(5) == b"+PONG"
        return False

    @property
    def valkey_address(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{quote(str(self.valkey_socket), safe='/')}"

    @staticmethod
    def environment() -> dict[str, str]:
        """No libraries of ours and no locale of the machine for the servers."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), **QUIET}


def new_password() -> str:
    """Good for an address without quoting."""
    return secrets.token_urlsafe(24)
