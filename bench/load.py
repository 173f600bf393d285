"""Officials and citizens at once: forty requests a second, mixed, for minutes."""

from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.steps import BeforeStep
from bench.web import Browser, Server

CLIENTS = 24  # threads that ask; more than ever wait at once when the portal keeps up
# In a second of a busy hour (design: a step for every four or five pages); forty requests, since a
# look-up is three: the form, the question, its answer
MIX = {"queue": 13, "detail": 15, "step": 4, "look-up": 2, "search": 1, "dashboard": 1}
RATE = sum(MIX.values())  # begun a second, whether or not the earlier ones are answered
REQUESTS = RATE + 2 * MIX["look-up"]
WORDS = ("nguyen van", "tran thi", "le", "0900", "pham", "H32")
PROCESSES = 3  # as Dockerfile and deploy/portal-web.service


@dataclass
class Noted:
    """What became of one request: its kind, how long after it was due, and its status."""

    kind: str
    seconds: float
    status: int


@dataclass
class Scene:
    """Who asks for what; every list is drawn from at random."""

    browsers: dict[str, Browser]
    heads: list[str]  # of them: who may see the dashboard
    codes: dict[str, list[str]]  # user name -> codes of dossiers that he may see
    slips: list[tuple[str, str]]  # code and second factor
    officer: Browser
    steps: list[BeforeStep]
    put_back: Callable[[BeforeStep], None]


@dataclass
class Load:
    """Requests that start when they are due; a late answer delays no other (open loop)."""

    scene: Scene
    seconds: int
    seed: int = 1
    noted: list[Noted] = field(default_factory=list)

    def run(self) -> None:
        chance = random.Random(self.seed)
        kinds = chance.choices(list(MIX), list(MIX.values()), k=RATE * self.seconds)
        waiting: queue.SimpleQueue[tuple[float, str, Callable[[], int]] | None]
        waiting = queue.SimpleQueue()
        steps: queue.SimpleQueue[BeforeStep] = queue.SimpleQueue()
        for one in self.scene.steps:
            steps.put(one)
        acts = [(kind, self._act(kind, chance, steps)) for kind in kinds]
        threads = [threading.Thread(target=self._client, args=(waiting,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        began = time.perf_counter()
        for number, (kind, act) in enumerate(acts):
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.put((due, kind, act))
        for _thread in threads:
            waiting.put(None)
        for thread in threads:
            thread.join()

    def _client(self, waiting: Any) -> None:
        while (found := waiting.get()) is not None:
            due, kind, act = found
            try:
                status = act()
            except OSError:
                status = 0  # no answer at all
            self.noted.append(Noted(kind, time.perf_counter() - due, status))

    def _act(self, kind: str, chance: random.Random, steps: Any) -> Callable[[], int]:
        scene = self.scene
        name = chance.choice(scene.heads if kind == "dashboard" else list(scene.browsers))
        browser = scene.browsers[name]
        match kind:
            case "queue":
                path = chance.choice(("/ho-so/", "/ho-so/?xem=qua-han", "/ho-so/?nguoi=toi"))
            case "detail":
                path = f"/ho-so/{chance.choice(scene.codes[name])}/"
            case "search":
                path = f"/tim/?{urlencode({'q': chance.choice(WORDS)})}"
            case "dashboard":
                path = "/dieu-hanh/"
            case "look-up":
                return partial(self._look_up, chance.choice(scene.slips))
            case _:
                return lambda: self._step(steps)
        return lambda: browser.get(path).status

    def _look_up(self, slip: tuple[str, str]) -> int:
        """As a citizen does: the form, the answer behind it."""
        server = self.scene.officer.server
        citizen = Browser(server, "")
        citizen.get("/tra-cuu/")
        answer = citizen.post("/tra-cuu/", code=slip[0], digits=slip[1])
        if answer.status != 302:
            return -answer.status
        return citizen.get(answer.headers["Location"]).status

    def _step(self, steps: Any) -> int:
        """Pass one dossier on; it is put back for the next who takes it."""
        one = steps.get()
        try:
            path = f"/ho-so/{one.code}/chuyen-buoc/"
            status = self.scene.officer.post(path, step=one.run, note="Trình").status
            self.scene.put_back(one)
            return 200 if status == 302 else -status
        finally:
            steps.put(one)

    @property
    def failed(self) -> list[Noted]:
        return [one for one in self.noted if one.status != 200]

    def times(self, kind: str = "") -> list[float]:
        """Milliseconds from when it was due to its answer, in order; of one kind or all."""
        return sorted(one.seconds * 1000 for one in self.noted if kind in ("", one.kind))

    def tell(self, say: Callable[[str, float, float | None, str], None], many: int) -> None:
        """No error is the bound; the times are told."""
        whole = self.times()
        asked = f"{len(whole):,} acts in {self.seconds} s on {many:,} dossiers"
        faults = ", ".join(sorted({f"{one.kind} {one.status}" for one in self.failed}))
        say(f"errors under {REQUESTS} requests a second", len(self.failed), 0, f"{asked}; {faults}")
        for kind in ("", *MIX):
            times = self.times(kind)
            words = f"ms; median {share(times, 50):.0f}, p99 {share(times, 99):.0f}"
            name = f"p95 of {kind or 'all'} under load"
            say(name, share(times, 95), None, f"{words}, {len(times):,} asked")


def share(values: list[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


class Worker:
    """Celery beside the pages, as in production: what the steps ring for is done meanwhile."""

    def __init__(self, variables: dict[str, str], log: Path) -> None:
        command = [
            sys.executable, "-m", "celery", "-A", "govit", "worker", "-B", "--loglevel", "ERROR",
            "--concurrency", "1", "--schedule", str(log.with_suffix(".beat")),
        ]  # fmt: skip
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, env=variables, stdout=out, stderr=out)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


def under_load(
    scene: Callable[[Server], Scene], variables: dict[str, str], log: Path, seconds: int
) -> Load:
    """The portal with as many processes as in production, worker and beat, asked for so long."""
    server = Server("govit.wsgi", variables, log, processes=PROCESSES).start()
    worker = Worker({**os.environ, **variables}, log.with_name("worker.log"))
    try:
        found = Load(scene(server), seconds)
        found.run()
    finally:
        worker.stop()
        server.stop()
    return found
