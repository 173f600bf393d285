"""Codes, look-up numbers and tokens. No database, no clock.

Sources: QĐ 20/2020/QĐ-TTg and TT 01/2018/TT-VPCP Điều 19 (dossier code).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets

# --- The dossier code ----------------------------------------------------------------------------
# Accepts both orders of the unit code, so that dossiers of before 2020 can be found.
DOSSIER_CODE = re.compile(
    r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}|[A-Z]\d{2}(?:\.[0-9A-Z]{1,10})*)-\d{6}-\d{4,8}"
    r"(?:-\d{1,2}){0,2}"  # a part of a linked dossier; its look-up answers with the whole
)
PART_NUMBERS = re.compile(r"(?<=\d{4})(?:-\d{1,2}){1,2}\Z")


def dossier_code(unit_code: str, day: dt.date, number: int) -> str:
    """`H32.10-260302-0007`: identification code of the competent unit, day, counter of the day.

    Four digits from 0001, more when a unit passes 9,999 in a day.
    """
    if number < 1:
        raise ValueError(f"the counter of the day starts at 1, not {number}")
    return f"{unit_code}-{day:%y%m%d}-{number:04d}"


def whole_code(code: str) -> str:
    """The code of the whole dossier: that of a part without its numbers of part and round."""
    return PART_NUMBERS.sub("", code)


def is_dossier_code(text: str) -> bool:
    return DOSSIER_CODE.fullmatch(text) is not None


# --- The look-up number ---------------------------------------------------------------------------
LOOKUP_DIGITS = 10


def luhn_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812-1: finds every wrong digit and nearly every swap."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def new_lookup_number() -> str:
    """11 digits for a number pad: 10 random ones and a Luhn digit.

    Unique in a province only through the constraint of the table that keeps it: draw again when
    it refuses.
    """
    digits = f"{secrets.randbelow(10**LOOKUP_DIGITS):0{LOOKUP_DIGITS}d}"
    return digits + luhn_digit(digits)


def is_lookup_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{11}", text)) and luhn_digit(text[:-1]) == text[-1]


def spaced_lookup_number(number: str) -> str:
    """`123 4567 8903`: in groups, as it is printed and read aloud."""
    return f"{number[:3]} {number[3:7]} {number[7:]}"


# --- QR tokens ------------------------------------------------------------------------------------
TOKEN_BYTES = 20  # 160 bits; ASVS 11.5.1 asks for 128


def new_token() -> str:
    """A random token for a QR code, base64url. Only its digest is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_for(code: str, nonce: str, *, secret: str) -> str:
    """The same token again from secret, code and nonce: in the demo only (design: small things)."""
    digest = hmac.digest(secret.encode(), f"qr token\0{code}\0{nonce}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
