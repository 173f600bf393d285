"""Who holds a key. In the portal nobody does: the agent on the official's PC has it (`agent`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.signers import SimpleSigner

from common.errors import DomainError


class KeyRefused(DomainError):
    """The key does not open."""

    code = "key_refused"
    default_message = _("The key does not open: wrong PIN, or no such certificate on the device.")


class Signer(Protocol):
    """Signs a digest with the key of a certificate."""

    def sign(self, digest: bytes, algorithm: str, certificate: bytes) -> bytes:
        """The signature (CMS, DER, detached, with the chain). Raises KeyRefused."""


class Pkcs12Signer:
    """A key in a file, as the demo and the tests have it."""

    def __init__(self, file: Path, password: str) -> None:
        try:
            loaded = pkcs12.load_pkcs12(file.read_bytes(), password.encode())
        except (OSError, ValueError) as error:
            raise KeyRefused from error
        signer = SimpleSigner.load_pkcs12_data(file.read_bytes(), [], password.encode())
        if loaded.cert is None or signer is None:
            raise KeyRefused
        self._signer = signer
        self.certificate = loaded.cert.certificate.public_bytes(Encoding.DER)
        above = (one.certificate.public_bytes(Encoding.DER) for one in loaded.additional_certs)
        self.chain = [self.certificate, *above]

    def sign(self, digest: bytes, algorithm: str, certificate: bytes) -> bytes:
        """The signature (CMS, DER). Raises KeyRefused for another certificate than its own."""
        if certificate != self.certificate:
            raise KeyRefused
        made = self._signer.async_sign(digest, algorithm, use_pades=True)
        signature: bytes = asyncio.run(made).dump()
        return signature
