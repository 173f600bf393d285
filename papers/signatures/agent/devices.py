"""Keys on a device that speaks PKCS#11: a USB token of an official, or SoftHSM in its place.

The key never leaves the device; its maker's library (the module) is asked for the signature.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pkcs11
from asn1crypto.x509 import Certificate as DerCertificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext_lazy as _
from pkcs11 import Attribute, ObjectClass, exceptions
from pyhanko.sign.pkcs11 import PKCS11Signer

from common.errors import DomainError
from papers.signatures.agent.keys import Token, chain_of
from papers.signatures.signers import KeyRefused

WRONG_PIN = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
LOCKED = (exceptions.PinLocked, exceptions.PinExpired)


class DeviceLocked(DomainError):
    """Too many wrong PINs: only who gave the device out opens it again."""

    code = "device_locked"
    default_message = _("The device is locked: who gave it out has to open it again.")


class DeviceGone(DomainError):
    """It was pulled out, or does not answer."""

    code = "device_gone"
    default_message = _("The device does not answer: plug it in again.")


@contextmanager
def told() -> Iterator[None]:
    """What the module says, as errors of ours."""
    try:
        yield
    except WRONG_PIN as error:
        raise KeyRefused from error
    except LOCKED as error:
        raise DeviceLocked from error
    except exceptions.PKCS11Error as error:
        raise DeviceGone from error


@dataclass
class Module:
    """Every device behind one library. One question at a time: a library knows one login."""

    path: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tokens(self) -> list[Token]:
        """The certificates of all that is plugged in now. Raises DeviceGone."""
        with self.lock, told():
            return [token for device in self._plugged_in() for token in self._found_on(device)]

    def sign(self, one: DeviceToken, digest: bytes, algorithm: str, pin: str) -> bytes:
        """The signature (CMS, DER). Raises KeyRefused, DeviceLocked, DeviceGone."""
        with self.lock, told():
            device = next((each for each in self._plugged_in() if each.serial == one.serial), None)
            if device is None:
                raise DeviceGone
            with device.open(user_pin=pin) as session:
                return one.signed_by(session, digest, algorithm)

    def _plugged_in(self) -> list[pkcs11.Token]:
        library = pkcs11.lib(str(self.path))
        library.reinitialize()  # sees what was plugged in since
        return [
            slot.get_token()
            for slot in library.get_slots(token_present=True)
            if pkcs11.TokenFlag.TOKEN_INITIALIZED in slot.get_token().flags
        ]

    def _found_on(self, device: pkcs11.Token) -> Iterator[Token]:
        """A certificate and those above it, as far as the device holds them."""
        with device.open() as session:
            found = {
                bytes(each[Attribute.VALUE]): bytes(each[Attribute.ID])
                for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            }
        known = [x509.load_der_x509_certificate(one) for one in found]
        above = {one.subject for one in known if any(one.subject == x.issuer for x in known)}
        for one in known:
            if one.subject not in above:
                key = found[one.public_bytes(Encoding.DER)]
                yield DeviceToken(chain_of(one, known), self, bytes(device.serial), key)


@dataclass(frozen=True)
class DeviceToken(Token):
    """One certificate of a device, with the mark of its key."""

    module: Module
    serial: bytes  # of the device
    key: bytes  # CKA_ID

    def sign(self, digest: bytes, algorithm: str, pin: str) -> bytes:
        return self.module.sign(self, digest, algorithm, pin)

    def signed_by(self, session: pkcs11.Session, digest: bytes, algorithm: str) -> bytes:
        first, *above = (DerCertificate.load(one.public_bytes(Encoding.DER)) for one in self.chain)
        is_curve = first.public_key.algorithm == "ec"  # few devices hash for such a key
        signer = PKCS11Signer(
            session, signing_cert=first, ca_chain=above, key_id=self.key, use_raw_mechanism=is_curve
        )
        signature: bytes = asyncio.run(signer.async_sign(digest, algorithm, use_pades=True)).dump()
        return signature
