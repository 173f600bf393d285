"""The stub as a server: POST /login, POST /service; GET /kept shows what it keeps."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from common.stand_ins import StandIn
from exchange.stub import moods
from exchange.stub.keeping import GOOD, Keeping
from exchange.stub.moods import Mood

HUGE_BYTES = 10_000_000
PIECE = b"x" * 100_000
MOST_ITEMS = 10
SIGNED_OUT_WORDS = "Phiên làm việc đã hết hạn"


class Stub(StandIn):
    """Keeps what it is sent, and says who called with what."""

    def __init__(
        self, port: int = 0, mood: Mood | None = None, keep: Path | None = None
    ) -> None:  # fmt: skip
        super().__init__(Handler, port)
        self.mood, self.kept = mood or Mood(), Keeping(keep)
        self.user, self.password = "portal", "stub-password"
        self.sessions: set[str] = set()
        self.calls: list[tuple[str, bool, list[str]]] = []  # service, isUpdating, codes
        self.logins = 0
        self.before: Callable[[], object] = lambda: None  # a test's own delay


class Handler(BaseHTTPRequestHandler):
    server: Stub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/kept":
            self._answer(self.server.kept.as_json())
        else:
            self._answer({"error_code": "-1", "message": "Not found"}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        if self.path == "/login":
            self._log_in(body)
        else:
            self._service(body)

    def _log_in(self, body: dict[str, Any]) -> None:
        self.server.logins += 1
        if (body.get("username"), body.get("password")) != (self.server.user, self.server.password):
            self._answer({"error_code": "-1", "message": "Sai tài khoản"})
            return
        session = secrets.token_hex(8)
        self.server.sessions.add(session)
        self._answer({"error_code": "0", "message": "", "session": session})

    def _service(self, body: dict[str, Any]) -> None:
        self.server.before()
        if body.get("session") not in self.server.sessions:
            self._answer({"error_code": "-2", "message": SIGNED_OUT_WORDS})
            return
        items = body["data"]
        if len(items) > MOST_ITEMS:
            self._answer({"error_code": "-1", "message": "Quá 10 hồ sơ"})
            return
        codes = [str(item.get("MaHoSo")) for item in items]
        fault = self.server.mood.spoils(codes) or self.server.mood.draw()
        if fault and not fault.startswith(moods.LATE):
            self._misbehave(fault)
            return
        updating = body["isUpdating"] == "True"
        self.server.calls.append((body["service"], updating, codes))
        said = self.server.kept.take(body["service"], updating, items, self.server.mood)
        if fault:
            self._misbehave(fault.removeprefix(f"{moods.LATE}-"))
            return
        self._say(codes, said)

    def _say(self, codes: list[str], said: list[tuple[str, str]]) -> None:
        bad = [one for one in said if one != GOOD]
        code, words = bad[0] if bad else GOOD
        answer: dict[str, Any] = {"error_code": code, "message": words}
        if self.server.mood.names_items:
            answer["result"] = [
                {"MaHoSo": key, "error_code": number, "message": text}
                for key, (number, text) in zip(codes, said, strict=True)
            ]
        self._answer(answer)

    def _misbehave(self, fault: str) -> None:
        if fault == moods.HANG:
            self.server.release.wait(60)
        elif fault == moods.ERROR:
            self._answer({"message": "Internal Server Error"}, 500)
        elif fault == moods.GARBAGE:
            self._send(b"<html>B\xe1\xba\xa3o tr\xc3\xac</html>", 200)
        elif fault == moods.HUGE:
            self._huge()
        elif fault == moods.FORBID:
            self._send(b"Forbidden", 403)
        elif fault == moods.ELSEWHERE:
            self._send(b"", 302, Location=f"{self.server.address}/blocked")
        elif fault == moods.SIGNED_OUT:
            self._answer({"error_code": "-1", "message": SIGNED_OUT_WORDS})
        self.close_connection = True

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE_BYTES))
        self.end_headers()
        for _ in range(HUGE_BYTES // len(PIECE)):
            self.wfile.write(PIECE)

    def _answer(self, found: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(found, ensure_ascii=False).encode(), status)

    def _send(self, body: bytes, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent: what came is in `kept`."""
