"""One conversation with the bus between agencies. Never call it inside a transaction."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from common.calls import Bounds, CallFault, NotSent, call
from exchange.client import FAULTS
from exchange.edxml.elements import clean
from exchange.states import Fault
from files.checks import MEGABYTE

BOUNDS = Bounds(connect_seconds=10, seconds=60, most_bytes=60 * MEGABYTE)
LETTERS, STATUSES = "edoc", "status"
MOST_LISTED = 500  # of one list; the rest comes with the next


@dataclass(frozen=True)
class BusAccount:
    """Under which name a province speaks with its bus; `ca_file`: the one authority to believe."""

    url: str
    system_id: str
    secret: str = field(repr=False)
    ca_file: str = ""


class BusAway(Exception):
    """No answer that could be read. Unless `was_not_sent` it may have been done all the same."""

    def __init__(
        self, words: str, fault: Fault = Fault.SERVER, *, was_not_sent: bool = False
    ) -> None:
        super().__init__(words)
        self.fault, self.was_not_sent = fault, was_not_sent


class BusRefused(Exception):
    """The bus says no, in its own words."""


class BusLocked(BusRefused):
    """It does not accept the account: no message is to blame."""


class Bus:
    """In the shape of a provincial LGSP: four calls, two headers."""

    def __init__(self, account: BusAccount, bounds: Bounds = BOUNDS) -> None:
        self.account, self.bounds = account, bounds

    def send(self, data: bytes, kind: str = LETTERS) -> str:
        """Put a message on the bus; its id there. May be repeated: receivers know a second one."""
        boundary = secrets.token_hex(16)
        parts = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="messageType"\r\n\r\n{kind}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="edocFile"; '
            'filename="van-ban.edxml"\r\nContent-Type: application/xml\r\n'
            "Content-Transfer-Encoding: binary\r\n\r\n"
        )
        body = parts.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        about = f"multipart/form-data; boundary={boundary}"
        told = self._call("POST", "/v1/sendEdoc", body, about)
        return _line(told.get("docId"))

    def waiting(self, kind: str = LETTERS) -> list[str]:
        """Ids of messages that are not settled, each once, in the order of the bus."""
        told = self._call("GET", f"/v1/getReceivedEdocList?messageType={kind}").get("data")
        rows = told if isinstance(told, list) else []
        ids = (_line(each.get("docId")) for each in rows if isinstance(each, dict))
        return list(dict.fromkeys(filter(None, ids)))[:MOST_LISTED]

    def get(self, doc_id: str) -> bytes:
        """The message itself: as text, or in base64."""
        told = self._call("GET", f"/v1/getEdoc?docId={quote(doc_id, safe='')}").get("data")
        text = _text(told.get("edxml")) if isinstance(told, dict) else ""
        if text.lstrip("\ufeff \r\n\t").startswith("<"):
            return text.lstrip("\ufeff \r\n\t").encode(errors="replace")
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return text.encode(errors="replace")

    def settle(self, doc_id: str, status: str) -> None:
        """It need not be listed any more: "done", or "fail"."""
        body = json.dumps({"docId": doc_id, "status": status}).encode()
        self._call("POST", "/v1/updateStatus", body)

    def _call(
        self, method: str, path: str, body: bytes | None = None, about: str = "application/json"
    ) -> dict[str, Any]:
        headers = {
            "X-SystemId": self.account.system_id, "X-SecretKey": self.account.secret,
            "Content-Type": about, "Accept": "application/json",
        }  # fmt: skip
        url = f"{self.account.url.rstrip('/')}{path}"
        try:
            status, answer = call(
                method, url, body, headers, self.bounds, ca_file=self.account.ca_file
            )
        except CallFault as fault:
            name = type(fault).__name__
            raise BusAway(
                name, FAULTS[type(fault)], was_not_sent=isinstance(fault, NotSent)
            ) from fault
        return _told(status, answer)


def _told(status: int, answer: bytes) -> dict[str, Any]:
    """The answer when it says yes."""
    if status in (401, 403):
        raise BusLocked(f"HTTP {status}")
    if status != 200:
        raise BusAway(f"HTTP {status}")
    try:
        told = json.loads(answer)
    except ValueError as error:
        raise BusAway("no JSON", Fault.GARBAGE) from error
    if not isinstance(told, dict):
        raise BusAway("no JSON object", Fault.GARBAGE)
    if told.get("success") is not True:
        data = told.get("data")
        more = _line(data.get("errorDesc")) if isinstance(data, dict) else ""
        raise BusRefused(f"{_line(told.get('message'))} {more}".strip()[:500])
    return told


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(value: Any) -> str:
    """As a column holds it: JSON may name letters that are none."""
    return clean(_text(value))
