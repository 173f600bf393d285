"""Whose signatures on messages the province believes, and how large a message may be."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from exchange.edxml.parsing import Limits
from exchange.edxml.signatures import Trust
from files.checks import MEGABYTE
from papers.models import TrustAnchor


def limits() -> Limits:
    """The setting EDXML_MAX_MEGABYTES, and the guards that nobody needs to change."""
    return Limits(size=settings.EDXML_MAX_MEGABYTES * MEGABYTE)


def trust() -> Trust:
    """The authorities of today, with their newest lists of revocations. One query."""
    today = timezone.localdate()
    anchors = TrustAnchor.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today)
    )
    chains = [x509.load_pem_x509_certificates(each.pem.encode()) for each in anchors]
    lists = [x509.load_pem_x509_crl(each.revoked.encode()) for each in anchors if each.revoked]
    return Trust(
        roots=tuple(chain[0] for chain in chains),
        others=tuple(each for chain in chains for each in chain[1:]),
        revoked=tuple(each.public_bytes(Encoding.DER) for each in lists),
    )
