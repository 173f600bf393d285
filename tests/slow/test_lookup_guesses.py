"""100,000 guesses at the look-up from 1,000 addresses, over real sockets, without Redis."""

from __future__ import annotations

import os
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from onestop.models import Dossier
from portal.models import GuessCount
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.people import make_town
from tests.portal.lookups import DIGITS, LOOKUP

pytestmark = pytest.mark.slow
GUESSES, ADDRESSES, CODES, REAL = 100_000, 1_000, 1_000, 10
WORKERS, CLIENTS = 3, 6


@pytest.fixture
def known(fresh_province):
    """Ten dossiers whose codes stand among the thousand that are guessed at."""
    with tenant_scope(fresh_province):
        town = make_town()
        made = [make_dossier(town) for _ in range(REAL)]
        for number, dossier in enumerate(made):
            Dossier.objects.filter(pk=dossier.pk).update(code=code_of(number * 97))
        return [
            (code_of(number * 97), dossier.lookup_number) for number, dossier in enumerate(made)
        ]


def code_of(number):
    return f"H32.05-261102-{number + 1:04d}"


@pytest.fixture
def port(django_db_setup):
    """gunicorn on the test database, its cache at a socket that nobody holds."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    listener.set_inheritable(True)
    command = [
        sys.executable, "-m", "gunicorn", "govit.wsgi", "--workers", str(WORKERS),
        "--bind", f"fd://{listener.fileno()}", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    number = listener.getsockname()[1]
    with listener:  # ours is closed at once: a server that died refuses instead of keeping quiet
        server = subprocess.Popen(command, env=environment(), pass_fds=[listener.fileno()])
    try:
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def environment():
    names = {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VAR_DIR", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name in names}
    database = connection.settings_dict["NAME"]
    for name in ("URL", "OWNER_URL", "DISPATCH_URL", "LOADER_URL"):
        variable = f"DATABASE_{name}"
        if variable in os.environ:
            kept[variable] = with_database(os.environ[variable], database)
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.settings",  # plain http, static files as they lie
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": "unix:///nonexistent/valkey.sock",
        "TRUSTED_PROXY_COUNT": "0",
    }


def with_database(url, name):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


class Guesser:
    """A client that sends from a chosen local address."""

    def __init__(self, port, host):
        self.port, self.host, self.headers = port, host, ""
        page = self.send(f"GET {LOOKUP} HTTP/1.1", "127.0.0.1")
        assert " 200 " in page[:20], page
        self.cookie = re.search(r"Set-Cookie: (csrf=\w+)", page)[1]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        self.headers = (
            f"Cookie: {self.cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )

    def send(self, head, source, body=""):
        """Status line, headers and body as one text; gunicorn closes after each answer."""
        link = socket.create_connection(("127.0.0.1", self.port), 60, source_address=(source, 0))
        with link:
            length = f"Host: {self.host}\r\nContent-Length: {len(body)}\r\n"
            link.sendall(f"{head}\r\n{length}{self.headers}\r\n{body}".encode())
            return b"".join(iter(lambda: link.recv(65536), b"")).decode()

    def ask(self, code, digits, source, forwarded="198.51.100.1"):
        """The status of the answer; the forged header never helps."""
        form = {"csrfmiddlewaretoken": self.token, "code": code, "digits": digits}
        head = f"POST {LOOKUP} HTTP/1.1\r\nX-Forwarded-For: {forwarded}"
        return int(self.send(head, source, urlencode(form))[9:12])


def guesses():
    """Seeded: address, code, digits, and a forged header, another one each time."""
    chance = random.Random(20261102)
    for number in range(GUESSES):
        place = chance.randrange(ADDRESSES)
        yield (
            code_of(chance.randrange(CODES)),
            f"{chance.randrange(10**4):04d}",
            f"127.0.{1 + place // 250}.{1 + place % 250}",
            f"198.51.{number // 256 % 256}.{number % 256}",
        )


def test_of_100_000_guesses_300_are_admitted_and_none_hits(port, known, fresh_province):
    guesser = Guesser(port, fresh_province.host)
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = Counter(pool.map(lambda guess: guesser.ask(*guess), guesses()))
    seconds = time.monotonic() - began
    print(f"{GUESSES} guesses in {seconds:.0f} s, answers {dict(found)}")
    assert seconds < 3600  # all in one hour of the limit
    assert set(found) == {422, 429}
    assert found[422] == 300
    code, number = known[0]
    assert guesser.ask(code, DIGITS, "127.0.9.9") == 429  # closed for the right one too
    assert guesser.ask(number, "", "127.0.9.9") == 302  # and the way that stays open is open
    with tenant_scope(fresh_province):
        assert len(GuessCount.objects.get(kind="all").moments) == 300
