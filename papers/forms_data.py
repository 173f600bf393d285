"""What is on each form, as plain typed data: the dossier app fills it, no model comes in.

`plain_data` turns dates into the words of the paper; that result is stored with the issued form
and printed ever after, so a paper never changes when names or rules do.
Fields follow papers/data/forms.csv; legal source: TT 03/2025/TT-VPCP Phụ lục I.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal

from django.utils import translation

from papers.words import date_line, day_words, moment_words, short_moment

Factor = Literal["phone", "identity", "tax"]  # whose last four digits open the look-up
Channel = Literal["counter", "post", "online"]
Outcome = Literal["early", "on_time", "late"]


@dataclass(frozen=True)
class Letterhead:
    """Head of every paper: who issues it, where and when."""

    agency_above: str  # cơ quan chủ quản: "UBND tỉnh Khánh Hòa"
    agency: str  # the receiving office: "Trung tâm Phục vụ hành chính công tỉnh"
    office_symbol: str  # "TTPVHCC", "BPTNTKQ": part of the number
    place: str  # địa danh: "Khánh Hòa"
    day: dt.date
    is_sample: bool = False  # prints "sample data" on top


@dataclass(frozen=True)
class Person:
    """Applicant, person or organisation."""

    name: str
    identity_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Authorised(Person):
    """Người được ủy quyền."""

    document: str = ""  # the authorisation: kind, number, date


@dataclass(frozen=True)
class Component:
    """One paper of the dossier and in how many copies it was handed in."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    note: str = ""


@dataclass(frozen=True)
class Lookup:
    """How the citizen follows the dossier: printed beside the QR."""

    number: str  # 11 digits
    factor: Factor


@dataclass(frozen=True)
class Receipt:
    """Mẫu 01. Field 18 (book and number) comes from the form's own year and number."""

    form: ClassVar[str] = "01"
    letterhead: Letterhead
    code: str
    lookup: Lookup
    applicant: Person
    procedure: str
    components: list[Component]
    limit: str  # in words: "03 ngày làm việc"
    received_at: dt.datetime
    due_at: dt.datetime | str  # words while the clock stands still
    channel: Channel
    submitter_name: str
    receiver_name: str
    sets: int = 1
    authorised: Authorised | None = None
    channel_place: str = ""  # address of the counter, or for the post
    fee: str = ""  # "20.000 đồng, biên lai số 0001": words, "" = no line


@dataclass(frozen=True)
class SupplementRequest:
    """Mẫu 02: all that is missing, told once (TT 01/2018 Điều 15.3)."""

    form: ClassVar[str] = "02"
    letterhead: Letterhead
    applicant: Person
    procedure: str
    items: list[str]
    reason: str
    contact: str  # name and phone
    guide_name: str
    code: str = ""  # "" before acceptance
    lookup: Lookup | None = None
    answer_by: dt.date | None = None


@dataclass(frozen=True)
class Refusal:
    """Mẫu 03."""

    form: ClassVar[str] = "03"
    letterhead: Letterhead
    applicant: Person
    procedure: str
    reason: str
    submitter_name: str
    receiver_name: str
    code: str = ""


@dataclass(frozen=True)
class Apology:
    """Mẫu 04: one new date at most, told a day before the old one (NĐ 61/2018 Điều 19)."""

    form: ClassVar[str] = "04"
    letterhead: Letterhead
    addressee: str
    received_on: dt.date
    agency: str
    procedure: str
    submitter: Person
    code: str
    old_due_at: dt.datetime
    reason: str
    new_due_at: dt.datetime
    signer_title: str
    signer_name: str
    lookup: Lookup | None = None


@dataclass(frozen=True)
class StopNotice:
    """Mẫu 05: on the applicant's request. Its layout was not seen: fields inferred."""

    form: ClassVar[str] = "05"
    letterhead: Letterhead
    addressee: str
    code: str
    procedure: str
    submitter: Person
    requested_on: dt.date
    request_form: str  # how the request came: "Đơn đề nghị", "Trực tuyến"
    request_reason: str
    stage: str
    stopped_at: dt.datetime
    signer_title: str
    signer_name: str
    fees: str = ""
    returned_papers: list[str] | None = None


@dataclass(frozen=True)
class HandOver:
    """One row of the control sheet; an empty one is filled in by hand."""

    giving_unit: str
    taking_unit: str
    at: dt.datetime | None
    giver: str
    taker: str
    outcome: Outcome | None = None
    note: str = ""


@dataclass(frozen=True)
class ControlSheet:
    """Mẫu 06 (Mẫu 05 of TT 01/2018): one row for each hand-over."""

    form: ClassVar[str] = "06"
    letterhead: Letterhead
    code: str
    agency: str
    partners: str
    received_at: dt.datetime
    due_at: dt.datetime
    rows: list[HandOver]


@dataclass(frozen=True)
class Original:
    """One paper of the hand-over slip."""

    code: str
    applicant: str
    name: str
    originals: int
    state: str = ""  # "got", "missing": once the other side has looked
    note: str = ""


@dataclass(frozen=True)
class OriginalsHandedOver:
    """Phiếu bàn giao bản gốc: no form of the circulars, so fields and layout are the portal's."""

    form: ClassVar[str] = "BG"
    letterhead: Letterhead
    from_unit: str
    from_person: str
    to_unit: str
    sent_at: dt.datetime
    items: list[Original]
    dossiers: str  # how many, in figures
    originals: str
    note: str = ""


FormData = (
    Receipt | SupplementRequest | Refusal | Apology | StopNotice | ControlSheet
    | OriginalsHandedOver
)  # fmt: skip


def plain_data(form: FormData) -> dict[str, Any]:
    """The form as text, numbers and lists, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        data: dict[str, Any] = _plain(form)
        head = form.letterhead
        data["letterhead"]["date_line"] = date_line(head.place, head.day)
        data["office_symbol"] = head.office_symbol
    return data


def _plain(value: Any, *, narrow: bool = False) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        narrow = isinstance(value, HandOver)
        return {f.name: _plain(getattr(value, f.name), narrow=narrow) for f in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return short_moment(value) if narrow else moment_words(value)
    if isinstance(value, dt.date):
        return day_words(value)
    return value
