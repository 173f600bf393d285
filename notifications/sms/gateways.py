"""Gateways for text messages: one interface, a folder for the demo, HTTP for the rest.

A gateway may lie: take the message and drop the answer, answer late, answer twice. So each attempt
carries the message's own reference, and before a second attempt the gateway is asked whether it
knows that reference (decision 0007).
"""

from __future__ import annotations

import http.client
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from common.calls import Bounds, CallFault, call

CONNECT_SECONDS, TIMEOUT_SECONDS = 4, 8  # of a whole call, however the gateway draws it out
MOST_BYTES = 64 * 1024
FINAL = (400, 413, 422)  # this message will never be taken; 404 and 410 speak of our address


class Refused(Exception):
    """The gateway says no to this message for good."""


class Away(Exception):
    """No answer, or none to rely on: whether the message was taken is not known."""


@dataclass(frozen=True)
class Outgoing:
    """One message on its way."""

    reference: str  # the same in each attempt
    to: str  # +84…
    text: str


@dataclass(frozen=True)
class Taken:
    """The gateway has it; `is_delivered` where nothing is reported later. `is_new`: it took it
    by this call, and did not only know it from an earlier one."""

    gateway_id: str
    is_delivered: bool = False
    is_new: bool = False


class Gateway(Protocol):
    def send(self, message: Outgoing) -> Taken:
        """Hand a message over. Raises Refused or Away."""

    def find(self, reference: str) -> Taken | None:
        """What the gateway knows of an earlier attempt; None: nothing. Raises Away."""


@dataclass(frozen=True)
class FileGateway:
    """The demo's gateway: one file for each message, named by its reference."""

    folder: Path

    def send(self, message: Outgoing) -> Taken:
        facts = {"to": message.to, "text": message.text, "at": timezone.now().isoformat()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f".{message.reference}"
            half.write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
            half.replace(self.folder / f"{message.reference}.json")
        except OSError as error:
            raise Away(type(error).__name__) from error
        return Taken(message.reference, is_delivered=True, is_new=True)

    def find(self, reference: str) -> Taken | None:
        path = self.folder / f"{reference}.json"
        return Taken(reference, is_delivered=True) if path.exists() else None


@dataclass(frozen=True)
class HttpGateway:
    """POST {url}/messages with the reference as Idempotency-Key; GET {url}/messages/{reference}.

    The contract is in docs/operations.md.
    """

    url: str
    token: str = field(repr=False)
    sender: str = ""

    def send(self, message: Outgoing) -> Taken:
        body = {
            "reference": message.reference, "to": message.to, "text": message.text,
            "sender": self.sender,
        }  # fmt: skip
        status, answer = self._ask("POST", "/messages", message.reference, body)
        if status in FINAL:
            raise Refused(f"HTTP {status}")
        known = status == http.client.CONFLICT  # it has this reference already
        if answer is None or not (known or status in (200, 201, 202)):
            raise Away(f"HTTP {status}")  # without an object it is the page of somebody else
        return replace(_taken(answer), is_new=not known)

    def find(self, reference: str) -> Taken | None:
        status, answer = self._ask("GET", f"/messages/{reference}", reference)
        if answer is None:  # the page of a proxy, also where it says 404
            raise Away(f"HTTP {status}")
        if status == http.client.NOT_FOUND:
            return None
        if status != http.client.OK:
            raise Away(f"HTTP {status}")
        return _taken(answer)

    def _ask(
        self, method: str, path: str, reference: str, body: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any] | None]:
        """Status and the object in the body; None: there is none. Every status is an answer; a
        gateway that sends us elsewhere is one that is away."""
        if not _is_safe(self.url):
            raise Away("unsafe address")
        headers = {
            "Authorization": f"Bearer {self.token}", "Idempotency-Key": reference,
            "Content-Type": "application/json",
        }  # fmt: skip
        data = json.dumps(body).encode() if body is not None else None
        bounds = Bounds(CONNECT_SECONDS, TIMEOUT_SECONDS, MOST_BYTES)
        try:
            status, raw = call(method, self.url.rstrip("/") + path, data, headers, bounds)
        except CallFault as error:
            raise Away(type(error).__name__) from error
        return status, _object(raw)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _taken(answer: dict[str, Any]) -> Taken:
    return Taken(str(answer.get("id", ""))[:100], answer.get("state") == "delivered")


def gateway_of(province_code: str) -> Gateway | None:
    """The province's gateway: HTTP when its address is set, in the demo else the folder.

    None: there is none that is safe to speak with, so messages wait. An address of the province's
    own takes nothing from the common settings: their token is for the common gateway alone.
    """

    def value(name: str) -> str:
        own = os.environ.get(f"{name}_{province_code}", "")
        return own if is_own else own or os.environ.get(name, "")

    is_own = bool(os.environ.get(f"SMS_GATEWAY_URL_{province_code}"))
    if url := value("SMS_GATEWAY_URL"):
        gateway = HttpGateway(url, value("SMS_GATEWAY_TOKEN"), value("SMS_SENDER"))
        return gateway if _is_safe(url) else None
    return FileGateway(Path(settings.SMS_DIR) / province_code) if settings.GOVIT_DEMO else None


def _is_safe(url: str) -> bool:
    """https with a host; the demo speaks with a gateway of its own."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    known = ("https", "http") if settings.GOVIT_DEMO else ("https",)
    return parts.scheme in known and bool(parts.hostname)
