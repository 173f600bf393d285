"""Reads of printed forms, and of the words that they carry."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from papers import rules
from papers.models import FormWords, PrintedForm
from papers.wording import Words, shipped_of


def form_with_token(token: str) -> PrintedForm | None:
    """The paper whose QR carries this token, also a voided one (its page says that it is void);
    None for reprinted, corrected and unknown ones.

    One query also for a malformed token, so that all wrong answers cost the same.
    """
    found: PrintedForm | None = PrintedForm.objects.filter(
        token_digest=rules.token_digest(token)
    ).first()
    return found


@dataclass(frozen=True)
class Edition:
    """Words of a form with their day: shipped ones, or a row of the province."""

    key: str  # "tt03-2025", or the number of the row
    form: str
    words: Words
    valid_from: dt.date | None
    source: str
    row: FormWords | None = None

    @property
    def name(self) -> str:
        if self.row is None:
            return _("%(circular)s, as shipped") % {"circular": self.source}
        if self.row.name:
            subject = self.row.subject or _("every procedure")
            return f"{self.row.name} ({subject})"
        return _("Version %(number)s of the province") % {"number": self.row.pk}


def editions_of(form: str) -> list[Edition]:
    """Shipped and own words that are published, oldest first; taken back ones are left out."""
    return editions_among(form, list(FormWords.objects.in_use().filter(form=form)))


def editions_among(form: str, rows: list[FormWords]) -> list[Edition]:
    """The same of rows that were read already."""
    own = [edition_of(row) for row in rows]
    law = [
        Edition(slugify(each.key.replace("/", "-")), form, each.words, each.valid_from, each.source)
        for each in shipped_of(form)
    ]
    return sorted(law + own, key=_turn)


def _turn(one: Edition) -> tuple[dt.date, bool, int]:
    """By day; of one day the province's own come last, the newest at the end."""
    row = one.row
    return one.valid_from or dt.date.max, row is not None, row.pk if row else 0


def edition_of(row: FormWords) -> Edition:
    return Edition(str(row.pk), row.form, row.as_words(), row.valid_from, row.source, row)


def in_force_among(editions: list[Edition], day: dt.date) -> Edition:
    """The one of a day; the oldest for days before any."""
    held = [one for one in editions if one.valid_from is not None and one.valid_from <= day]
    return held[-1] if held else editions[0]


def base_of(row: FormWords, day: dt.date) -> Edition:
    """The words that a draft would take the place of: of a template those of its own name."""
    editions = editions_of(row.form)
    same = [one for one in editions if one.row and row.name and _alike(one.row, row)]
    return same[-1] if same else in_force_among(editions[:1] if row.name else editions, day)


def _alike(one: FormWords, other: FormWords) -> bool:
    return (one.name, one.subject) == (other.name, other.subject)


def differences(old: Words, new: Words) -> list[dict[str, str]]:
    """Line by line what the new words say otherwise: rows with sign "-", "+" or "" (the same)."""
    rows = []
    for line in difflib.ndiff(_as_lines(old), _as_lines(new)):
        sign, words = line[:1].strip(), line[2:]
        if sign != "?":
            rows.append({"sign": sign, "words": words})
    return rows


def _as_lines(words: Words) -> list[str]:
    labels = [f"{key}: {value}" for key, value in sorted(words.labels.items())]
    texts = (words.title, words.number, words.basis, words.body, words.sign_left, words.sign_right)
    return [line for text in texts for line in text.split("\n") if line.strip()] + labels
