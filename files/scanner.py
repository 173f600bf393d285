"""The virus scanner: clamd's INSTREAM command over TCP, in the few lines that it needs."""

from __future__ import annotations

import socket
import struct
from typing import IO

from django.conf import settings

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 20
DEFAULT_PORT = 3310
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """No answer, half an answer or nonsense: the file stays unscanned and is tried again."""


def is_configured() -> bool:
    return bool(settings.CLAMD_HOST)


def scan(stream: IO[bytes]) -> str:
    """The virus's name, or "" for a clean file. Anything but a clear answer is ScannerAway."""
    answer = _ask(stream)
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200] or "?"
    raise ScannerAway(answer[:100] or "no answer")


def _ask(stream: IO[bytes]) -> str:
    host, _colon, port = settings.CLAMD_HOST.partition(":")
    try:
        address = (host, int(port or DEFAULT_PORT))
        with socket.create_connection(address, timeout=TIMEOUT_SECONDS) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            return _answer(connection)
    except (OSError, ValueError) as error:
        raise ScannerAway(type(error).__name__) from error


def _answer(connection: socket.socket) -> str:
    """Up to the closing NUL; an answer that is cut off counts as none."""
    received = b""
    while not received.endswith(b"\0"):
        piece = connection.recv(LONGEST_ANSWER)
        if not piece or len(received) > LONGEST_ANSWER:
            raise ScannerAway("cut off")
        received += piece
    return received.rstrip(b"\0\n").decode("utf-8", "replace")
