"""The keys in a folder: each a PKCS#12 file, and beside it its certificates for all to see."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from papers.signatures.signers import KeyRefused, Pkcs12Signer


@dataclass(frozen=True)
class Token:
    """One certificate with its key, as a device would hold it."""

    file: Path
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        return self.chain[0].fingerprint(hashes.SHA256()).hex()

    def as_json(self) -> dict[str, Any]:
        """What the page of the portal may know of it."""
        first = self.chain[0]
        return {
            "fingerprint": self.fingerprint,
            "name": first.subject.rfc4514_string(),
            "valid_from": first.not_valid_before_utc.isoformat(),
            "valid_to": first.not_valid_after_utc.isoformat(),
            "chain": [
                base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in self.chain
            ],
        }

    def sign(self, digest: bytes, algorithm: str, pin: str) -> bytes:
        """The signature (CMS, DER). Raises KeyRefused."""
        signer = Pkcs12Signer(self.file, pin)
        return signer.sign(digest, algorithm, signer.certificate)


def tokens(folder: Path) -> list[Token]:
    """Those of a folder and of the folders in it, by the names of their files."""
    return [
        Token(file, tuple(x509.load_pem_x509_certificates(file.with_suffix(".pem").read_bytes())))
        for file in sorted(folder.rglob("*.p12"))
        if file.with_suffix(".pem").exists()
    ]


def token_of(folder: Path, fingerprint: str) -> Token:
    """Raises KeyRefused when there is none of this certificate."""
    found = next((one for one in tokens(folder) if one.fingerprint == fingerprint), None)
    if found is None:
        raise KeyRefused
    return found
