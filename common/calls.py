"""One call to somebody else's server, over by a moment that we set, whatever that server does.

The time limit of a socket holds for each read: who sends a byte now and then is never late. Here
one limit holds for the whole: connection, certificate, head and body. Redirects are not followed,
no proxy is asked, nothing is unpacked. Never call it inside a transaction.
"""

from __future__ import annotations

import datetime as dt
import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from common.waits import doubled

LONGEST_QUIET_SECONDS = 600


class CallFault(Exception):
    """There is no answer that could be read."""


class NotSent(CallFault):
    """There was no conversation."""


class NotReached(NotSent):
    """No such address, nobody there, or nobody in time."""


class NotTrusted(NotSent):
    """The certificate is not valid."""


class TooLate(CallFault):
    """What was sent may have been taken."""


class CutOff(CallFault):
    """It hung up before the answer was whole, or spoke no HTTP; as `TooLate`."""


class TooLong(CallFault):
    """The answer is longer than what is read; as `TooLate`."""


@dataclass(frozen=True)
class Bounds:
    """How long a call may take, from its start, and how much of the answer is read."""

    connect_seconds: float
    seconds: float
    most_bytes: int


def call(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], bounds: Bounds,
    *, ca_file: str = "",
) -> tuple[int, bytes]:  # fmt: skip
    """Status and body. `ca_file`: the one authority to believe; none: those of the machine."""
    start = time.monotonic()
    end = start + bounds.seconds
    parts, link = _connected(url, ca_file, min(start + bounds.connect_seconds, end))
    connection = http.client.HTTPConnection("")  # its address is the open socket's
    connection.sock = _Ending(link, end)  # type: ignore[assignment]
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    about = {**headers, "Host": parts.netloc.rpartition("@")[2], "Connection": "close"}
    try:
        connection.request(method, target, body, about)
        with connection.getresponse() as response:
            return response.status, _body(response, bounds.most_bytes)
    except TimeoutError as error:
        raise TooLate from error
    except (ValueError, http.client.InvalidURL) as error:  # a header or path that is none
        raise NotReached from error
    except (OSError, http.client.HTTPException) as error:
        raise CutOff from error
    finally:
        connection.close()


def _connected(url: str, ca_file: str, end: float) -> tuple[SplitResult, socket.socket]:
    try:
        parts = urlsplit(url)
        is_safe = {"https": True, "http": False}[parts.scheme]
        link = _open(parts.hostname or "", parts.port or (443 if is_safe else 80), end)
    except (OSError, ValueError, KeyError) as error:
        raise NotReached from error
    return parts, _wrapped(link, parts.hostname or "", ca_file, end) if is_safe else link


def _open(host: str, port: int, end: float) -> socket.socket:
    """To the first of the host's addresses that answers; each has its share of the time.

    The name is looked up under the time limits of the machine's resolver.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    fault: OSError = OSError("no address")
    for place, (family, kind, protocol, _name, address) in enumerate(addresses):
        link = socket.socket(family, kind, protocol)
        try:
            link.settimeout(_left(end) / (len(addresses) - place))
            link.connect(address)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            link.close()
            fault = error
        else:
            return link
    raise fault


def _wrapped(link: socket.socket, host: str, ca_file: str, end: float) -> ssl.SSLSocket:
    """With the certificate looked at. The limit of a handshake holds for the whole of it."""
    try:
        link.settimeout(_left(end))
        context = ssl.create_default_context(cafile=ca_file or None)
        return context.wrap_socket(link, server_hostname=host)
    except TimeoutError as error:
        link.close()
        raise NotReached from error
    except (ssl.SSLError, FileNotFoundError, ValueError) as error:
        link.close()
        raise NotTrusted from error
    except OSError as error:
        link.close()
        raise NotReached from error


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _body(response: http.client.HTTPResponse, most: int) -> bytes:
    found = response.read(most + 1)
    if len(found) > most:
        raise TooLong
    if response.length:
        raise http.client.IncompleteRead(found, response.length)
    return found


class _Ending:
    """A socket, as far as `http.client` uses one, whose every wait ends at one moment."""

    def __init__(self, link: socket.socket, end: float) -> None:
        self.link, self.end = link, end

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self.link.settimeout(_left(self.end))
            rest = rest[self.link.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_EndingReader(self.link, self.end))

    def close(self) -> None:
        self.link.close()


class _EndingReader(io.RawIOBase):
    """What a socket brings, until a moment. It holds the socket open, as `makefile` does."""

    def __init__(self, link: socket.socket, end: float) -> None:
        self.link, self.end = link, end
        self.raw = link.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.link.settimeout(_left(self.end))
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


def quiet_after(failures: int) -> dt.timedelta:
    """How long a server is left alone: five seconds, doubled with each fault in a row, at most
    ten minutes."""
    return dt.timedelta(seconds=doubled(5, failures, LONGEST_QUIET_SECONDS))
