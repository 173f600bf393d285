"""Chữ ký số on a message: XML-DSig, enveloped in the header, over the whole of it.

Only what `verified` returns is vouched for: the tree as it was digested, without the signature and
whatever hides in it. One signature, one reference, to the whole: a message that was wrapped into
another has more, or elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from lxml import etree
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from exchange.edxml.faults import EdxmlError
from exchange.edxml.parsing import parser

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
PLACE = ("edXMLHeader", "edXMLEnvelope", "edXML")  # from the signature outwards
METHODS = frozenset(
    each for each in SignatureMethod if each.name.startswith(("RSA_SHA", "ECDSA_SHA", "SHA"))
    and not each.name.endswith("SHA1") and "SHA1_" not in each.name
)  # fmt: skip
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
FAULTS = (
    SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError, TypeError, KeyError,
    AttributeError, NotImplementedError,
)  # fmt: skip  # what signxml raises at a signature made to confuse it


@dataclass(frozen=True)
class Trust:
    """Whose signatures are believed: authorities, and what is known of their certificates."""

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...] = ()  # between root and signer
    revoked: tuple[bytes, ...] = ()  # lists of revocation (CRL), DER
    at: dt.datetime | None = None  # None: now


@dataclass(frozen=True)
class Signer:
    """A key with its certificate, and those between it and the root."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificates: tuple[x509.Certificate, ...]


def is_signed(root: etree._Element) -> bool:
    return next(root.iter(f"{DSIG}Signature"), None) is not None


def verified(root: etree._Element, trust: Trust) -> tuple[etree._Element, str]:
    """What was signed, and the subject of the certificate. EdxmlError when it cannot be believed.

    Nothing of `root` may be used any more.
    """
    _require_one_in_its_place(root)
    chain = _Chain(trust)
    verifier = _Verifier(chain)
    config = SignatureConfiguration(
        expect_references=1, signature_methods=METHODS, digest_algorithms=DIGESTS,
        verification_time=trust.at,
    )  # fmt: skip
    try:
        found = verifier.verify(root, parser=parser(), expect_config=config)
    except InvalidCertificate as error:
        raise EdxmlError([_("The certificate of the signature is not trusted.")]) from error
    except FAULTS as error:
        raise EdxmlError([_("The signature is not valid.")]) from error
    if not isinstance(found, VerifyResult) or not _covers_all(found) or found.signed_xml is None:
        raise EdxmlError([_("The signature does not cover the whole message.")])
    return found.signed_xml, chain.subject


def _require_one_in_its_place(root: etree._Element) -> None:
    signatures = list(root.iter(f"{DSIG}Signature"))
    above = [etree.QName(each).localname for each in signatures[0].iterancestors()]
    if len(signatures) != 1 or tuple(above) != PLACE:
        raise EdxmlError([_("The signature does not stand in edXMLHeader, or not alone.")])


def _covers_all(found: VerifyResult) -> bool:
    references = found.signature_xml.findall(f"{DSIG}SignedInfo/{DSIG}Reference")
    return [each.get("URI") for each in references] == [""]


class _Verifier(XMLVerifier):
    """Certificates are followed to our own roots, by the rules of RFC 5280."""

    def __init__(self, chain: _Chain) -> None:
        super().__init__()
        self.chain = chain

    def get_cert_chain_verifier(self, *_args: Any, **_more: Any) -> _Chain:
        return self.chain


class _Chain:
    """The certificates of one signature, followed to a root; nothing is fetched."""

    def __init__(self, trust: Trust) -> None:
        self.trust, self.subject = trust, ""

    def verify(self, certificates: list[x509.Certificate]) -> x509.Certificate:
        issuers = {each.issuer for each in certificates if each.issuer != each.subject}
        leaf = next((each for each in certificates if each.subject not in issuers), None)
        if leaf is None:
            raise InvalidCertificate("no end of the chain")
        context = ValidationContext(
            trust_roots=[_asn1(each) for each in self.trust.roots],
            other_certs=[_asn1(each) for each in (*self.trust.others, *certificates)],
            crls=list(self.trust.revoked), moment=self.trust.at, allow_fetching=False,
        )  # fmt: skip
        path = CertificateValidator(_asn1(leaf), validation_context=context)
        try:
            async_to_sync(path.async_validate_usage)({"digital_signature"})
        except (ValidationError, PathBuildingError, PathError) as error:
            raise InvalidCertificate(str(error)) from error
        self.subject = leaf.subject.rfc4514_string()
        return leaf


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Signer(XMLSigner):
    parser = property(lambda _self: parser())  # type: ignore[assignment]  # texts may be long


def signed(root: etree._Element, signer: Signer) -> etree._Element:
    """The tree with a signature where its placeholder stands."""
    is_rsa = isinstance(signer.key, rsa.RSAPrivateKey)
    writer = _Signer(
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return writer.sign(root, key=signer.key, cert=list(signer.certificates))
