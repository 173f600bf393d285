"""The QR of an identity card as a scanner types it, and the numbers of people and enterprises.

The order of the fields was noted from memory, not read in a public text: so it is a dated rule
set (`identity_card`), and a province can correct it without new code.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from common.text import nfc
from onestop.states import PersonKind
from organizations.rulesets import register, setting

FIELDS = ("number", "old_number", "name", "born_on", "sex", "address", "issued_on")
CITIZEN = re.compile(r"[0-9]{12}")  # Luật Căn cước 2023 Điều 12: số định danh cá nhân
OLD_CARD = re.compile(r"[0-9]{9}")  # chứng minh nhân dân: no longer valid since 2025, Điều 46
PASSPORT = re.compile(r"(?=.*[A-Z])[A-Z0-9]{6,12}")
TAX = re.compile(r"[0-9]{10}([0-9]{3})?")  # TT 86/2024/TT-BTC: 10, or 13 of a dependent unit
AGENCY = re.compile(r"[A-Z0-9.]{4,20}")
PHONE = re.compile(r"0[0-9]{9,10}")


@dataclass(frozen=True)
class CardRules:
    """How the text of the QR is read; chosen by the day of the scan."""

    separator: str = setting("|", "from memory: check with a card")
    fields: tuple[str, ...] = setting(FIELDS, "from memory: check with a card; more are ignored")
    date_order: str = setting("%d%m%Y", "from memory: check with a card")


IDENTITY_CARD = register("identity_card", CardRules)


@dataclass(frozen=True)
class Card:
    """What the card says about its holder; what cannot be read is empty."""

    number: str
    name: str
    born_on: dt.date | None = None
    address: str = ""


class UnreadableError(ValueError):
    """The text is not the QR of an identity card."""


def read(text: str, rules: CardRules | None = None) -> Card:
    """The card of a scanned text. Raises UnreadableError when number or name are not there."""
    rules = rules or CardRules()
    parts = [part.strip() for part in nfc(text).strip().split(rules.separator)]
    found = dict(zip(rules.fields, parts, strict=False))
    number, name = found.get("number", ""), " ".join(found.get("name", "").split())
    if not CITIZEN.fullmatch(number) or not re.search(r"[^\W\d_]", name):
        raise UnreadableError
    return Card(
        number, name[:200], _day(found.get("born_on", ""), rules), found.get("address", "")[:300]
    )


def _day(text: str, rules: CardRules) -> dt.date | None:
    """The date, or None: some older people have a year of birth only."""
    try:
        return dt.datetime.strptime(text, rules.date_order).date()  # noqa: DTZ007 a bare date
    except ValueError:
        return None


@dataclass(frozen=True)
class Number:
    """A number as it is stored, and whether it may stand and may be doubted."""

    text: str
    is_valid: bool
    is_unusual: bool = field(default=False)  # accepted, and said so


def check_number(text: str, kind: str) -> Number:
    """An identity or tax number without blanks and hyphens.

    A citizen: 12 digits; an old card or a passport passes as unusual. An enterprise: 10 or 13
    digits, kept without the hyphen, because its last four are the second factor of the look-up.
    """
    bare = re.sub(r"[\s\-]", "", text).upper()
    if kind == PersonKind.CITIZEN:
        unusual = bool(OLD_CARD.fullmatch(bare) or PASSPORT.fullmatch(bare))
        return Number(bare, bool(CITIZEN.fullmatch(bare)) or unusual, unusual)
    if kind == PersonKind.ENTERPRISE:
        return Number(bare, bool(TAX.fullmatch(bare)))
    return Number(bare, bool(AGENCY.fullmatch(bare)))


def check_phone(text: str) -> str | None:
    """A phone number of Viet Nam in digits, from 0; None when it is none."""
    bare = re.sub(r"[\s.\-()]", "", text)
    bare = re.sub(r"^(\+84|0084)", "0", bare)
    return bare if PHONE.fullmatch(bare) else None
