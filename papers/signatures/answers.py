"""Is what the agent sent the signature that was asked for? Looked at before the paper has it."""

from __future__ import annotations

from asn1crypto import cms, x509
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError, extract_signer_info
from pyhanko.sign.validation.errors import CMSAlgorithmProtectionError, SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

from common.errors import DomainError

MOST_BYTES = 64 * 1024  # of an answer; with a chain of four it has about 8 KiB


class WrongSignature(DomainError):
    """What came is not the signature that was asked for. The document stays as it was."""

    code = "wrong_signature"
    default_message = _(
        "The signing program sent something that is not a signature. The document is unchanged. "
        "Restart the program and sign again."
    )


class OtherDocument(WrongSignature):
    """It signs other bytes."""

    code = "other_document"
    default_message = _(
        "The signing program signed another document. This document is unchanged. Restart the "
        "program and sign again."
    )


class OtherCertificate(WrongSignature):
    """It was made with another certificate."""

    code = "other_certificate"
    default_message = _(
        "This was signed with another certificate than the one chosen. The document is unchanged. "
        "Choose your certificate again and sign."
    )


class BrokenSignature(WrongSignature):
    """The numbers do not fit the key of the certificate."""

    code = "broken_signature"
    default_message = _(
        "The signature is not valid for the key of the certificate. The document is unchanged. "
        "Sign again; if it happens again, have the signing device checked."
    )


def checked(data: bytes, digest: bytes, algorithm: str, certificate: bytes) -> cms.ContentInfo:
    """The signature (CMS, DER) over this digest by this certificate (DER).

    Raises WrongSignature or what is more precise.
    """
    content = _parsed(data)
    signed = content["content"]
    try:
        info = extract_signer_info(signed)
        signer = extract_certs_for_validation(signed).signer_cert
        is_intact, is_valid = validate_sig_integrity(info, signer, "data", digest)
    except SignatureValidationError as error:
        raise BrokenSignature from error
    except (
        CMSExtractionError, CMSStructuralError, CMSAlgorithmProtectionError, ValueError, TypeError,
        KeyError,
    ) as error:  # fmt: skip
        raise WrongSignature from error
    if signer.dump() != certificate:
        raise OtherCertificate
    if info["digest_algorithm"]["algorithm"].native != algorithm or not is_intact:
        raise OtherDocument
    if not is_valid:
        raise BrokenSignature
    return content


def common_name(certificate: x509.Certificate) -> str:
    """Whose it is, as the certificate says."""
    name: str = certificate.subject.native.get("common_name", "")
    return name


def _parsed(data: bytes) -> cms.ContentInfo:
    if not data or len(data) > MOST_BYTES:
        raise WrongSignature
    try:
        content = cms.ContentInfo.load(data, strict=True)
        is_signature = content["content_type"].native == "signed_data"
        is_detached = is_signature and not content["content"]["encap_content_info"]["content"]
        has_attributes = is_detached and bool(
            extract_signer_info(content["content"])["signed_attrs"]
        )
    except (ValueError, TypeError, KeyError, CMSExtractionError, CMSStructuralError) as error:
        raise WrongSignature from error
    if not has_attributes:
        raise WrongSignature
    return content
