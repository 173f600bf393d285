"""Are the certificates behind a signature to be believed at its time, and at the time of asking?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress

from asn1crypto import x509
from pyhanko.sign.validation import PdfSignatureStatus
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureStatus
from pyhanko_certvalidator.errors import InvalidCertificateError

from papers.signatures.reasons import Reason
from papers.signatures.trust import Trust

USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    key_usage_forbidden={"key_cert_sign", "crl_sign"},
    extd_key_usage={
        "email_protection", "1.3.6.1.5.5.7.3.36", "microsoft_document_signing", "pdf_signing",
    },
    explicit_extd_key_usage_required=False,
)  # fmt: skip


def since(
    certificate: x509.Certificate, trust: Trust, stamped: dt.datetime | None, at: dt.datetime
) -> Reason | None:
    """What became of the certificate of a good signature by `at`. Without a stamp one that ended
    or was revoked has no good signature."""
    if stamped is None:
        return None
    revoked = trust.revoked_at(certificate)
    if revoked is not None and stamped < revoked <= at:
        return Reason.REVOKED
    return Reason.OUT_OF_TIME if certificate.not_valid_after < at else None


def faults_of_certificate(
    certificate: x509.Certificate, trust: Trust, moment: dt.datetime
) -> Iterator[Reason]:
    """Asked here too: of a root the library believes everything, whatever it says of itself."""
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        yield Reason.OUT_OF_TIME
    if trust.is_silent_on(certificate):
        yield Reason.UNKNOWN
    with suppress(InvalidCertificateError):
        USAGE.validate(certificate)
        if not certificate.ca:
            return
    yield Reason.USAGE


def faults_without_stamp(
    status: PdfSignatureStatus, trust: Trust, at: dt.datetime
) -> Iterator[Reason]:
    """A claimed time proves nothing: what was revoked by `at` may have signed after that. What has
    ended by then may have been revoked before: lists need not name it any more (RFC 5280 §3.3)."""
    path = _path(status)
    if any(one.not_valid_after < at for one in path):
        yield Reason.OUT_OF_TIME
    if any(revoked <= at for one in path if (revoked := trust.revoked_at(one)) is not None):
        yield Reason.REVOKED
    if not all(trust.tells_of(one, at, at) for one in path):
        yield Reason.UNKNOWN


def faults_with_stamp(
    status: PdfSignatureStatus, trust: Trust, stamped: dt.datetime, at: dt.datetime
) -> Iterator[Reason]:
    """A stamp proves its time while it is believed of its key and of the authorities above; that
    nothing was revoked before it is known from lists made since, or from those that still hold."""
    stamp = status.timestamp_validity
    if stamp is None:
        yield Reason.STAMP
        return
    above = _path(stamp)
    if not is_for_stamps(stamp.signing_cert) or any(trust.is_void(one, at) for one in above):
        yield Reason.STAMP
    if not all(trust.tells_of(one, stamped, at) for one in (*_path(status), *above)):
        yield Reason.UNKNOWN


def _path(status: SignatureStatus) -> tuple[x509.Certificate, ...]:
    """The certificate that signed and those above it, without the root; of one that is not
    believed, itself alone."""
    path = status.validation_path
    return (status.signing_cert,) if path is None else tuple(path.iter_certs(include_root=False))


def is_for_stamps(certificate: x509.Certificate) -> bool:
    """For time stamps and nothing else, and it says so critically (RFC 3161 §2.3)."""
    usages = certificate.extended_key_usage_value
    return (
        usages is not None
        and usages.native == ["time_stamping"]
        and "extended_key_usage" in certificate.critical_extensions
    )
