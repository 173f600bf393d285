"""Whom a signature is believed of: authorities, what they revoked, and whose a certificate is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import ValidationContext

HARMLESS = {"unspecified", "affiliation_changed", "superseded", "cessation_of_operation"}
Owner = str  # the registry's code, or whatever the caller's table says


def nobody(_fingerprint: str) -> Owner | None:
    """No certificate is anybody's: the table was not given."""
    return None


@dataclass(frozen=True)
class Trust:
    """DER of certificates and of what their authorities say. Nothing is fetched.

    `owner_of`: SHA-256 of a certificate (hex) → whose it is. `expected`: field → whose signature
    must be in it. `sealed_by`: whose the last signature must be, whatever its field is called.
    What a document brings along about revocation is not believed: who forges it brings an old list.
    """

    roots: Sequence[bytes]
    intermediates: Sequence[bytes] = ()
    crls: Sequence[bytes] = ()
    ocsps: Sequence[bytes] = ()
    owner_of: Callable[[str], Owner | None] = nobody
    expected: Mapping[str, Owner] = field(default_factory=dict)
    sealed_by: Owner = ""

    def context(self, moment: dt.datetime) -> ValidationContext:
        """How a certificate is judged at this moment; without word on revocation it is refused."""
        return ValidationContext(
            trust_roots=self._roots, other_certs=self._intermediates, moment=moment,
            crls=self._lists, ocsps=self._answers, revocation_mode="require",
            retroactive_revinfo=True,
        )  # fmt: skip

    def revoked_at(self, certificate: x509.Certificate) -> dt.datetime | None:
        """When it was revoked, as far as is known today."""
        listed = [
            row["revocation_date"].native
            for one in self._lists_of(certificate)
            for row in one["tbs_cert_list"]["revoked_certificates"]
            if row["user_certificate"].native == certificate.serial_number
        ]
        told = [
            row["cert_status"].chosen["revocation_time"].native
            for answer in self._answers
            for row in answer.response_data["responses"]
            if row["cert_status"].name == "revoked"
            and row["cert_id"]["serial_number"].native == certificate.serial_number
        ]
        return min([*listed, *told], default=None)

    def is_void(self, stamper: x509.Certificate, at: dt.datetime) -> bool:
        """Nothing that this key, of time stamps or of an authority over one, ever signed is to be
        believed: it was revoked by then, and not for one of the reasons that leave older stamps
        good (RFC 3161 §4)."""
        return any(
            row["user_certificate"].native == stamper.serial_number
            and row["revocation_date"].native <= at
            and (row.crl_reason_value is None or row.crl_reason_value.native not in HARMLESS)
            for one in self._lists_of(stamper)
            for row in one["tbs_cert_list"]["revoked_certificates"]
        )

    def tells_of(self, certificate: x509.Certificate, since: dt.datetime, at: dt.datetime) -> bool:
        """A list of its authority was made since that moment or still holds; or there is none, and
        it is for others to say that (`is_silent_on`)."""
        lists = [one["tbs_cert_list"] for one in self._lists_of(certificate)]
        return not lists or any(
            one["this_update"].native >= since
            or one["next_update"].native is None
            or one["next_update"].native >= at
            for one in lists
        )

    def is_silent_on(self, certificate: x509.Certificate) -> bool:
        """Its authority is known, and nothing that it revoked."""
        known = [one.subject for one in (*self._roots, *self._intermediates)]
        return certificate.issuer in known and not self._lists_of(certificate) and not self._answers

    def _lists_of(self, certificate: x509.Certificate) -> list[crl.CertificateList]:
        return [one for one in self._lists if one.issuer == certificate.issuer]

    @cached_property
    def _roots(self) -> list[x509.Certificate]:
        return [x509.Certificate.load(one) for one in self.roots]

    @cached_property
    def _intermediates(self) -> list[x509.Certificate]:
        return [x509.Certificate.load(one) for one in self.intermediates]

    @cached_property
    def _lists(self) -> list[crl.CertificateList]:
        return [crl.CertificateList.load(one) for one in self.crls]

    @cached_property
    def _answers(self) -> list[ocsp.OCSPResponse]:
        return [ocsp.OCSPResponse.load(one) for one in self.ocsps]
