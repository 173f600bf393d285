"""The keys in a folder: each a PKCS#12 file, and beside it its certificates for all to see."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from papers.signatures.signers import KeyRefused, Pkcs12Signer

Kind = TypeVar("Kind", bound="Token")


@dataclass(frozen=True)
class Token(ABC):
    """One certificate, with those above it; its key is somewhere else."""

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

    @abstractmethod
    def sign(self, digest: bytes, algorithm: str, pin: str) -> bytes:
        """The signature (CMS, DER). Raises KeyRefused."""


@dataclass(frozen=True)
class FileToken(Token):
    """A key in a PKCS#12 file."""

    file: Path

    def sign(self, digest: bytes, algorithm: str, pin: str) -> bytes:
        signer = Pkcs12Signer(self.file, pin)
        return signer.sign(digest, algorithm, signer.certificate)


def tokens(folder: Path) -> list[FileToken]:
    """Those of a folder and of the folders in it, by the names of their files."""
    return [
        FileToken(tuple(x509.load_pem_x509_certificates(pem.read_bytes())), file)
        for file in sorted(folder.rglob("*.p12"))
        if (pem := file.with_suffix(".pem")).exists()
    ]


def token_of(known: Iterable[Kind], fingerprint: str) -> Kind:
    """Raises KeyRefused when there is none of this certificate."""
    found = next((one for one in known if one.fingerprint == fingerprint), None)
    if found is None:
        raise KeyRefused
    return found


def chain_of(
    first: x509.Certificate, known: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """The certificate and those above it among the known ones; a root stays away."""
    chain = [first]
    while len(chain) <= len(known):
        last = chain[-1]
        above = (one for one in known if one.subject == last.issuer and one.subject != one.issuer)
        found = next(above, None)
        if found is None or found in chain:
            break
        chain.append(found)
    return tuple(chain)
