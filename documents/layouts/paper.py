"""What a document says, before it is set on paper: plain data of the drafter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.urgency import Urgency
from documents.rules.numbers import number_words


class Capacity(models.TextChoices):
    """Quyền hạn của người ký (NĐ 30/2020/NĐ-CP Điều 13; Phụ lục I, Phần I, Mục II.7b)."""

    OWN = "", _("In his own position")
    ACTING = "Q.", _("Q. – acting head")
    DEPUTY = "KT.", _("KT. – deputy, for the head")
    ORDER = "TL.", _("TL. – by order of the head")
    AUTHORISED = "TUQ.", _("TUQ. – authorised by the head")


@dataclass(frozen=True)
class Signer:
    """Who signs. `collective` is the body he signs for (TM.), `head` whose place he takes."""

    position: str
    name: str
    capacity: str = Capacity.OWN
    head: str = ""
    collective: str = ""

    @property
    def lines(self) -> list[str]:
        """ "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"."""
        found = [f"TM. {self.collective}"] if self.collective else []
        if self.capacity == Capacity.ACTING:
            return [*found, f"{self.capacity} {self.position}"]
        if self.capacity and self.head:
            found.append(f"{self.capacity} {self.head}")
        return [*found, self.position]


@dataclass(frozen=True)
class Annex:
    """A "Phụ lục", or a regulation that a decision issues when `type_name` is told."""

    title: str
    text: str
    type_name: str = ""  # "Quy chế": no "Phụ lục I" above it
    wide: bool = False  # across the sheet, for tables of many columns


@dataclass(frozen=True)
class Meeting:
    """What an invitation tells (NĐ 30/2020/NĐ-CP Phụ lục III, Mẫu 1.7)."""

    occasion: str  # "cuộc họp triển khai …"
    chair: str
    time: str
    place: str


@dataclass(frozen=True)
class Paper:
    """One document. Without `number` and `issued_on` their places stay empty, as form fields."""

    type_code: str
    issuer: str
    place: str
    symbol: str  # "QĐ-UBND": what stands behind the slash
    subject: str
    text: str
    signer: Signer
    superior: str = ""
    number: int | None = None
    issued_on: dt.date | None = None
    decider: str = ""  # thẩm quyền ban hành of a decision; the issuer when empty
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()  # without "Lưu"
    archive: str = "VT"  # behind "Lưu:"
    urgency: int = Urgency.NORMAL
    meeting: Meeting | None = None
    beside: Signer | None = None  # secretary of minutes, other party of a contract
    annexes: tuple[Annex, ...] = ()
    check_url: str = ""  # of the QR code at its foot; empty: none
    sample: bool = False


@dataclass(frozen=True)
class Copy:
    """The block of a certified copy on paper (NĐ 30/2020/NĐ-CP Phụ lục I, Phần II, Mục II)."""

    type_code: str  # ban-sao-y, ban-sao-luc, ban-trich-sao
    issuer: str
    place: str
    symbol: str  # "SY-UBND"
    signer: Signer
    number: int | None = None
    issued_on: dt.date | None = None
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


def date_words(day: dt.date) -> str:
    """What follows the word "ngày": "05 tháng 01 năm 2026" (the same, Mục II.4b)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    parts = {"day": f"{day:%d}", "month": month, "year": str(day.year)}
    return gettext("%(day)s month %(month)s year %(year)s") % parts


def meeting_words(starts: dt.datetime, ends: dt.datetime | None) -> str:
    """When a meeting is, as an invitation says it: "08 giờ 00, ngày 25 tháng 11 năm 2026". Local
    times; call it with Vietnamese active."""
    parts = {"start": _clock(starts), "day": date_words(starts.date())}
    if ends is None:
        return gettext("%(start)s, day %(day)s") % parts
    parts |= {"end": _clock(ends), "last": date_words(ends.date())}
    if ends.date() == starts.date():
        return gettext("from %(start)s to %(end)s, day %(day)s") % parts
    return gettext("from %(start)s, day %(day)s to %(end)s, day %(last)s") % parts


def _clock(moment: dt.datetime) -> str:
    return gettext("%(hour)s hours %(minute)s") % {
        "hour": f"{moment:%H}", "minute": f"{moment:%M}"
    }  # fmt: skip


def issue_values(number: int, day: dt.date) -> dict[str, str]:
    """What is filled into the fields when a document is issued. Call it with Vietnamese active."""
    return {"so": number_words(number), "ngay": date_words(day)}
