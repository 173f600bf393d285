"""A call to somebody else's server ends in time, however that server draws it out."""

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from common import calls
from common.calls import Bounds, CutOff, NotReached, NotTrusted, TooLate, TooLong, call

LONG = Bounds(connect_seconds=30, seconds=30, most_bytes=1000)  # a busy machine's
SHORT = Bounds(connect_seconds=0.3, seconds=0.5, most_bytes=1000)
IN_TIME = 15  # seconds: far more than any limit here, far less than without one
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def server(*pieces, drip=b"", hears=True, length=None):
    """Answers with the pieces, then drips until the caller has gone; its address and what came."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(30)
    came, over = [], threading.Event()

    def run():
        with suppress(OSError), listener.accept()[0] as link:
            if hears:
                came.append(link.recv(65536))
            for piece in pieces:
                link.sendall(piece)
            while drip and not over.wait(0.05):
                link.sendall(drip)
            if not hears:
                over.wait(30)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/a?b=c", came
    finally:
        over.set()
        listener.close()
        thread.join(30)


def post(url, bounds=LONG, **more):
    return call("POST", url, b'{"a": 1}', {"X-A": "b"}, bounds, **more)


def test_a_plain_answer_is_status_and_body():
    with server(HEAD + b"Content-Length: 2\r\n\r\n{}") as (url, came):
        assert post(url) == (200, b"{}")
    head, _empty, body = came[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert f"Host: {url.split('/')[2]}".encode() in head
    assert {b"X-A: b", b"Connection: close", b"Accept-Encoding: identity"} <= set(
        head.split(b"\r\n")
    )
    assert json.loads(body or b'{"a": 1}') == {"a": 1}


DRIPS = {
    "status": ((b"HTTP/1.1 200 ",), b"O"),
    "header": ((HEAD, b"X-A: "), b"a"),
    "headers": ((HEAD,), b"X-A: a\r\n"),
    "continue": ((), b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": ((HEAD, b"Content-Length: 900\r\n\r\n"), b" "),
    "chunks": ((HEAD, b"Transfer-Encoding: chunked\r\n\r\n"), b"1\r\na\r\n"),
    "without length": ((HEAD, b"\r\n"), b" "),
}


@pytest.mark.parametrize("where", DRIPS)
def test_a_server_that_drips_is_left_in_time(where):
    """Each piece comes long before the limit of a read, the whole never does."""
    pieces, drip = DRIPS[where]
    start = time.monotonic()
    with server(*pieces, drip=drip) as (url, _came), pytest.raises(TooLate):
        post(url, SHORT)
    assert 0.4 < time.monotonic() - start < IN_TIME


def test_control_the_limit_of_a_socket_does_not_end_it(monkeypatch):
    """Without the moment at which all ends, the same server is still heard after thrice as long."""
    monkeypatch.setattr(calls, "_left", lambda end: 10)
    ended = threading.Event()
    with server(HEAD, b"X-A: ", drip=b"a") as (url, _came):

        def ask():
            with suppress(CutOff):  # as the server leaves, it may reset what is under way
                post(url, SHORT)
            ended.set()

        threading.Thread(target=ask, daemon=True).start()
        assert not ended.wait(3 * SHORT.seconds)
    assert ended.wait(30)


def test_a_handshake_that_drips_is_left_in_time():
    """Nothing was sent by then, so it is a server that was not reached."""
    hello = b"\x16\x03\x03\x40\x00"  # a record of 16 KB begins
    start = time.monotonic()
    with server(hello, drip=b"\x02") as (url, _came), pytest.raises(NotReached):
        post(url.replace("http:", "https:"), SHORT)
    assert 0.2 < time.monotonic() - start < IN_TIME


def test_a_server_that_does_not_read_is_left_in_time():
    with server(hears=False) as (url, _came), pytest.raises(TooLate):
        call("POST", url, b"a" * 50_000_000, {}, SHORT)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"", CutOff), (b"SSH-2.0\r\n", CutOff), (HEAD + b"Content-Length: 5\r\n\r\nab", CutOff),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", CutOff),
        (HEAD + b"Content-Length: 1001\r\n\r\n" + b"a" * 1001, TooLong),
        (HEAD + b"\r\n" + b"a" * 5000, TooLong), (HEAD + b"X: a\r\n" * 200 + b"\r\n", CutOff),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_has_a_name(answer, fault):
    with server(answer) as (url, _came), pytest.raises(fault):
        post(url)


def test_a_redirect_is_an_answer_and_is_not_followed():
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(answer) as (url, _came):
        assert post(url) == (302, b"")


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://[", "http://a:b",
     "http://127.0.0.1:99999/", "http://127.0.0.1:1/", "http://\u1ea1..vn/"],
)  # fmt: skip
def test_an_address_that_is_none_was_not_reached(url):
    with pytest.raises(NotReached):
        post(url)


@pytest.mark.parametrize("headers", [{"A": "b\nc"}, {"A": "\u1ea1"}])
def test_a_header_that_is_none_is_not_sent(headers):
    with server() as (url, came), pytest.raises(NotReached):
        call("GET", url, None, headers, LONG)
    assert not any(came)


def test_the_second_address_of_a_host_is_tried_and_no_dead_one_takes_all_the_time(monkeypatch):
    """The backlog of the first is full: a connection to it hangs."""
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _each in range(3)]
    for link in waiting:
        link.setblocking(False)
        link.connect_ex(full.getsockname())
    with server(HEAD + b"Content-Length: 0\r\n\r\n") as (url, _came):
        port = int(url.split(":")[2].split("/")[0])
        plain = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [(*plain, full.getsockname()), (*plain, ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert post(url, Bounds(1, 30, 1000)) == (200, b"")
    for link in [full, *waiting]:
        link.close()


def test_a_file_of_authorities_that_is_none_is_no_trust(tmp_path):
    for name in ("missing.pem", "empty.pem"):
        (tmp_path / "empty.pem").write_text("")
        with server() as (url, _came), pytest.raises(NotTrusted):
            post(url.replace("http:", "https:"), ca_file=str(tmp_path / name))
