"""One conversation with the national server: log in, call, read no more than is due.

Never call it inside a transaction: the server may take its time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import requests
from django.core.cache import cache
from urllib3.exceptions import HTTPError, ReadTimeoutError

from exchange.accounts import Account
from exchange.rules import answers
from exchange.rules.answers import Answer
from exchange.rules.items import Item
from exchange.rulesets import NationalRules
from exchange.states import Fault, Service

SESSION_SECONDS = 20 * 60
PIECE = 16_384


class Away(Exception):
    """No answer that could be read.

    `blames` is true when what was sent may be the cause: then each dossier goes by itself.
    """

    def __init__(self, fault: Fault, *, blames: bool) -> None:
        super().__init__(fault.value)
        self.fault, self.blames = fault, blames


class Client:
    """Use as a context manager, for one province."""

    def __init__(self, account: Account, rules: NationalRules) -> None:
        self.account, self.rules = account, rules
        self.http = requests.Session()
        self.http.headers["Accept-Encoding"] = "identity"
        self.http.trust_env = False  # no proxy and no .netrc of the machine
        self.http.verify = account.ca_file or True
        who = f"{account.login_url} {account.user}"
        self.key = f"national-session:{hashlib.sha256(who.encode()).hexdigest()}"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.http.close()

    def send(self, service: Service, items: Sequence[Item], *, updating: bool) -> Answer:
        """The answer to one batch; logs in when there is no session or the server says it ended.

        What is refused with a session that was opened just now is refused for what it holds: a
        firewall, or words about a session that are none. One dossier must not stop the others.
        """
        body = {
            "madonvi": self.account.unit,
            "service": service.value,
            "isUpdating": str(updating),
            "data": list(items),
        }
        session = cache.get(self.key)
        if session:
            answer = self._call({"session": session, **body})
            if answer is not None:
                return answer
        answer = self._call({"session": self._log_in(), **body})
        if answer is None:
            raise Away(Fault.LOGIN, blames=True)
        return answer

    def _call(self, body: dict[str, Any]) -> Answer | None:
        """None when the session is over."""
        status, text = self._post(self.account.url, body, {"dstcode": self.account.destination})
        if status in (401, 403):
            cache.delete(self.key)
            return None
        answer = _read(status, text)
        if answer.is_signed_out:
            cache.delete(self.key)
            return None
        return answer

    def _log_in(self) -> str:
        """The new session. No dossier is sent here, so none is to blame."""
        body = {"username": self.account.user, "password": self.account.password}
        headers = {"dstcode": self.account.destination}
        try:
            status, text = self._post(self.account.login_url, body, headers)
            if status in (400, 401, 403):
                raise Away(Fault.LOGIN, blames=False)
            answer = _read(status, text)
        except Away as away:
            raise Away(away.fault, blames=False) from away
        if not answer.is_good or not answer.session:
            raise Away(Fault.LOGIN, blames=False)
        cache.set(self.key, answer.session, SESSION_SECONDS)
        return answer.session

    def _post(self, url: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body. Redirects are not followed; a long or slow answer is not read."""
        end = time.monotonic() + self.rules.connect_seconds + self.rules.read_seconds
        limits = (self.rules.connect_seconds, self.rules.read_seconds)
        try:
            with self.http.post(
                url, json=body, headers=headers, timeout=limits, allow_redirects=False, stream=True
            ) as response:
                if response.is_redirect:
                    raise Away(Fault.REDIRECT, blames=True)
                return response.status_code, self._body(response, end)
        except requests.exceptions.SSLError as error:
            raise Away(Fault.CERTIFICATE, blames=False) from error
        except requests.exceptions.ConnectTimeout as error:
            raise Away(Fault.UNREACHABLE, blames=False) from error
        except requests.exceptions.Timeout as error:
            raise Away(Fault.TIMEOUT, blames=True) from error
        except requests.exceptions.ConnectionError as error:
            raise _cut_off(error) from error
        except ReadTimeoutError as error:
            raise Away(Fault.TIMEOUT, blames=True) from error
        except (HTTPError, OSError) as error:  # while the body was read
            raise Away(Fault.CUT_OFF, blames=True) from error

    def _body(self, response: requests.Response, end: float) -> bytes:
        """Piece by piece as it comes, and not unpacked: no bomb, and no drip without an end."""
        found = bytearray()
        while piece := response.raw.read1(PIECE, decode_content=False):
            found += piece
            if len(found) > self.rules.answer_kilobytes * 1024:
                raise Away(Fault.GARBAGE, blames=True)
            if time.monotonic() > end:
                raise Away(Fault.TIMEOUT, blames=True)
        return bytes(found)


def _cut_off(error: requests.exceptions.ConnectionError) -> Away:
    """A server that cannot be reached is no fault of the batch; one that hangs up may be."""
    words = repr(error)
    if "NewConnectionError" in words or "NameResolutionError" in words:
        return Away(Fault.UNREACHABLE, blames=False)
    if "timed out" in words:
        return Away(Fault.TIMEOUT, blames=True)
    return Away(Fault.CUT_OFF, blames=True)


def _read(status: int, text: bytes) -> Answer:
    """A refusal may come with 400 or 422; from 500 on, words of the server are not its answer."""
    if status >= 500:
        raise Away(Fault.SERVER, blames=True)
    try:
        return answers.read(text)
    except answers.Unreadable as error:
        fault = Fault.SERVER if status >= 400 else Fault.GARBAGE
        raise Away(fault, blames=True) from error
