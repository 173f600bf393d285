"""A key that a signing service keeps for its owner, who confirms each use on his phone.

The conversation is that of the Cloud Signature Consortium (CSC API 2.0.0.2; 1.0.4.0 has other names
for some fields): credentials/info, credentials/authorize and authorizeCheck, signatures/signHash.
pyHanko speaks it, over `common.calls`. Never call the service inside a transaction.

What is signed is a digest of signed attributes, which are made first (`attributes`) and kept: the
owner confirms these very digests (SCAL 2), and what comes back is checked against them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from asn1crypto import algos, cms, x509
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    base64_digest,
    fetch_certs_in_csc_credential,
)

from common.calls import Bounds, CallFault, call
from common.errors import DomainError

BOUNDS = Bounds(connect_seconds=3, seconds=10, most_bytes=512 * 1024)
API = "v2"
V2_NAMES = {"hash": "hashes", "hashAlgo": "hashAlgorithmOID"}  # pyHanko has those of 1.0.4.0
LONGEST_HANDLE = 16_384  # characters; a guard of ours, CSC sets none
CODE = "OTP"  # id of the object of authorisation
SAID_NO = frozenset({"invalid_authentication_data", "access_denied", "invalid_otp"})
TOKEN_SECONDS, TOKEN_MARGIN = 300, 30  # how long a token is used that does not say; before its end
NO_TOKEN = 401
PLAIN_RSA = "rsassa_pkcs1v15"


class RemoteFault(DomainError):
    """The service gave no signature."""

    code = "remote_fault"


class RemoteAway(RemoteFault):
    """No answer that could be read; asked again later it may be there."""

    code = "remote_away"
    default_message = _(
        "The remote signing service does not answer. Nothing was signed. Try again in a few "
        "minutes."
    )


class RemoteLocked(RemoteAway):
    """It does not accept the province: no certificate is to blame."""

    code = "remote_locked"
    default_message = _(
        "The remote signing service does not accept the portal. Nothing was signed. Tell the "
        "administrator."
    )


class RemoteRefused(RemoteFault):
    """The service says no."""

    code = "remote_refused"
    default_message = _(
        "The remote signing service refuses this certificate. Nothing was signed. Ask the provider "
        "of the service."
    )


class NotConfirmed(RemoteRefused):
    """Its owner did not agree: he refused, let it lapse, or the code was wrong."""

    code = "remote_not_confirmed"
    default_message = _("The signature was not confirmed on the phone. Nothing was signed.")


class OtherCredential(RemoteRefused):
    """The service keeps another certificate there now."""

    code = "remote_other_certificate"
    default_message = _(
        "The remote signing service has another certificate now. Nothing was signed. Withdraw this "
        "certificate and add the new one."
    )


@dataclass(frozen=True)
class RemoteAccount:
    """Under which name a province speaks with its service; `ca_file`: the one authority to believe
    of its TLS certificate."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    token_url: str = ""
    ca_file: str = ""


@dataclass(frozen=True)
class Credential:
    """A key at the service: its certificate and those above it (DER), and how it is used."""

    chain: tuple[bytes, ...]
    mechanisms: frozenset[str]
    most: int  # signatures with one confirmation
    needs_code: bool  # a one-time code is typed in; else the phone asks


@dataclass(frozen=True)
class Allowed:
    """The owner has confirmed; `sad` may be used once."""

    sad: str = field(repr=False)


@dataclass(frozen=True)
class Pending:
    """The phone asks; `handle` names the question."""

    handle: str = field(repr=False)


def attributes(
    digest: bytes, algorithm: str, certificate: bytes, mechanisms: frozenset[str]
) -> bytes:
    """What the key signs for a prepared paper (DER of CMS signed attributes, PAdES)."""
    own = x509.Certificate.load(certificate)
    mechanism = _mechanism(own, algorithm, mechanisms)
    signer = ExternalSigner(own, None, signature_mechanism=mechanism)
    made: bytes = asyncio.run(signer.signed_attrs(digest, algorithm, use_pades=True)).dump()
    return made


def hashes_of(signed: Sequence[bytes], algorithm: str) -> list[str]:
    """As the owner confirms them, base64."""
    return [base64_digest(each, algorithm) for each in signed]


class RemoteService:
    """One service as a province uses it."""

    def __init__(self, account: RemoteAccount, bounds: Bounds = BOUNDS) -> None:
        self.account, self.bounds = account, bounds

    def credential(self, credential_id: str) -> Credential:
        """Raises RemoteAway, RemoteRefused."""
        named = self._session(credential_id)
        found: Credential = self._asked(_credential(_Link(self), named))
        return found

    def authorize(
        self, credential_id: str, hashes: Sequence[str], algorithm: str, *, code: str = "",
        words: str = "",
    ) -> Allowed | Pending:  # fmt: skip
        """Ask the owner once for all of them; with `code` he has answered already.

        Raises RemoteAway, RemoteRefused, NotConfirmed.
        """
        body = {
            "credentialID": credential_id, "numSignatures": len(hashes), "hashes": list(hashes),
            "hashAlgorithmOID": algos.DigestAlgorithmId(algorithm).dotted,
            "authData": [{"id": CODE, "value": code}] if code else [], "description": words[:500],
        }  # fmt: skip
        return _answer(self._call("credentials/authorize", body))

    def send_code(self, credential_id: str) -> None:
        """A one-time code to the owner's phone; a service whose codes come from an app refuses."""
        self._call(
            "credentials/getChallenge", {"credentialID": credential_id, "authObjectID": CODE}
        )

    def check(self, handle: str) -> Allowed | Pending:
        """Has he confirmed? Raises as `authorize`."""
        return _answer(self._call("credentials/authorizeCheck", {"handle": handle}))

    def sign(
        self, credential_id: str, allowed: Allowed, signed: Sequence[bytes], algorithm: str,
        chain: Sequence[bytes], mechanisms: frozenset[str],
    ) -> list[bytes]:  # fmt: skip
        """A signature (CMS, DER) of each of the attributes, in their order, with the chain.

        Nobody has looked at them. Raises RemoteAway, RemoteRefused, NotConfirmed.
        """
        own, *above = (x509.Certificate.load(each) for each in chain)
        info = CSCCredentialInfo(own, above, mechanisms, len(signed), True, {})
        manager = _Given(self._session(credential_id), info, allowed)
        made: list[bytes] = self._asked(_signed(_Link(self), manager, signed, algorithm))
        return made

    def _session(self, credential_id: str) -> CSCServiceSessionInfo:
        return CSCServiceSessionInfo(self.account.url.rstrip("/"), credential_id, api_ver=API)

    def _asked(self, question: Any) -> Any:
        """What the library makes of the answers. Whatever these are, the fault is one of ours."""
        try:
            return asyncio.run(question)
        except RemoteFault:
            raise
        except (SigningError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise RemoteAway from error

    def _call(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return _told(*self.post(self._session("").endpoint_url(name), body))

    def post(self, url: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """One call in the name of the province."""
        sent = json.dumps(body).encode()
        found = self._send(url, sent, "application/json", self._token())
        if found[0] == NO_TOKEN:  # taken back before its end
            TOKENS.pop(self.account, None)
            found = self._send(url, sent, "application/json", self._token())
        return found

    def _token(self) -> str:
        """OAuth 2.0, client credentials; one is used until it ends. Raises RemoteAway."""
        kept, end = TOKENS.get(self.account, ("", 0.0))
        if time.monotonic() < end:
            return kept
        url = self.account.token_url or f"{self.account.url.rstrip('/')}/oauth2/token"
        asked = urlencode({
            "grant_type": "client_credentials", "client_id": self.account.client_id,
            "client_secret": self.account.client_secret,
        })  # fmt: skip
        status, answer = self._send(url, asked.encode(), "application/x-www-form-urlencoded")
        told = _told(status, answer)
        token, seconds = told.get("access_token"), told.get("expires_in", TOKEN_SECONDS)
        if not isinstance(token, str) or not token.isascii() or not isinstance(seconds, int):
            raise RemoteAway
        TOKENS[self.account] = (token, time.monotonic() + max(seconds - TOKEN_MARGIN, 0))
        return token

    def _send(self, url: str, body: bytes, kind: str, token: str = "") -> tuple[int, bytes]:
        headers = {"Content-Type": kind, "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            return call("POST", url, body, headers, self.bounds, ca_file=self.account.ca_file)
        except CallFault as fault:
            raise RemoteAway from fault


TOKENS: dict[RemoteAccount, tuple[str, float]] = {}  # of this process, until the moment they end


class _Given(CSCAuthorizationManager):
    """What the owner has confirmed already."""

    def __init__(
        self, session: CSCServiceSessionInfo, info: CSCCredentialInfo, allowed: Allowed
    ) -> None:
        super().__init__(session, info)
        self.allowed = allowed

    async def authorize_signature(self, _hashes: list[str]) -> CSCAuthorizationInfo:
        return CSCAuthorizationInfo(self.allowed.sad)


class _Link:
    """As much of a session of aiohttp as pyHanko uses, with our limits and the newer names."""

    def __init__(self, service: RemoteService) -> None:
        self.service = service

    def post(self, url: str, *, json: dict[str, Any], **_more: Any) -> _Reply:
        body = {V2_NAMES.get(name, name): value for name, value in json.items()}
        if url.endswith("credentials/info"):
            body["authInfo"] = True
        return _Reply(*self.service.post(url, body))


class _Reply(AbstractAsyncContextManager["_Reply"]):
    def __init__(self, status: int, answer: bytes) -> None:
        self.status, self.answer = status, answer

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def json(self) -> dict[str, Any]:
        return _told(self.status, self.answer)


async def _credential(link: Any, named: CSCServiceSessionInfo) -> Credential:
    found = await fetch_certs_in_csc_credential(link, named)
    auth = found.response_data.get("auth", {})
    mode = auth.get("mode", found.response_data.get("authMode", "explicit"))
    kinds = [each.get("id", "") for each in auth.get("objects", [])]
    if mode == "oauth2code" or set(kinds) - {CODE}:
        raise RemoteRefused(
            _(
                "The remote signing service asks for more than a confirmation on the phone or a "
                "one-time code. The portal cannot sign with it."
            )
        )
    chain = (found.signing_cert, *found.chain)
    for each in chain:
        each.subject.native  # it is one  # noqa: B018
    return Credential(
        chain=tuple(each.dump() for each in chain), mechanisms=found.supported_mechanisms,
        most=max(found.max_batch_size, 1), needs_code=CODE in kinds,
    )  # fmt: skip


class _Signer(CSCSigner):
    """With plain RSA, too."""

    def get_signature_mechanism_for_digest(
        self, digest_algorithm: str | None
    ) -> algos.SignedDigestAlgorithm:
        info = self.auth_manager.credential_info
        return _mechanism(info.signing_cert, digest_algorithm, info.supported_mechanisms)


async def _signed(
    link: Any, manager: _Given, signed: Sequence[bytes], algorithm: str
) -> list[bytes]:
    signer = _Signer(link, manager, batch_size=len(signed), embed_roots=False)
    made = await asyncio.gather(*(
        signer.async_sign_prescribed_attributes(algorithm, cms.CMSAttributes.load(each))
        for each in signed
    ))  # fmt: skip
    return [each.dump() for each in made]


def _mechanism(
    own: x509.Certificate, algorithm: str | None, mechanisms: frozenset[str]
) -> algos.SignedDigestAlgorithm:
    """That of the key with this digest, or plain RSA where the service has only that. Raises
    RemoteRefused."""
    usual = ExternalSigner(own, None).get_signature_mechanism_for_digest(algorithm)
    if algorithm is None or usual["algorithm"].native in mechanisms:
        return usual
    if PLAIN_RSA in mechanisms:
        return algos.SignedDigestAlgorithm({"algorithm": PLAIN_RSA})
    raise RemoteRefused


def _answer(told: dict[str, Any]) -> Allowed | Pending:
    sad, handle = told.get("SAD"), told.get("handle")
    if isinstance(sad, str) and sad:
        return Allowed(sad)
    if isinstance(handle, str) and 0 < len(handle) <= LONGEST_HANDLE and handle.isascii():
        return Pending(handle)
    raise RemoteAway


def _told(status: int, answer: bytes) -> dict[str, Any]:
    """The answer when it says yes. Raises RemoteAway, RemoteRefused, NotConfirmed."""
    if status == 204:
        return {}
    try:
        told = json.loads(answer)
    except ValueError as error:
        raise RemoteAway from error
    if not isinstance(told, dict) or status >= 500:
        raise RemoteAway
    if status in (200, 202):
        return told
    if status in (NO_TOKEN, 403):
        raise RemoteLocked
    raise NotConfirmed if told.get("error") in SAID_NO else RemoteRefused
