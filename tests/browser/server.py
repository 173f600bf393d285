"""A whole portal for the browser: a database, a Valkey and a web server of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg
from psycopg import sql

from govit.embedded.web import free_port, listen
from tests import kept_database
from tests.audit.broker import Broker, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESSES = (
    "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPATCH_URL", "DATABASE_LOADER_URL",
)  # fmt: skip
DOSSIERS = "60"  # a province; thirty of them made through the services themselves


@dataclass
class Portal:
    """The running portal; `broker` is its Valkey, which a test may stop and start again."""

    env: dict[str, str]
    folder: Path
    broker: Broker = field(default_factory=Broker)
    port: int = 0
    web: subprocess.Popen[bytes] | None = None

    def address(self, province: str = "H32") -> str:
        return f"http://{province.lower()}.localhost:{self.port}"

    def manage(self, *arguments: str) -> str:
        """One command; its output, or the error of the test."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stderr[-3000:]}"
        return done.stdout

    @cached_property
    def password(self) -> str:
        return str(self.facts()["password"])

    def facts(self) -> dict[str, Any]:
        """What `manage.py demo_facts` tells now."""
        told: dict[str, Any] = json.loads(self.manage("demo_facts"))
        return told

    def dossier(self, **wanted: Any) -> dict[str, Any]:
        """A dossier of the demo with these facts."""
        found = self.facts()["dossiers"]
        return next(d for d in found if all(d[key] == value for key, value in wanted.items()))

    def load(self) -> None:
        self.manage("migrate", "-v0")
        self.manage("load_demo", "--dossiers", DOSSIERS)
        self.manage("collectstatic", "--no-input", "-v0")

    def start(self) -> None:
        listener, self.port = listen(None)
        self.env["GOVIT_BASE_PORT"] = str(self.port)
        with listener, (self.folder / "web.log").open("wb") as log:
            self.web = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "govit.wsgi", "--workers", "2"),
                    *("--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
                ],
                cwd=ROOT, env=self.env, stdout=log, stderr=log, pass_fds=[listener.fileno()],
            )  # fmt: skip
        assert wait_until(self._is_ready), (self.folder / "web.log").read_text()[-3000:]

    def _is_ready(self) -> bool:
        with (
            suppress(URLError, OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def stop(self) -> None:
        if self.web is not None:
            self.web.terminate()
            self.web.wait(30)
        self.broker.remove()


def _addresses(name: str) -> dict[str, str]:
    """The database addresses of the environment, for another database."""
    return {
        key: re.sub(r"^([^?]*)/[^/?]*(\?|$)", rf"\1/{name}\2", os.environ[key], count=1)
        for key in ADDRESSES
        if key in os.environ
    }


@contextmanager
def scratch_database(name: str) -> Iterator[dict[str, str]]:
    """A database of the owner's, and the addresses of the roles in it.

    Migrated where the tests before it have left their dump, else empty.
    """
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            migrated = kept_database.dump_for(owner.info.server_version)
            if migrated and migrated.exists():
                kept_database.fill(migrated, name)
            yield _addresses(name)
        finally:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _national_portal() -> dict[str, str]:
    """The account with a stand-in that tests/browser/work.py starts when it is needed."""
    address = f"http://127.0.0.1:{free_port()}"
    account = {
        "URL": f"{address}/service", "LOGIN_URL": f"{address}/login", "USER": "portal",
        "PASSWORD": "stub-password", "UNIT": "H32",
    }  # fmt: skip
    return {f"NATIONAL_SYNC_H32_{name}": value for name, value in account.items()}


@contextmanager
def running_portal() -> Iterator[Portal]:
    """Load the demo into a scratch database and serve it."""
    folder = Path(tempfile.mkdtemp(prefix="govit-browser-"))
    name = f"{os.environ.get('GOVIT_TEST_DB', 'test_portal')}_browser_{os.getpid()}"
    with scratch_database(name) as addresses:
        broker = Broker().start()
        env = {
            **os.environ, **addresses,
            "DJANGO_SETTINGS_MODULE": "govit.settings", "GOVIT_DEMO": "1",
            "SECRET_KEY": "of the browser tests, which have nothing to hide from anybody",
            "REDIS_URL": broker.url, "VAR_DIR": str(folder), "MEDIA_ROOT": str(folder / "media"),
            "MAIL_DIR": str(folder / "mail"), "SMS_DIR": str(folder / "sms"), **_national_portal(),
            "SIGNING_AGENT_URL": f"http://127.0.0.1:{free_port()}",
            "REMOTE_SIGNING_H32_URL": f"http://127.0.0.1:{free_port()}",
            "REMOTE_SIGNING_H32_CLIENT_ID": "portal",
            "REMOTE_SIGNING_H32_CLIENT_SECRET": "stub-secret",
        }  # fmt: skip
        portal = Portal(env, folder, broker)
        try:
            portal.load()
            portal.start()
            yield portal
        finally:
            portal.stop()
            shutil.rmtree(folder, ignore_errors=True)
