"""The bus as a server: sendEdoc, getReceivedEdocList, getEdoc, updateStatus, below /v1/."""

from __future__ import annotations

import email.policy
import json
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from common.errors import DomainError
from common.stand_ins import StandIn
from exchange.bus_stub.keeping import Keeping
from exchange.bus_stub.moods import Mood

STATUSES = ("processing", "done", "fail")


class BusStub(StandIn):
    """`systems`: code → secret."""

    def __init__(
        self, systems: dict[str, str], port: int = 0, mood: Mood | None = None
    ) -> None:  # fmt: skip
        super().__init__(Handler, port)
        self.mood, self.kept = mood or Mood(), Keeping(systems)


class Handler(BaseHTTPRequestHandler):
    server: BusStub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._route({"/v1/getReceivedEdocList": self._list, "/v1/getEdoc": self._get}, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._route({"/v1/sendEdoc": self._send, "/v1/updateStatus": self._settle}, body)

    def _route(self, known: dict[str, Any], body: bytes) -> None:
        """Who calls, what goes wrong, then the act; its answer may be forgotten."""
        parts, mood = urlsplit(self.path), self.server.mood
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.system = self.headers.get("X-SystemId", "")
        secret = self.server.kept.systems.get(self.system)
        if parts.path not in known:
            self._answer(404, success=False, message="Not found")
        elif not secret or self.headers.get("X-SecretKey") != secret:
            self._answer(401, success=False, message="Sai X-SystemId hoặc X-SecretKey")
        elif mood.befalls(mood.error):
            self._answer(500, success=False, message="Internal Server Error")
        else:
            status, told = known[parts.path](body)
            if mood.befalls(mood.forget):
                status, told = 500, {"success": False, "message": "Internal Server Error"}
            self._answer(status, **told)

    def _send(self, body: bytes) -> tuple[int, dict[str, Any]]:
        about = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=email.policy.HTTP).parsebytes(about + body)
        fields: dict[str, Any] = {
            str(each.get_param("name", header="content-disposition")): each.get_payload(decode=True)
            for each in form.iter_parts()  # type: ignore[attr-defined]
        }
        try:
            kind = fields["messageType"].decode()
            doc_id = self.server.kept.put(self.system, kind, fields["edocFile"], self.server.mood)
        except (DomainError, KeyError, ValueError) as error:
            told = {"docId": None, "errorCode": "VALID", "errorDesc": str(error)}
            return 200, {"success": False, "message": "Lỗi", "data": told}
        return 200, {"success": True, "message": "OK", "docId": doc_id}

    def _list(self, _body: bytes) -> tuple[int, dict[str, Any]]:
        kind = self.asked.get("messageType", "edoc")
        found = self.server.kept.waiting(self.system, kind, self.server.mood)
        rows = [each.as_json() for each in found]
        return 200, {"success": True, "message": "OK", "count": len(rows), "data": rows}

    def _get(self, _body: bytes) -> tuple[int, dict[str, Any]]:
        found, mood = (
            self.server.kept.of(self.system, self.asked.get("docId", "")),
            self.server.mood,
        )
        if found is None:
            return 200, {"success": False, "message": "Không tìm thấy"}
        data = mood.spoilt(found.data) if mood.befalls(mood.corrupt) else found.data
        told = {"docId": found.doc_id, "from": found.sender, "edxml": data.decode(errors="replace")}
        return 200, {"success": True, "message": "OK", "data": told}

    def _settle(self, body: bytes) -> tuple[int, dict[str, Any]]:
        told = json.loads(body)
        found = self.server.kept.of(self.system, str(told.get("docId")))
        if found is None or told.get("status") not in STATUSES:
            return 200, {"success": False, "message": "Không tìm thấy"}
        found.status = told["status"]
        return 200, {"success": True, "message": "OK"}

    def _answer(self, status: int, **told: Any) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent: what came is in `kept`."""
