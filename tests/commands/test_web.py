"""The demo takes its port before anything else."""

import socket
from contextlib import closing

import pytest

from govit.embedded import web


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_without_a_port_the_next_free_one_is_taken(taken, monkeypatch):
    monkeypatch.setattr(web, "FIRST_PORT", taken)
    monkeypatch.setattr(web, "LAST_PORT", min(taken + 50, 65_535))
    listener, port = web.listen(None)
    with listener:
        assert taken < port <= taken + 50


def test_a_taken_port_that_was_asked_for_is_refused(taken):
    with pytest.raises(web.PortTakenError, match=f"Port {taken} is not free"):
        web.listen(taken)


def test_when_all_are_taken_the_sentence_says_what_to_do(taken, monkeypatch):
    monkeypatch.setattr(web, "FIRST_PORT", taken)
    monkeypatch.setattr(web, "LAST_PORT", taken)
    with pytest.raises(web.PortTakenError, match="choose one by --port"):
        web.listen(None)


def test_a_connection_on_which_nobody_speaks_takes_no_worker():
    listener, port = web.listen(None)
    with listener, closing(socket.create_connection(("127.0.0.1", port))):
        listener.settimeout(0.5)
        with pytest.raises(TimeoutError):
            listener.accept()
        with closing(socket.create_connection(("127.0.0.1", port))) as speaks:
            speaks.sendall(b"GET / HTTP/1.1")
            taken, sender = listener.accept()
            taken.close()
            assert sender == speaks.getsockname()
