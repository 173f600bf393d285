"""One conversation with the national server: log in, call, read what was answered.

Never call it inside a transaction: the server may take its time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache

from common.calls import (
    Bounds,
    CallFault,
    CutOff,
    NotReached,
    NotSent,
    NotTrusted,
    TooLate,
    TooLong,
    call,
)
from exchange.accounts import Account
from exchange.rules import answers
from exchange.rules.answers import Answer
from exchange.rules.items import Item
from exchange.rulesets import NationalRules
from exchange.states import Fault, Service

SESSION_SECONDS = 20 * 60
FAULTS: dict[type[CallFault], Fault] = {
    NotReached: Fault.UNREACHABLE, NotTrusted: Fault.CERTIFICATE, TooLate: Fault.TIMEOUT,
    CutOff: Fault.CUT_OFF, TooLong: Fault.GARBAGE,
}  # fmt: skip


class Away(Exception):
    """No answer that could be read.

    `blames` is true when what was sent may be the cause: then each dossier goes by itself.
    """

    def __init__(self, fault: Fault, *, blames: bool) -> None:
        super().__init__(fault.value)
        self.fault, self.blames = fault, blames


class Client:
    """For one province."""

    def __init__(self, account: Account, rules: NationalRules) -> None:
        self.account, self.rules = account, rules
        who = f"{account.login_url} {account.user}"
        self.key = f"national-session:{hashlib.sha256(who.encode()).hexdigest()}"

    def send(self, service: Service, items: Sequence[Item], *, updating: bool) -> Answer:
        """The answer to one batch; logs in when there is no session or the server says it ended.

        What is refused with a session that was opened just now is refused for what it holds: a
        firewall that says no or sends elsewhere, or words about a session that are none. One
        dossier must not stop the others.
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
            if isinstance(answer, Answer):
                return answer
        answer = self._call({"session": self._log_in(), **body})
        if isinstance(answer, Fault):
            raise Away(answer, blames=True)
        return answer

    def _call(self, body: dict[str, Any]) -> Answer | Fault:
        """A fault when the session may be over; then it is forgotten."""
        status, text = self._post(self.account.url, body)
        if 300 <= status < 400:  # the way to a log-in page, or elsewhere
            over = Fault.REDIRECT
        elif status in (401, 403):
            over = Fault.LOGIN
        else:
            answer = _read(status, text)
            if not answer.is_signed_out:
                return answer
            over = Fault.LOGIN
        cache.delete(self.key)
        return over

    def _log_in(self) -> str:
        """The new session. No dossier is sent here, so none is to blame."""
        body = {"username": self.account.user, "password": self.account.password}
        try:
            status, text = self._post(self.account.login_url, body)
            if 300 <= status < 400:
                raise Away(Fault.REDIRECT, blames=False)
            if status in (400, 401, 403):
                raise Away(Fault.LOGIN, blames=False)
            answer = _read(status, text)
        except Away as away:
            raise Away(away.fault, blames=False) from away
        if not answer.is_good or not answer.session:
            raise Away(Fault.LOGIN, blames=False)
        cache.set(self.key, answer.session, SESSION_SECONDS)
        return answer.session

    def _post(self, url: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body; no answer is waited for any longer than the rules of the day say."""
        connect, read = self.rules.connect_seconds, self.rules.read_seconds
        bounds = Bounds(connect, connect + read, self.rules.answer_kilobytes * 1024)
        headers = {"Content-Type": "application/json", "dstcode": self.account.destination}
        try:
            return call(
                "POST", url, json.dumps(body).encode(), headers, bounds,
                ca_file=self.account.ca_file,
            )  # fmt: skip
        except CallFault as error:
            raise Away(FAULTS[type(error)], blames=not isinstance(error, NotSent)) from error


def _read(status: int, text: bytes) -> Answer:
    """A refusal may come with 400 or 422; from 500 on, words of the server are not its answer."""
    if status >= 500:
        raise Away(Fault.SERVER, blames=True)
    try:
        return answers.read(text)
    except answers.Unreadable as error:
        fault = Fault.SERVER if status >= 400 else Fault.GARBAGE
        raise Away(fault, blames=True) from error
