"""Signatures that can be checked in ten years: a time stamp, and what the authorities said then.

PAdES (ETSI EN 319 142-1): a time stamp in the signature is level B-T; the authorities' certificates
and lists of the revoked, appended after the seal, B-LT; a time stamp on the whole, B-LTA.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator, Sequence

from asn1crypto import cms, crl, ocsp, tsp, x509
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError, simple_cms_attribute
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
)

from common.calls import Bounds, CallFault, call
from common.errors import DomainError
from papers.signatures.trust import Trust

ALGORITHM = "sha256"
MOST_OF_LIST = 512 * 1024  # bytes of a list of the revoked that goes into a document; a guard
BOUNDS = Bounds(connect_seconds=3, seconds=8, most_bytes=64 * 1024)


class NoTimeStamp(DomainError):
    """The service of time stamps gave none."""

    code = "no_time_stamp"
    default_message = _(
        "The time-stamping service does not answer. The document is unchanged. Try again in a "
        "few minutes."
    )


class TimeStampServer(TimeStamper):
    """RFC 3161 over HTTP, over by a moment that we set. Never call it inside a transaction."""

    def __init__(self, url: str, ca_file: str = "") -> None:
        super().__init__()
        self.url, self.ca_file = url, ca_file

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What it answers. Raises TimestampRequestError."""
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            status, body = call("POST", self.url, req.dump(), headers, BOUNDS, ca_file=self.ca_file)
        except CallFault as fault:
            raise TimestampRequestError("No answer") from fault
        if status != 200:
            raise TimestampRequestError(f"Status {status}")
        return tsp.TimeStampResp.load(body, strict=True)


def stamped(content: cms.ContentInfo, stamper: TimeStamper) -> cms.ContentInfo:
    """The signature with a time stamp on it. Raises NoTimeStamp."""
    info = content["content"]["signer_infos"][0]
    digest = hashlib.sha256(info["signature"].native).digest()
    try:
        token = asyncio.run(stamper.async_timestamp(digest, ALGORITHM))
        said = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if said["hashed_message"].native != digest:
            raise TimestampRequestError("A stamp of something else")
    except Exception as error:  # a server's answer finds its way into any corner of a reader
        raise NoTimeStamp from error
    info["unsigned_attrs"] = cms.CMSAttributes(
        [simple_cms_attribute("signature_time_stamp_token", token)]
    )
    return cms.ContentInfo.load(content.dump())


def kept(pdf: bytes, trust: Trust) -> bytes:
    """The signed document with what its check needs of what the province trusts: the authorities
    of its certificates and stamps, and what these have revoked. Lists of some size are left out:
    each document would carry them."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    named = {
        each.issuer.hashable for one in reader.embedded_signatures for each in _certificates(one)
    }
    known = [x509.Certificate.load(each) for each in (*trust.intermediates, *trust.roots)]
    above: list[x509.Certificate] = []
    while found := [each for each in known if each.subject.hashable in named and each not in above]:
        above += found
        named |= {each.issuer.hashable for each in found}
    lists = [each for each in trust.crls if len(each) <= MOST_OF_LIST]
    return preserved(
        pdf, certificates=[each.dump() for each in above],
        crls=[each for each in lists if crl.CertificateList.load(each).issuer.hashable in named],
    )  # fmt: skip


def _certificates(one: EmbeddedPdfSignature) -> Iterator[x509.Certificate]:
    """All that a signature and its stamp bring along."""
    for data in (one.signed_data, *extract_tst_data_iter(one.signer_info, signed=False)):
        found = extract_certs_for_validation(data)
        yield found.signer_cert
        yield from found.other_certs


def preserved(
    pdf: bytes, *, certificates: Sequence[bytes], crls: Sequence[bytes],
    ocsps: Sequence[bytes] = (), stamper: TimeStamper | None = None,
) -> bytes:  # fmt: skip
    """The signed document with what its check needs (DER) appended; stamped as a whole if asked.

    After the seal, once: nothing that is shown changes. Raises NoTimeStamp.
    """
    output = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        output, None,
        certs=[x509.Certificate.load(one) for one in certificates],
        crls=[crl.CertificateList.load(one) for one in crls],
        ocsps=[ocsp.OCSPResponse.load(one) for one in ocsps],
    )  # fmt: skip
    if stamper is None:
        return output.getvalue()
    try:
        return _stamped_whole(output.getvalue(), stamper)
    except (TimestampRequestError, SigningError, PdfError, OSError, ValueError) as error:
        raise NoTimeStamp from error


def _stamped_whole(pdf: bytes, stamper: TimeStamper) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    done = PdfTimeStamper(stamper).timestamp_pdf(writer, ALGORITHM)
    content: bytes = done.getvalue()
    return content
