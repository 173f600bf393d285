"""The service as a server on 127.0.0.1: oauth2/token and, below csc/v2, credentials/info,
getChallenge, authorize, authorizeCheck and signatures/signHash (CSC API 2.0.0.2).

A credential is named as its file: "lanhdao" for lanhdao.p12 anywhere in the folder of keys.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from common.stand_ins import StandIn
from papers.signatures.agent.keys import FileToken, tokens
from papers.signatures.remote_stub import moods
from papers.signatures.remote_stub.moods import Mood

RSA_SHA256, RSA_PLAIN = "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
TOKEN_SECONDS, SAD_SECONDS = 3600, 300
LONGEST_HANG = 60


class Said(Exception):
    """The answer is no."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Asked:
    """What an owner was asked to confirm."""

    credential: str
    hashes: list[str]
    words: str
    polls: int = 0


class RemoteStub(StandIn):
    """`keys`: folder of *.p12 and *.pem, opened with `pin`."""

    def __init__(
        self, keys: Path, pin: str, client: tuple[str, str], port: int = 0, mood: Mood | None = None
    ) -> None:
        super().__init__(Handler, port)
        self.keys, self.pin, self.client, self.mood = keys, pin, client, mood or Mood()
        self.tokens: set[str] = set()
        self.asked: dict[str, Asked] = {}  # by its handle
        self.allowed: dict[str, Asked] = {}  # by its SAD
        self.calls: list[str] = []

    def token(self, credential: str) -> FileToken:
        found = {each.file.stem: each for each in tokens(self.keys)}
        if credential not in found:
            raise Said("invalid_request")
        return found[credential]

    def other(self, credential: str) -> FileToken:
        return next(each for each in tokens(self.keys) if each.file.stem != credential)


class Handler(BaseHTTPRequestHandler):
    server: RemoteStub
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = self.path.rpartition("/")[2]
        self.server.calls.append(name)
        known = {
            "token": self._token, "info": self._info, "getChallenge": self._challenge,
            "authorize": self._authorize, "authorizeCheck": self._check, "signHash": self._sign,
        }  # fmt: skip
        if self._misbehaves(name):
            return
        try:
            if name not in known:
                raise Said("invalid_request", 404)
            if name != "token":
                self._require_token()
            self._answer(*known[name](body))
        except Said as said:
            self._answer(said.status, {"error": said.error, "error_description": said.error})
        except (ValueError, KeyError, TypeError, AttributeError):
            self._answer(400, {"error": "invalid_request"})

    def _misbehaves(self, name: str) -> bool:
        mood = self.server.mood
        if mood.has(moods.HANG, name):
            self.server.release.wait(LONGEST_HANG)
            self.close_connection = True
            return True
        if mood.has(moods.ERROR, name):
            self._answer(500, {"error": "server_error"})
        elif mood.has(moods.GARBAGE, name):
            self._send(200, b"<html>Loi he thong</html>")
        elif mood.has(moods.NO_OBJECT, name):
            self._send(200, b'["SAD"]')
        elif mood.has(moods.LOST_TOKEN, name):
            self._answer(401, {"error": "invalid_token"})
        else:
            return False
        return True

    def _require_token(self) -> None:
        told = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if told not in self.server.tokens:
            raise Said("invalid_token", 401)

    def _token(self, body: bytes) -> tuple[int, dict[str, Any]]:
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if (sent.get("client_id"), sent.get("client_secret")) != self.server.client:
            raise Said("invalid_client", 401)
        made = secrets.token_urlsafe(16)
        self.server.tokens.add(made)
        return 200, {"access_token": made, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _info(self, body: bytes) -> tuple[int, dict[str, Any]]:
        name, mood = json.loads(body)["credentialID"], self.server.mood
        token = self.server.token(name)
        if mood.has(moods.OTHER_CERTIFICATE):
            token = self.server.other(name)
        chain = token.chain[:1] if mood.has(moods.NO_CHAIN) else token.chain
        is_rsa = isinstance(token.chain[0].public_key(), rsa.RSAPublicKey)
        algorithm = (RSA_PLAIN if mood.plain else RSA_SHA256) if is_rsa else ECDSA_SHA256
        objects = [{"type": "Password", "id": "OTP", "format": "N"}] if mood.code else []
        return 200, {
            "key": {"status": "enabled", "algo": [algorithm], "len": 2048},
            "cert": {"status": "valid", "certificates": [
                base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain
            ]},
            "auth": {"mode": "explicit", "objects": objects}, "SCAL": "2", "multisign": mood.most,
        }  # fmt: skip

    def _challenge(self, body: bytes) -> tuple[int, dict[str, Any]]:
        self.server.token(json.loads(body)["credentialID"])
        return 200, {"challenge": ""}

    def _authorize(self, body: bytes) -> tuple[int, dict[str, Any]]:
        sent, mood = json.loads(body), self.server.mood
        self.server.token(sent["credentialID"])
        asked = Asked(sent["credentialID"], list(sent["hashes"]), sent.get("description", ""))
        if not 1 <= len(asked.hashes) <= mood.most or sent["numSignatures"] != len(asked.hashes):
            raise Said("invalid_request")
        if mood.code:
            if {each["id"]: each["value"] for each in sent["authData"]} != {"OTP": mood.code}:
                raise Said("invalid_authentication_data")
            return 200, self._allow(asked)
        handle = secrets.token_urlsafe(16)
        self.server.asked[handle] = asked
        return 202, {"handle": handle}

    def _check(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The phone shows what is asked; its owner presses after some polls."""
        handle, mood = json.loads(body)["handle"], self.server.mood
        if handle not in self.server.asked or mood.has(moods.EXPIRED):
            raise Said("invalid_request")
        if mood.has(moods.REFUSED):
            raise Said("access_denied")
        asked = self.server.asked[handle]
        asked.polls += 1
        if asked.polls <= mood.polls:
            return 202, {"handle": handle}
        del self.server.asked[handle]
        return 200, self._allow(asked)

    def _allow(self, asked: Asked) -> dict[str, Any]:
        sad = secrets.token_urlsafe(16)
        self.server.allowed[sad] = asked
        return {"SAD": sad, "expiresIn": SAD_SECONDS}

    def _sign(self, body: bytes) -> tuple[int, dict[str, Any]]:
        sent, mood = json.loads(body), self.server.mood
        asked = self.server.allowed.pop(sent["SAD"], None)  # it counts once
        if asked is None or sent["hashes"] != asked.hashes:
            raise Said("invalid_request")
        token = self.server.token(asked.credential)
        if mood.has(moods.OTHER_KEY):
            token = self.server.other(asked.credential)
        digests = [base64.b64decode(each, validate=True) for each in asked.hashes]
        if mood.has(moods.OTHER_HASH):
            digests = [bytes(32) for _each in digests]
        if mood.has(moods.ONE_MISSING):
            digests = digests[1:]
        made = [base64.b64encode(self._signed(token, each)).decode() for each in digests]
        return 200, {"signatures": made}

    def _signed(self, token: FileToken, digest: bytes) -> bytes:
        key = pkcs12.load_pkcs12(token.file.read_bytes(), self.server.pin.encode()).key
        hashed = Prehashed(hashes.SHA256())
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(digest, padding.PKCS1v15(), hashed)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(digest, ec.ECDSA(hashed))
        raise Said("invalid_request")

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        self._send(status, json.dumps(told).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent: tokens and codes are never written anywhere."""
