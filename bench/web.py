"""Real gunicorns and a client that speaks HTTP to them, with a real session and CSRF token."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from bench.clock import timed
from bench.machine import children_of, seconds_of_all
from govit.embedded.web import listen

ROOT = Path(__file__).resolve().parent.parent
HOST = "h32.localhost"


@dataclass
class Answer:
    status: int
    text: str
    headers: http.client.HTTPMessage


@dataclass
class Server:
    """One gunicorn; one worker is enough for who asks one at a time."""

    application: str
    variables: dict[str, str]
    log: Path
    processes: int = 1
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    workers: list[int] = field(default_factory=list)

    def start(self) -> Server:
        listener, self.port = listen(None)
        number = listener.fileno()
        command = [
            *(sys.executable, "-m", "gunicorn", self.application, "--bind", f"fd://{number}"),
            *(
                "--workers",
                str(self.processes),
                "--timeout",
                "120",
                "--no-control-socket",
                "--log-level",
                "error",
            ),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.variables}, pass_fds=[number],
                stdout=log, stderr=log,
            )  # fmt: skip
        listener.close()
        self.wait()
        return self

    def wait(self) -> None:
        """Until it answers, whatever it answers."""
        assert self.process
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.application} ended: see {self.log}")
            try:
                self.ask("GET", "/healthz")
                break
            except OSError:
                time.sleep(0.1)
        self.workers = children_of(self.process.pid)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            client.request(method, path, body, {"Host": HOST, **(headers or {})})
            answer = client.getresponse()
            return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.headers)
        finally:
            client.close()


class Browser:
    """A person signed in at a server."""

    def __init__(self, server: Server, session: str) -> None:
        self.server, self.session, self.csrf, self.token = server, session, "", ""

    def _headers(self) -> dict[str, str]:
        csrf = f"; csrf={self.csrf}" if self.csrf else ""
        return {"Cookie": f"session={self.session}{csrf}"}

    def get(self, path: str) -> Answer:
        answer = self.server.ask("GET", path, headers=self._headers())
        if found := re.search(r"csrf=(\w+)", answer.headers.get("Set-Cookie", "")):
            self.csrf = found.group(1)
        if token := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text):
            self.token = token.group(1)
        return answer

    def post(self, path: str, **data: object) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.token, **data}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.server.ask("POST", path, body, {**self._headers(), **kind})


class Meter:
    """Processor time of a server's workers and of the backends that work for them."""

    def __init__(
        self, server: Server, watcher: psycopg.Connection, database: str, role: str
    ) -> None:
        rows = watcher.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND usename = %s"
            " AND pid <> pg_backend_pid() AND application_name = %s",
            [database, role, server.variables["PGAPPNAME"]],
        ).fetchall()
        self.web, self.postgres = server.workers, [pid for (pid,) in rows]
        if not self.postgres:
            raise SystemExit(f"no backend of {server.application} found")
        self.start()

    def start(self) -> None:
        self._before = (seconds_of_all(self.web), seconds_of_all(self.postgres))

    def stop(self) -> tuple[float, float]:
        """Seconds since the start: of the web processes, of PostgreSQL."""
        web, postgres = seconds_of_all(self.web), seconds_of_all(self.postgres)
        return web - self._before[0], postgres - self._before[1]


def in_turn(
    asks: Sequence[Callable[[], object]], meters: Sequence[Meter], times: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each in the median, of processors and by the clock: asked one after the
    other, so that all meet the same machine."""
    spent: list[list[float]] = [[] for _ask in asks]
    walls: list[list[float]] = [[] for _ask in asks]
    for _time in range(times):
        for at, (ask, meter) in enumerate(zip(asks, meters, strict=True)):
            meter.start()
            walls[at].append(timed(ask))
            spent[at].append(sum(meter.stop()) * 1000)
    return [*map(statistics.median, spent)], [*map(statistics.median, walls)]
