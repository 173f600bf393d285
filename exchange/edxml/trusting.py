"""Whose signatures on messages the province believes, and how large a message may be."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from django.conf import settings

from exchange.edxml.parsing import Limits
from exchange.edxml.signatures import Trust
from files.checks import MEGABYTE
from papers import certificates


def limits() -> Limits:
    """The setting EDXML_MAX_MEGABYTES, and the guards that nobody needs to change."""
    return Limits(size=settings.EDXML_MAX_MEGABYTES * MEGABYTE)


def trust() -> Trust:
    """The authorities of today, with their newest lists of revocations. One query."""
    known = certificates.trust()
    return Trust(
        roots=_read(known.roots), others=_read(known.intermediates), revoked=tuple(known.crls)
    )


def _read(ders: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(each) for each in ders)
