"""The words of a form: those that come with the portal, and what makes words fit for use.

Shipped words are `papers/data/words/*.toml`, one file for each circular and form, dated by
`papers/data/editions.csv` (TT 01/2018/TT-VPCP, from 15/9/2025 TT 03/2025/TT-VPCP; form 05 is
inferred, its layout was not seen). A file that was ever in use is never edited again: papers of
that time are printed with it (a test holds their digests); newer words get a newer file.
A province's own words are rows (`models.FormWords`) and go before them from their day on.
"""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from common.digests import digest_of_data
from papers.fields import FIELDS, NUMBER, RESULT, values_of
from papers.merge import (
    Fault,
    Field,
    blocks_of,
    faults_of,
    filled,
    filled_line,
    filled_text,
    names_in,
)

DATA = Path(__file__).resolve().parent / "data"
TEXTS = ("body", "sign_left", "sign_right")  # where the fields of the form may stand
LONGEST = 12_000  # letters of one text


@dataclass(frozen=True)
class Words:
    """Everything on a paper that is not the dossier's own."""

    title: str
    number: str = ""  # "{so_thu_tu}/PBS-{ky_hieu}"; "" where the paper has no number
    basis: str = ""  # "Mẫu số 02 – Thông tư số 03/2025/TT-VPCP"
    body: str = ""
    sign_left: str = ""  # caption, how to sign, name: a line each
    sign_right: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # heads of tables, names of choices

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def digest(self) -> str:
        return digest_of_data(self.as_data())


def words_of(data: Mapping[str, Any]) -> Words:
    """From what is stored or read from a file."""
    texts = {name: str(data.get(name, "")).strip() for name in ("title", "number", "basis", *TEXTS)}
    return Words(**texts, labels=dict(data.get("labels", {})))


@dataclass(frozen=True)
class Shipped:
    """Words that come with the portal."""

    key: str  # "TT03/2025"
    form: str
    valid_from: dt.date
    source: str
    words: Words


@cache
def shipped() -> tuple[Shipped, ...]:
    """All of them, by form, oldest first."""
    with (DATA / "editions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        Shipped(
            row["circular"], row["form"], dt.date.fromisoformat(row["valid_from"]), row["source"],
            _read(row["circular"], row["form"]),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.form, each.valid_from)))


def _read(key: str, form: str) -> Words:
    path = DATA / "words" / f"{key.replace('/', '-')}.{form}.toml"
    return words_of(tomllib.loads(path.read_text("utf-8")))


def shipped_of(form: str) -> list[Shipped]:
    return [each for each in shipped() if each.form == form]


def shipped_on(form: str, day: dt.date) -> Shipped:
    """In force on a day by law; the oldest ones for days before any we know."""
    rows = shipped_of(form)
    held = [each for each in rows if each.valid_from <= day]
    return held[-1] if held else rows[0]


def shipped_named(form: str, key: str) -> Shipped:
    return next(each for each in shipped_of(form) if each.key == key)


def faults_in(form: str, words: Words) -> dict[str, list[Fault]]:
    """Why these words cannot be printed, by the text in which it is; {} when they can.

    What is missing is told at the body, though any text may hold it.
    """
    fields = FIELDS[form]
    found = {name: faults_of(getattr(words, name), fields, whole=False) for name in TEXTS}
    whole = "\n".join(getattr(words, name) for name in TEXTS)
    found["body"] += [fault for fault in faults_of(whole, fields) if not fault.line]
    found["number"] = faults_of(words.number, NUMBER) if has_number(form) else []
    for name in ("title", "basis"):
        found[name] = faults_of(getattr(words, name), (), whole=False)
    for name in ("number", "title", "basis", *TEXTS):
        if len(getattr(words, name)) > LONGEST:
            found[name].append(Fault(0, _("This text is too long.")))
    found["title"] += [] if words.title else [Fault(0, _("A paper has a title."))]
    for name in ("sign_left", "sign_right"):
        found[name] += _blocks_in(getattr(words, name), fields)
    return {name: faults for name, faults in found.items() if faults}


def _blocks_in(text: str, fields: tuple[Field, ...]) -> list[Fault]:
    """A signature holds plain words only."""
    tables = {field.name for field in fields if field.shape != "text"} & set(names_in(text))
    return [
        Fault(0, _("{%(name)s} cannot stand in a signature.") % {"name": name}) for name in tables
    ]


def has_number(form: str) -> bool:
    return bool(shipped_of(form)[-1].words.number)


def number_words(words: Words, *, number: int, year: int, office_symbol: str) -> str:
    """ "12/PBS-TTPVHCC": as printed behind "Số:"."""
    facts = {"number_of_year": f"{number:02d}", "year": year, "office_symbol": office_symbol}
    return filled_line(words.number, NUMBER, facts)


def on_paper(form: str, words: Words, data: Mapping[str, Any]) -> dict[str, Any]:
    """Title, blocks and signatures of one paper, as plain data for its template."""
    values = values_of(form, data, words.labels)
    fields = FIELDS[form]
    return {
        "title": words.title,
        "basis": words.basis,
        "labels": dict(words.labels),
        "blocks": filled(words.body, fields, values),
        "sign_left": _signature(words.sign_left, fields, values),
        "sign_right": _signature(words.sign_right, fields, values),
        "recipients": filled_text(words.sign_left, fields, values) if form == RESULT else "",
    }


def started(words: Words, facts: Mapping[str, Any]) -> Words:
    """A template of a result with its values, marks kept; who signs stays open."""
    fields = FIELDS[RESULT]
    return replace(
        words,
        body=filled_text(words.body, fields, facts),
        sign_left=filled_text(words.sign_left, fields, facts),
    )


def finished(words: Words, signed: Mapping[str, str]) -> dict[str, Any]:
    """A result that a person wrote to its end, as plain data for papers/result.html."""
    return {
        "title": words.title,
        "blocks": blocks_of(words.body),
        "recipients": words.sign_left,
        "sign_right": _signature(words.sign_right, FIELDS[RESULT], signed),
        "labels": {},
    }


def _signature(text: str, fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, str]:
    """The first line is the caption, the last the name, what is between says how to sign."""
    lines = [filled_line(line, fields, values) for line in text.split("\n") if line.strip()]
    if not lines:
        return {}
    return {
        "who": lines[0],
        "how": "\n".join(lines[1:-1]),
        "name": lines[-1] if len(lines) > 1 else "",
    }
