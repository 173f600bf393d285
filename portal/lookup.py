"""The public look-up: from what a citizen typed or scanned to a page that may be shown.

Two levels. Code and the last four of the identity or tax number: how far it is and what to do.
Look-up number or QR of the slip: the whole page. Both levels are dated settings (LookupRules).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from common.addresses import network_of
from common.text import plain_number
from onestop.models import Dossier
from organizations.rulesets import LOOKUP, LookupRules, rules
from papers.queries import form_with_token
from papers.rules import whole_code
from portal import limits
from portal.limits import Limit
from portal.models import GuessKind
from portal.public import Level, PublicDossier, public_dossier
from tenancy.scope import required_province_id

SALT = "portal.lookup"
RESULT_SECONDS = 15 * 60
SHOWN = 4  # digits of the second factor


@dataclass(frozen=True)
class Found:
    """A dossier that may be shown, and how much of it."""

    dossier_id: int
    level: Level


@dataclass(frozen=True)
class QrAnswer:
    """What a scanned code opens; `opens_at` when an address sent too many wrong ones."""

    page: PublicDossier | None = None
    opens_at: dt.datetime | None = None
    dossier_id: int = 0


def by_code(code: str, digits: str, address: str) -> limits.Attempt[Found]:
    """Code and second factor. An unknown code and wrong digits cost and answer the same,
    and codes of parts, known or not, share the tries of their whole."""
    values = _rules()
    if values.code_level == "off":
        return limits.Attempt()
    level: Level = values.code_level
    return limits.attempt(
        [
            Limit(GuessKind.CODE, whole_code(code), values.wrong_per_code),
            Limit(GuessKind.ADDRESS, network_of(address), values.wrong_per_address),
            Limit(GuessKind.ALL, "", values.wrong_in_all),
        ],
        lambda: _with_code(code, digits, level),
    )


def by_sms(code: str, digits: str, phone: str) -> limits.Attempt[Found]:
    """Code and second factor in a text message: never more than the first level, whatever the web
    shows. It shares the limits of code and all with the web; a phone stands for the address."""
    values = _rules()
    if values.code_level == "off":
        return limits.Attempt()
    return limits.attempt(
        [
            Limit(GuessKind.CODE, whole_code(code), values.wrong_per_code),
            Limit(GuessKind.PHONE, phone, values.wrong_per_phone),
            Limit(GuessKind.ALL, "", values.wrong_in_all),
        ],
        lambda: _with_code(code, digits, "summary"),
    )


def by_number(number: str, address: str) -> limits.Attempt[Found]:
    """The look-up number of the slip."""
    values = _rules()
    if values.number_level == "off":
        return limits.Attempt()
    level: Level = values.number_level
    return limits.attempt(
        [
            Limit(GuessKind.NUMBER, network_of(address), values.wrong_per_address),
            Limit(GuessKind.NUMBERS, "", values.wrong_numbers_in_all),
        ],
        lambda: _with_number(number, level),
    )


def by_token(token: str, address: str) -> QrAnswer:
    """The QR of a slip in force. A right one is always answered: it cannot be guessed (160 bits),
    and it is what people are sent to when the other ways are closed."""
    values = _rules()
    form = form_with_token(token)
    if form and form.subject_type == Dossier._meta.label_lower and values.number_level != "off":
        dossier_id = int(form.subject_id)
        page = public_dossier(dossier_id, values.number_level)
        return QrAnswer(page=page, dossier_id=dossier_id)
    limit = Limit(GuessKind.QR, network_of(address), values.wrong_per_address)
    return QrAnswer(opens_at=limits.note_wrong(limit))


def sign(found: Found) -> str:
    """The way to the page, good for fifteen minutes, in this province."""
    facts = [required_province_id(), found.dossier_id, found.level]
    return signing.dumps(facts, salt=SALT)


def signed_page(signed: str) -> PublicDossier | None:
    """The page that `sign` led to, read anew; None when the way is too old or not ours."""
    try:
        province_id, dossier_id, level = signing.loads(signed, salt=SALT, max_age=RESULT_SECONDS)
    except signing.BadSignature:
        return None
    if province_id != required_province_id():
        return None
    return public_dossier(dossier_id, level)


def last_of(number: str) -> str:
    """The last four of an identity or tax number, without its marks ("0101234567-001": 7001)."""
    return plain_number(number)[-SHOWN:]


def _with_code(code: str, digits: str, level: Level) -> Found | None:
    rows = Dossier.objects.filter(code=code)
    known = rows.values_list("pk", "parent_id", "applicant_number").first()
    own_id, parent_id, number = known or (0, None, "")
    dossier_id = parent_id or own_id  # a part is answered with the whole
    same = constant_time_compare(last_of(number), digits)
    return Found(dossier_id, level) if same and len(last_of(number)) == SHOWN else None


def _with_number(number: str, level: Level) -> Found | None:
    dossier_id = Dossier.objects.filter(lookup_number=number).values_list("pk", flat=True).first()
    return Found(dossier_id, level) if dossier_id else None


def _rules() -> LookupRules:
    return rules(LOOKUP, timezone.localdate())
