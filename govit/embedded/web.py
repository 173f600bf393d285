"""The web server of the demo: its port is taken before anything else and handed on."""

import argparse
import errno
import hashlib
import http.client
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

FIRST_PORT, LAST_PORT = 8000, 8099
WORKERS = 2
# Browsers open connections ahead of need and keep quiet on them; the worker that takes such a one
# waits for it and serves nobody. The kernel keeps them until they speak, or so many seconds.
QUIET = 240


class PortTakenError(Exception):
    """The asked port is in use; the text says what to do."""


def port_number(text: str) -> int:
    """A port that a program may take."""
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: give a number from 1 to 65535")
    return int(text)


def listen(port: int | None) -> tuple[socket.socket, int]:
    """Bind the asked port, or the first free one. Nobody else can answer on it from now on."""
    for candidate in [port] if port else range(FIRST_PORT, LAST_PORT + 1):
        listener = socket.socket(socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, QUIET)
            listener.listen(128)
            return listener, candidate
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    if port:
        raise PortTakenError(
            f"Port {port} is not free: choose another with --port, or leave --port out."
        )
    raise PortTakenError(f"No port from {FIRST_PORT} to {LAST_PORT} is free: choose one by --port.")


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(listener: socket.socket) -> list[str | Path]:
    """gunicorn on the bound port; one request a process at a time."""
    return [
        *(sys.executable, "-m", "gunicorn", "govit.wsgi", "--bind", f"fd://{listener.fileno()}"),
        *("--workers", str(WORKERS), "--timeout", "60", "--no-control-socket"),
    ]


def is_ready(port: int) -> bool:
    """Whether the portal says so itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def name_for(var: Path) -> str:
    """A name for the data of this folder, where they have to lie outside of it."""
    return "govit-demo-" + hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:10]
