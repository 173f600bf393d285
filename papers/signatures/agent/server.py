"""The agent as a server on 127.0.0.1, which pages of the given origins may call.

GET /certificates; POST /sign {digest, algorithm, fingerprint, pin} → {cms}, both base64; and
of the demo's authorities: POST /tsa, POST /tsa/NAME (RFC 3161), GET /crl, GET /crl/root.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from pyhanko.sign.timestamps import DummyTimeStamper

from common.errors import DomainError
from common.stand_ins import StandIn
from papers.signatures.agent import moods
from papers.signatures.agent.devices import Module
from papers.signatures.agent.keys import Token, token_of, tokens
from papers.signatures.agent.moods import Mood
from papers.signatures.signers import KeyRefused

MOST_BYTES = 64 * 1024  # of what it is sent
PIECE_SECONDS = 0.05  # between two bytes of a drip
LISTS = {"/crl": "issuing.crl", "/crl/root": "root.crl"}


class Agent(StandIn):
    """Folders: of officials, of the authority."""

    def __init__(
        self, keys: Path, port: int = 0, *, origins: Sequence[str] = (), mood: Mood | None = None,
        authority: Path | None = None, stamper: DummyTimeStamper | None = None,
        stampers: Mapping[str, DummyTimeStamper] | None = None, devices: Sequence[Module] = (),
    ) -> None:  # fmt: skip
        super().__init__(Handler, port)
        self.keys, self.origins, self.mood = keys, frozenset(origins), mood or Mood()
        self.authority, self.devices = authority, tuple(devices)
        self.stampers = dict(stampers or {}) | ({"/tsa": stamper} if stamper else {})

    def tokens(self) -> list[Token]:
        """Of the folder, then of what is plugged in."""
        plugged_in = [each for one in self.devices for each in one.tokens()]
        return [*tokens(self.keys), *plugged_in]


class Handler(BaseHTTPRequestHandler):
    server: Agent
    protocol_version = "HTTP/1.1"

    def do_OPTIONS(self) -> None:
        """The browser asks first: may this page call, and may it call this machine?"""
        self._send(b"", 204 if self._is_welcome() else 403)

    def do_GET(self) -> None:
        if self.path in LISTS and self.server.authority is not None:
            body = (self.server.authority / LISTS[self.path]).read_bytes()
            self._send(body, 200, "application/pkix-crl")
        elif not self._is_welcome():
            self._answer({"error": "origin"}, 403)
        elif self.path == "/certificates":
            self._certificates()
        else:
            self._answer({"error": "path"}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if length > MOST_BYTES:
            self.close_connection = True
            self._answer({"error": "too long"}, 413)
            return
        body = self.rfile.read(length)
        if self.path in self.server.stampers:
            self._stamp(self.server.stampers[self.path], body)
        elif not self._is_welcome():
            self._answer({"error": "origin"}, 403)
        elif self.path == "/sign":
            self._sign(body)
        else:
            self._answer({"error": "path"}, 404)

    def _is_welcome(self) -> bool:
        """A page names its origin; a program names none."""
        origin = self.headers.get("Origin")
        return origin is None or origin in self.server.origins

    def _stamp(self, stamper: DummyTimeStamper, body: bytes) -> None:
        try:
            asked = tsp.TimeStampReq.load(body, strict=True)
            given = stamper.request_tsa_response(asked).dump()
        except (ValueError, TypeError, KeyError):
            self._answer({"error": "request"}, 400)
            return
        self._send(given, 200, "application/timestamp-reply")

    def _certificates(self) -> None:
        try:
            self._answer({"certificates": [one.as_json() for one in self.server.tokens()]})
        except DomainError as refused:
            self._answer({"error": refused.code}, 403)

    def _sign(self, body: bytes) -> None:
        fault = self.server.mood.draw()
        try:
            asked = json.loads(body)
            digest, algorithm = (
                base64.b64decode(asked["digest"], validate=True),
                str(asked["algorithm"]),
            )
            if fault == moods.REFUSE_PIN:
                raise KeyRefused
            token = token_of(self.server.tokens(), str(asked["fingerprint"]))
            if fault == moods.OTHER_KEY:
                token = next(one for one in self.server.tokens() if one != token)
            if fault == moods.OTHER_DIGEST:
                digest = bytes(len(digest))
            cms = token.sign(digest, algorithm, str(asked["pin"]))
        except DomainError as refused:
            self._answer({"error": refused.code}, 403)
        except (ValueError, TypeError, KeyError):
            self._answer({"error": "request"}, 400)
        else:
            self._give({"cms": base64.b64encode(cms).decode()}, fault)

    def _give(self, found: dict[str, Any], fault: str) -> None:
        if fault == moods.GARBAGE:
            found = {"cms": base64.b64encode(b"<html>").decode()}
        if fault not in (moods.DRIP, moods.DIE):
            self._answer(found)
            return
        body = json.dumps(found).encode()
        self._head(len(body), 200, "application/json")
        self.close_connection = True
        if fault == moods.DIE:
            self.wfile.write(body[: len(body) // 2])
            return
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            if self.server.release.wait(PIECE_SECONDS):
                return

    def _answer(self, found: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(found).encode(), status)

    def _send(self, body: bytes, status: int, kind: str = "application/json") -> None:
        self._head(len(body), status, kind)
        self.wfile.write(body)

    def _head(self, length: int, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Vary", "Origin")
        if self.headers.get("Origin") in self.server.origins:
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silent: a PIN is never written anywhere."""
