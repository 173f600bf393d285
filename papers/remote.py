"""The remote signing service of a province, and the certificates whose keys it keeps.

`REMOTE_SIGNING_H32_URL` and so on for province H32; docs/operations.md. The name of a credential is
kept encrypted: who has it can have its owner's phone ask.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import fields

from cryptography import x509
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _

from common.addresses import is_safe
from files.services import province_code
from organizations.models import User
from papers import certificates
from papers.models import SigningCertificate
from papers.signatures.remote import (
    OtherCredential,
    RemoteAccount,
    RemoteAway,
    RemoteRefused,
    RemoteService,
)
from tenancy.scope import required_scope


def account() -> RemoteAccount | None:
    """Of this province, as the environment names it; None when it is missing, not complete or over
    plain http outside the demo."""
    told = settings.REMOTE_SIGNING.get(province_code(), {})
    names = {one.name for one in fields(RemoteAccount)}
    known = {name.lower(): value for name, value in told.items() if value}
    known = {name: value for name, value in known.items() if name in names}
    if not {"url", "client_id", "client_secret"} <= set(known):
        return None
    found = RemoteAccount(**known)
    return found if all(map(is_safe, filter(None, (found.url, found.token_url)))) else None


def service() -> RemoteService:
    """Raises RemoteRefused where the province has none."""
    found = account()
    if found is None:
        raise RemoteRefused(_("The province has no remote signing service."))
    return RemoteService(found)


def add(
    credential_id: str, *, actor: User, person: User | None = None, body_code: str = "",
    picture_id: int | None = None,
) -> SigningCertificate:  # fmt: skip
    """The certificate of that credential, for a person or a body. Not inside an atomic block: the
    service is asked outside of the transaction. The caller has asked whether the actor may.

    Raises RemoteAway, RemoteRefused and as `certificates.add`.
    """
    asked = service()
    with required_scope().apart():
        found = asked.credential(credential_id)
    try:
        chain = [x509.load_der_x509_certificate(each) for each in found.chain]
    except ValueError as error:
        raise RemoteAway from error
    return certificates.add(
        b"".join(each.public_bytes(Encoding.PEM) for each in chain), actor=actor, person=person,
        body_code=body_code, picture_id=picture_id, credential=hidden(credential_id),
    )  # fmt: skip


def credential_of(certificate: SigningCertificate) -> str:
    """Its name at the service. Raises OtherCredential."""
    return shown(certificate.credential)


def hidden(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def shown(kept: str) -> str:
    """Raises OtherCredential when the portal cannot read it any more."""
    try:
        return _fernet().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise OtherCredential from error


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"remote signing" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
