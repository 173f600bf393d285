"""Messages for tests: one of our own, one in the shape of the national bus, and who signs."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from exchange.edxml.messages import (
    Attachment,
    DocumentType,
    Message,
    Organ,
    OtherInfo,
    Priority,
    ResponseFor,
    Signatory,
    StatusCode,
    StatusMessage,
    Trace,
    document_id,
)
from exchange.edxml.signatures import Signer, Trust
from tests.files.corpus import pdf

NOON = dt.datetime(2026, 6, 15, 5, 0, tzinfo=dt.UTC)  # of the certificates' year
DAY = dt.date(2026, 3, 2)


@cache
def letter_file() -> bytes:
    return pdf()


def message(**changes) -> Message:
    told = {
        "sender": Organ("G22", "Văn phòng Chính phủ"),
        "receivers": (Organ("H32.05", "Sở Tài chính"),),
        "document_id": document_id("G22", DAY, "7816", "VPCP-TTĐT"),
        "number": "7816", "notation": "VPCP-TTĐT", "place": "Hà Nội", "promulgated_on": DAY,
        "type": DocumentType("Công văn", 1), "subject": "V/v liên thông phần mềm",
        "signatory": Signatory("Nguyễn Văn A", "Cục trưởng", "TL. BỘ TRƯỞNG"),
        "other": OtherInfo(priority=Priority.URGENT, pages=2),
        "traces": (Trace("G22", NOON),),
        "attachments": (Attachment("cong-van.pdf", letter_file(), "Công văn"),),
        **changes,
    }  # fmt: skip
    return Message(**told)


def status(**changes) -> StatusMessage:
    told = {
        "sender": Organ("H32.05", "Sở Tài chính"), "status": StatusCode.IN_WORK, "at": NOON,
        "response_for": ResponseFor("G22", "G22,2026/03/02,7816/VPCP-TTĐT", "7816/VPCP-TTĐT", DAY),
        "description": "Đang xử lý", **changes,
    }  # fmt: skip
    return StatusMessage(**told)


def zipped(content: bytes, name: str = "7f3a.edxml") -> str:
    """The bus names the entry as it likes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return base64.b64encode(out.getvalue()).decode()


NS = 'xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"'
FROM = "<From><OrganId>000.00.00.G22</OrganId><OrganName>Văn phòng Chính phủ</OrganName></From>"
TO = "<To><OrganId>000.00.05.H32</OrganId><OrganName>Sở Tài chính</OrganName></To>"
HEAD = {
    "From": FROM, "To": TO,
    "DocumentId": "<DocumentId>000.00.00.G22,2015/09/30,7816/VPCP-TTĐT</DocumentId>",
    "Code": "<Code><CodeNumber>7816</CodeNumber><CodeNotation>VPCP-TTĐT</CodeNotation></Code>",
    "PromulgationInfo": "<PromulgationInfo><Place>Hà Nội</Place>"
    "<PromulgationDate>30/09/2015</PromulgationDate></PromulgationInfo>",
    "DocumentType": "<DocumentType><Type>1</Type><TypeDetail>0</TypeDetail>"
    "<TypeName>Công văn</TypeName></DocumentType>",
    "Subject": "<Subject>V/v kết nối, liên thông</Subject>",
    "DueDate": "<DueDate></DueDate>",
    "SteeringType": "<SteeringType>1</SteeringType>",
}  # fmt: skip
BUSINESS = "<Bussiness><BussinessDocType>0</BussinessDocType><Paper>0</Paper></Bussiness>"
ATTACHMENT = (
    "<Attachment><ContentId>cid:209</ContentId><AttachmentName>1896_QD-TTg.pdf</AttachmentName>"
    "<ContentType>application/zip</ContentType>"
    "<ContentTransferEncoded>{}</ContentTransferEncoded></Attachment>"
)


def sample(
    business: str = BUSINESS, files: str | None = None, manifest: str = "cid:209", more: str = "",
    ns: str = NS, **head: str,
) -> str:  # fmt: skip
    """In the shape of the national bus; each part of the head may be another."""
    parts = "".join({**HEAD, **head}.values())
    if files is None:
        files = ATTACHMENT.format(zipped(letter_file()))
    return (
        f"<edXML {ns}><edXMLEnvelope><edXMLHeader><MessageHeader>{parts}</MessageHeader>"
        "<TraceHeaderList><TraceHeader><OrganId>000.00.00.G22</OrganId>"
        f"<Timestamp>2018/09/28 00:00:00</Timestamp></TraceHeader>{business}</TraceHeaderList>"
        f"</edXMLHeader><edXMLBody><edXMLManifest><Reference><ContentId>{manifest}</ContentId>"
        f"</Reference></edXMLManifest></edXMLBody></edXMLEnvelope>"
        f"<AttachmentEncoded>{files}</AttachmentEncoded>{more}</edXML>"
    )


STATUS_SAMPLE = (
    f"<edXML {NS}><edXMLEnvelope><edXMLHeader><MessageHeader>{FROM}<ResponseFor>"
    "<OrganId>000.00.05.H32</OrganId><Code>7/BC-STC</Code>"
    "<PromulgationDate>2015/09/30</PromulgationDate>"
    "<DocumentId>000.00.05.H32,2015/09/30,7/BC-STC</DocumentId></ResponseFor>"
    "<StaffInfo><Staff>Nguyễn Thị Ngọc</Staff></StaffInfo><StatusCode>05</StatusCode>"
    "<Description>Đang xử lý</Description><Timestamp>2015/09/20 11:08:36</Timestamp>"
    "</MessageHeader></edXMLHeader></edXMLEnvelope></edXML>"
)


class Authority:
    """A root and those whom it certifies, for a year: 2026 unless told."""

    def __init__(self, name: str, first: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)):
        self.first = first
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.root = self._certificate(self.name, self.key, is_root=True)

    def signer(self, name: str = "Văn phòng Chính phủ", years: int = 0, sign: bool = True):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        key = ec.generate_private_key(ec.SECP256R1())
        return Signer(key, (self._certificate(subject, key, years=years, sign=sign),))

    def revoking(self, signer: Signer, at=NOON, encoding=Encoding.DER) -> bytes:
        gone = x509.RevokedCertificateBuilder().serial_number(signer.certificates[0].serial_number)
        gone = gone.revocation_date(at - dt.timedelta(days=2)).build()
        made = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        made = made.last_update(at - dt.timedelta(days=1)).next_update(at + dt.timedelta(days=1))
        made = made.add_extension(x509.CRLNumber(1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
        )
        return (
            made.add_revoked_certificate(gone)
            .sign(self.key, hashes.SHA256())
            .public_bytes(encoding)
        )

    def _certificate(self, subject, key, *, is_root=False, years=0, sign=True):
        first = self.first + dt.timedelta(days=365 * years)
        usage = {
            "digital_signature": sign, "content_commitment": False, "key_encipherment": not sign,
            "data_encipherment": False, "key_agreement": False, "key_cert_sign": is_root,
            "crl_sign": is_root, "encipher_only": False, "decipher_only": False,
        }  # fmt: skip
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(first).not_valid_after(first + dt.timedelta(days=364))
        made = made.add_extension(x509.BasicConstraints(is_root, None), critical=True)
        made = made.add_extension(x509.KeyUsage(**usage), critical=True)
        listed = [x509.UniformResourceIdentifier("http://127.0.0.1:9/ca.crl")]
        point = x509.DistributionPoint(listed, None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return made.sign(self.key, hashes.SHA256())


@cache
def authority() -> Authority:
    return Authority("CA chuyên dùng Chính phủ")


@cache
def stranger() -> Authority:
    return Authority("CA của người lạ")


def trust(**changes) -> Trust:
    return Trust(**{"roots": (authority().root,), "at": NOON, **changes})
