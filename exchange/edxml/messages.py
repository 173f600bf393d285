"""What an edXML message says: a document on its way, or what became of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from files.checks import EXTENSIONS, KINDS

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"
SUBJECT_MOST = 500  # letters, QCVN 102:2016/BTTTT
ID_MOST = 120  # letters of a document id; no legal source
NUMBER_MOST, NOTATION_MOST = 20, 39  # letters; no legal source
REFERENCE_MOST = NUMBER_MOST + 1 + NOTATION_MOST


class Kind(IntEnum):
    """BussinessDocType: what the message does."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACE = 3


class Priority(IntEnum):
    """Mức độ khẩn of QCVN 102; NĐ 30/2020/NĐ-CP knows no appointed hour any more."""

    NORMAL = 0
    URGENT = 1
    VERY_URGENT = 2
    EXPRESS = 3
    EXPRESS_AT_AN_HOUR = 4


class Steering(IntEnum):
    """SteeringType: whether it gives a task; 0 is seen where nothing is said."""

    NOT_TOLD = 0
    NONE = 1
    DIRECTIVE = 2
    REPORT = 3


class StatusCode(StrEnum):
    """What the receiver tells; 13 is the sender's own wish."""

    ARRIVED = "01"
    REFUSED = "02"
    REGISTERED = "03"
    ASSIGNED = "04"
    IN_WORK = "05"
    DONE = "06"
    TAKE_BACK = "13"
    AGREED = "15"  # to a recall or an update
    NOT_AGREED = "16"


@dataclass(frozen=True)
class Organ:
    """An agency as it names itself."""

    organ_id: str
    name: str = ""
    in_charge: str = ""  # cơ quan chủ quản
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True)
class DocumentType:
    """The numbers mean different things in different systems: what counts is the name."""

    name: str
    number: int | None = None
    detail: int | None = None


@dataclass(frozen=True)
class Signatory:
    """Who signed the document on paper, and in whose place."""

    full_name: str = ""
    position: str = ""
    competence: str = ""  # "TM. UBND", "KT. Giám đốc"


@dataclass(frozen=True)
class OtherInfo:
    priority: Priority = Priority.NORMAL
    sphere: str = ""
    typist: str = ""
    copies: int | None = None
    pages: int | None = None
    direction: bool | None = None
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResponseFor:
    """The document that is answered, or of which a status is told."""

    organ_id: str
    document_id: str = ""
    code: str = ""  # số, ký hiệu
    promulgated_on: dt.date | None = None


@dataclass(frozen=True)
class Trace:
    """One stop on the way; the local time of whoever wrote it."""

    organ_id: str
    at: dt.datetime


@dataclass(frozen=True)
class Staff:
    """Whom to ask."""

    name: str = ""
    department: str = ""
    mobile: str = ""
    email: str = ""


@dataclass(frozen=True)
class ReceiverChange:
    """Of an update: an agency gets the document too, or gets it no more."""

    organ_id: str
    is_added: bool


@dataclass(frozen=True)
class Replacement:
    """Of a document that replaces others: one of them, and who had it."""

    document_id: str
    organ_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Business:
    """What the message does, to which earlier document, and why."""

    kind: Kind = Kind.NEW
    reason: str = ""
    document_id: str = ""  # the one recalled or updated
    changes_document: bool = False
    changes_receivers: bool = False
    receivers: tuple[ReceiverChange, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    staff: Staff | None = None
    paper: int | None = None  # a copy on paper comes too: 0 in all samples


@dataclass(frozen=True)
class Attachment:
    """A file of the document, unwrapped."""

    name: str
    content: bytes = field(repr=False)
    description: str = ""

    @property
    def content_type(self) -> str:
        """By its name; nothing is believed that the sender says."""
        known = EXTENSIONS.get(self.name.rpartition(".")[2].lower())
        return KINDS[known].content_type if known else UNKNOWN


@dataclass(frozen=True)
class Message:
    """A document sent by one agency to others."""

    sender: Organ
    receivers: tuple[Organ, ...]
    document_id: str
    number: str
    notation: str
    place: str
    promulgated_on: dt.date
    type: DocumentType
    subject: str
    content: str = ""
    signatory: Signatory | None = None
    due_on: dt.date | None = None
    to_places: tuple[str, ...] = ()
    other: OtherInfo = OtherInfo()
    response_for: tuple[ResponseFor, ...] = ()
    steering: Steering | None = None
    traces: tuple[Trace, ...] = ()
    business: Business = Business()
    attachments: tuple[Attachment, ...] = ()
    signed_by: str = ""  # subject of the certificate that was believed; "": nobody vouches

    @property
    def reference(self) -> str:
        """Số, ký hiệu: "2947/QĐ-UBND"."""
        return "/".join(filter(None, (self.number, self.notation)))


@dataclass(frozen=True)
class StatusMessage:
    """What became of a document, told to who sent it."""

    sender: Organ
    response_for: ResponseFor
    status: StatusCode
    at: dt.datetime | None = None  # local time of the sender
    description: str = ""
    staff: Staff | None = None
    signed_by: str = ""


def document_id(organ_id: str, day: dt.date, number: str, notation: str) -> str:
    """Mã định danh văn bản: "H32.05,2026/03/02,07/CT-UBND"."""
    return f"{organ_id},{day:%Y/%m/%d},{number}/{notation}"
