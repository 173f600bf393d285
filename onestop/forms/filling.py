"""Typing less: the applicant from the QR of his card, or from an earlier dossier of his."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from onestop.models import Dossier
from onestop.queries.counter import person_of_earlier_dossier
from onestop.rules.identity_card import IDENTITY_CARD, UnreadableError, check_number, read
from onestop.states import PersonKind
from organizations.models import User
from organizations.rulesets import rules

APPLICANT = "applicant-"


@dataclass(frozen=True)
class Filled:
    """The form's content with what was found, and a sentence about it."""

    data: QueryDict
    words: str
    tone: str = "success"
    source: Dossier | None = None  # the earlier dossier that was read


def fill_applicant(data: QueryDict, user: User, day: dt.date) -> Filled:
    """Read the scanned text if there is one, then what an earlier dossier knows of the number.

    The card goes before the earlier dossier; what was typed into phone and e-mail stays.
    """
    copy = data.copy()
    scan = copy.get("scan", "").strip()
    if scan:
        try:
            card = read(scan, rules(IDENTITY_CARD, day))
        except UnreadableError:
            words = _("This is not the QR of an identity card. Scan again, or type the facts.")
            return Filled(copy, words, "error")
        copy["scan"] = ""
        born = f"{card.born_on:%d/%m/%Y}" if card.born_on else ""
        _put(copy, kind=PersonKind.CITIZEN, number=card.number, name=card.name, born_on=born)
        _put(copy, **({"address": card.address} if card.address else {}))
    kind = copy.get(f"{APPLICANT}kind") or PersonKind.CITIZEN
    number = check_number(copy.get(f"{APPLICANT}number", ""), kind)
    found = person_of_earlier_dossier(number.text, user) if number.is_valid else None
    source = None
    if found is not None:
        earlier, source = found
        born = f"{earlier.born_on:%d/%m/%Y}" if earlier.born_on else ""
        _put_missing(
            copy, name=earlier.name, born_on=born, phone=earlier.phone, email=earlier.email,
            address=earlier.address,
        )  # fmt: skip
    if scan:
        return Filled(copy, _("Filled in from the identity card."), source=source)
    if source is not None:
        words = _("Filled in from an earlier dossier. Compare with the paper.")
        return Filled(copy, words, source=source)
    return Filled(copy, _("No earlier dossier of this number. Type the facts."), "info")


def _put(data: QueryDict, **facts: str) -> None:
    for name, value in facts.items():
        data[APPLICANT + name] = value


def _put_missing(data: QueryDict, **facts: str) -> None:
    for name, value in facts.items():
        if value and not data.get(APPLICANT + name, "").strip():
            data[APPLICANT + name] = value
