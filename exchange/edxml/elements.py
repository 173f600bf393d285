"""One element of a message as it is read: by local name, in any order, its faults collected."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from enum import IntEnum
from typing import TypeVar

from django.utils.translation import gettext as _
from lxml import etree

from common.text import nfc
from common.working_time import LOCAL, YEARS
from exchange.edxml.faults import Faults
from exchange.edxml.messages import NAMESPACE

TEXT_MOST = 2_000  # letters of a text that has no limit of its own
_SPACES = re.compile(r"\s+")
_DAY = re.compile(
    r"(?:(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})[/-](?P<m2>\d{1,2})[/-](?P<y2>\d{4}))"
    r"(?:[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
Choice = TypeVar("Choice", bound=IntEnum)


def clean(text: str) -> str:
    """NFC, blanks as single spaces, no control or direction marks."""
    spaced = _SPACES.sub(" ", text)
    kept = "".join(char for char in spaced if unicodedata.category(char)[0] != "C")
    return nfc(_SPACES.sub(" ", kept)).strip()


class Element:
    """One element, or none: then every question has the answer "nothing"."""

    def __init__(self, found: etree._Element | None, path: str, faults: Faults) -> None:
        self.found, self.path, self.faults = found, path, faults

    def __bool__(self) -> bool:
        return self.found is not None

    def named(self, name: str) -> str:
        """How a fault calls a child: "From/OrganId"."""
        return f"{self.path}/{name}" if self.path else name

    def all(self, *names: str) -> list[Element]:
        """The children of these local names, in the standard's namespace or in none."""
        known = [] if self.found is None else self.found.iterchildren(etree.Element)
        return [
            Element(each, self.named(names[0]), self.faults)
            for each in known
            if (tag := etree.QName(each)).localname in names and tag.namespace in (NAMESPACE, None)
        ]

    def one(self, *names: str, required: bool = False) -> Element:
        """The child of one of these local names; two are a fault, and so is none if `required`."""
        found = self.all(*names)
        if len(found) > 1:
            self.faults.twice(self.named(names[0]))
        elif not found and required:
            self.faults.missing(self.named(names[0]))
        return found[0] if found else Element(None, self.named(names[0]), self.faults)

    def raw(self) -> str:
        """The whole text, comments left out; a fault when other elements stand in it."""
        if self.found is None:
            return ""
        parts = [self.found.text or ""]
        for child in self.found:
            if isinstance(child.tag, str):
                self.faults.add(_("%s must hold a text only.") % self.path)
                return ""
            parts.append(child.tail or "")
        return "".join(parts)

    def text(self, *names: str, required: bool = False, most: int = TEXT_MOST) -> str:
        """The child's text, cleaned; "" when there is none."""
        child = self.one(*names)
        told = clean(child.raw())
        if required and not told:
            self.faults.missing(child.path)
        if len(told) > most:
            self.faults.too_long(child.path, most)
        return told

    def texts(self, name: str) -> tuple[str, ...]:
        """Of every child of that name that has one."""
        told = (clean(each.raw())[:TEXT_MOST] for each in self.all(name))
        return tuple(each for each in told if each)

    def number(self, name: str) -> int | None:
        told = self.text(name)
        if re.fullmatch(r"[0-9]{1,6}", told):
            return int(told)
        if told:
            self.faults.unreadable(self.named(name), told, "12")
        return None

    def choice(self, name: str, choices: type[Choice]) -> Choice | None:
        number = self.number(name)
        if number is None:
            return None
        try:
            return choices(number)
        except ValueError:
            example = ", ".join(str(each.value) for each in choices)
            self.faults.unreadable(self.named(name), str(number), example)
            return None

    def truth(self, name: str) -> bool | None:
        told = self.text(name).lower()
        if told in ("true", "1"):
            return True
        if told not in ("", "false", "0"):
            self.faults.unreadable(self.named(name), told, "true")
        return False if told else None

    def day(self, name: str, *, required: bool = False) -> dt.date | None:
        """2026/03/02, 02/03/2026 or 2026-03-02, with or without a time."""
        at = self.moment(name, required=required, example="2026/03/02")
        return at.date() if at else None

    def moment(
        self, name: str, *, required: bool = False, example: str = "2026/03/02 08:30:00"
    ) -> dt.datetime | None:
        """A day as above, with its time; local where no zone is told."""
        told = self.text(name, required=required)
        if not told:
            return None
        try:
            return _moment(told)
        except (ValueError, OverflowError):
            self.faults.unreadable(self.named(name), told, example)
            return None


def _moment(told: str) -> dt.datetime:
    match = _DAY.fullmatch(told)
    if match is None:
        raise ValueError(told)
    year, month, day = (int(match[key] or match[f"{key}2"]) for key in "ymd")
    if year not in YEARS:
        raise ValueError(told)
    time = dt.time.fromisoformat((match["time"] or "00:00").zfill(5 if told.count(":") < 2 else 8))
    at = dt.datetime.combine(dt.date(year, month, day), time)
    zone = match["zone"]
    if not zone:
        return at.replace(tzinfo=LOCAL)
    return dt.datetime.fromisoformat(f"{at.isoformat()}{zone}").astimezone(LOCAL)
