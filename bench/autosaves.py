"""Units fill in their forms at once: forty autosaves a second, each found again afterwards."""

from __future__ import annotations

import json
import os
import queue
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.db.models import Count
from django.test import Client

from audit.models import AuditEntry
from bench.load import CLIENTS, PROCESSES, Worker, share
from bench.machine import seconds_of_all
from bench.rankings import Scene, make_scene
from bench.rows import Databases
from bench.web import Browser, Server
from organizations.models import User
from organizations.sign_in import sessions
from ranking.models import Answer, Criterion
from tenancy.models import Province
from tenancy.scope import tenant_scope

RATE, UNITS, CRITERIA = 40, 40, 120
HOT = 0.25  # of all savings go to one form, in which two people work


@dataclass
class Kept:
    """What the portal said it keeps of one criterion; one client at a time saves it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    revision: int = 0
    value: int | None = None


@dataclass
class Load:
    """Savings that begin when they are due, whether or not earlier ones are answered."""

    server: Server
    scene: Scene
    browsers: dict[int, list[Browser]]  # by form
    seconds: int
    times: list[float] = field(default_factory=list)  # milliseconds from due to answered
    failed: list[str] = field(default_factory=list)
    kept: dict[tuple[int, int], Kept] = field(default_factory=lambda: defaultdict(Kept))

    def run(self) -> None:
        chance = random.Random(1)
        waiting: queue.SimpleQueue[tuple[float, int, Criterion, Browser, int] | None]
        waiting = queue.SimpleQueue()
        threads = [threading.Thread(target=self._client, args=(waiting,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        began = time.perf_counter()
        for number in range(RATE * self.seconds):
            forms = self.scene.forms
            form = forms[0] if chance.random() < HOT else chance.choice(forms)
            browser = chance.choice(self.browsers[form.pk])
            node = chance.choice(self.scene.nodes)
            due = began + number / RATE
            self.kept[form.pk, node.pk]  # made here, by one thread
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.put((due, form.pk, node, browser, number))
        for _thread in threads:
            waiting.put(None)
        for thread in threads:
            thread.join()

    def _client(self, waiting: queue.SimpleQueue) -> None:  # type: ignore[type-arg]
        while (found := waiting.get()) is not None:
            due, form, node, browser, number = found
            kept = self.kept[form, node.pk]
            with kept.lock:
                told = self._save(browser, form, node, kept.revision, number)
                if told:
                    self.failed.append(told)
                else:
                    kept.revision, kept.value = kept.revision + 1, number
            self.times.append((time.perf_counter() - due) * 1000)

    def _save(self, browser: Browser, form: int, node: Criterion, revision: int, value: int) -> str:
        """As the page sends it; "" when it was kept."""
        mark = f"c{node.pk}"
        data = {f"{mark}-a": value, f"{mark}-b": 10_000_000, f"{mark}-revision": revision,
                f"{mark}-explanation": f"Lần {revision}"}  # fmt: skip
        body = urlencode({"csrfmiddlewaretoken": browser.token, **data}).encode()
        headers = {**browser._headers(), "HX-Request": "true",
                   "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        path = f"/xep-hang/tu-danh-gia/{form}/tieu-chi/{node.pk}/"
        try:
            answer = self.server.ask("POST", path, body, headers)
        except OSError as fault:
            return type(fault).__name__
        return "" if answer.status == 200 else f"{answer.status}: {answer.text[:200]}"

    def lost(self) -> tuple[int, int]:
        """Of what was answered as kept: criteria that hold something else, entries that lack."""
        forms = [form.pk for form in self.scene.forms]
        stored = {
            (row.assessment_id, row.criterion_id): row
            for row in Answer.objects.filter(assessment__in=forms)
        }
        answers = entries = 0
        logged = dict(
            AuditEntry.objects.filter(
                action="ranking.answer_saved", subject_id__in=[str(pk) for pk in forms]
            )
            .values_list("subject_id")
            .annotate(n=Count("pk"))
        )
        wanted: dict[str, int] = defaultdict(int)
        for (form, node), kept in self.kept.items():
            row = stored.get((form, node))
            wanted[str(form)] += kept.revision
            if kept.revision and (
                row is None or row.revision != kept.revision
                or row.input != {"a": str(kept.value), "b": "10000000"}
            ):  # fmt: skip
                answers += 1
        entries = sum(abs(count - logged.get(form, 0)) for form, count in wanted.items())
        return answers, entries


def sign_in(province: Province, server: Server, user: User, path: str) -> Browser:
    client = Client(HTTP_HOST=province.host)
    with tenant_scope(province):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        sessions.start(session, user)
        session.save()
    browser = Browser(server, session.session_key or "")
    answer = browser.get(path)
    if answer.status != 200 or not browser.token:
        raise SystemExit(f"{user.username} does not see {path}: {answer.status}")
    return browser


def run(databases: Databases, name: str, log: Path, seconds: int) -> int:
    """Make the year, send, count; the number of savings that were lost or failed."""
    province = Province.objects.get(code="H32")
    with tenant_scope(province):
        scene = make_scene(2000 + int(time.time()) % 90, CRITERIA, UNITS)
    variables = {"DATABASE_CONN_MAX_AGE": "", **databases.variables(name), "PGAPPNAME": "bench"}
    server = Server("govit.wsgi", variables, log, processes=PROCESSES).start()
    worker = Worker({**os.environ, **variables}, log.with_name("worker.log"))
    try:
        browsers = {
            form.pk: [
                sign_in(province, server, user, f"/xep-hang/tu-danh-gia/{form.pk}/1/")
                for user in scene.officers[form.pk]
            ]
            for form in scene.forms
        }
        load = Load(server, scene, browsers, seconds)
        began, busy = time.perf_counter(), seconds_of_all(server.workers)
        load.run()
        took, busy = time.perf_counter() - began, seconds_of_all(server.workers) - busy
    finally:
        worker.stop()
        server.stop()
    with tenant_scope(province):
        answers, entries = load.lost()
    times = sorted(load.times)
    print(json.dumps({
        "savings": len(times), "seconds": round(took, 1), "a_second": round(len(times) / took, 1),
        "failed": len(load.failed), "why": sorted(set(load.failed))[:3],
        "answers_lost": answers, "audit_entries_wrong": entries,
        "p50_ms": round(share(times, 50), 1), "p95_ms": round(share(times, 95), 1),
        "p99_ms": round(share(times, 99), 1), "web_processors": round(busy / took, 2),
    }, indent=1))  # fmt: skip
    return len(load.failed) + answers + entries
