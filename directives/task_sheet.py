"""Reads a sheet of running tasks: rows and faults, each in its row and column. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import IO, Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sheet_rows import Sheet, words_in
from common.text import unaccented
from directives.models import Task
from directives.queries.givers import followers_of, givers_for, leaders_of, open_below
from directives.rulesets import DIRECTIVES
from directives.states import Every, Origin
from organizations.models import Unit, User
from organizations.rulesets import rules

MOST_ROWS = 2000
DAYS = ("given_on", "due_on")
HEADINGS: dict[str, Any] = {
    "origin": gettext_lazy("Kind of source"),
    "reference": gettext_lazy("Number and symbol"),
    "subject": gettext_lazy("Abstract, or name of the meeting"),
    "given_on": gettext_lazy("Day of the giving"),
    "giver": gettext_lazy("Giver"),
    "content": gettext_lazy("What is to be done"),
    "lead": gettext_lazy("Lead"),
    "cooperate": gettext_lazy("Co-operate"),
    "due_on": gettext_lazy("Deadline"),
    "product": gettext_lazy("Product asked for"),
    "field": gettext_lazy("Field of work"),
    "follower": gettext_lazy("Followed by"),
    "percent": gettext_lazy("Done, in percent"),
    "every": gettext_lazy("Comes again"),
}
NEEDED = ("subject", "given_on", "giver", "content", "lead")
LONGEST = {"reference": 60, "subject": 500, "content": 2000, "product": 500}
WRITTEN_OUT = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan"}
NAMED = (Origin.ORAL, Origin.PROGRAMME, Origin.CONCLUSION)  # need no number


@dataclass
class TaskRow:
    """One task as it was typed; days are ISO, what could not be read is empty."""

    number: int
    origin: str = ""
    reference: str = ""
    subject: str = ""
    given_on: str = ""
    giver: str = ""
    content: str = ""
    lead: str = ""
    cooperate: str = ""
    due_on: str = ""
    product: str = ""
    field: str = ""
    follower: str = ""
    percent: str = ""
    every: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def source(self) -> tuple[str, ...]:
        """Rows of the same one come from one directive."""
        return (self.origin, self.reference, self.subject, self.given_on, self.giver)

    @property
    def day_due(self) -> dt.date | None:
        return dt.date.fromisoformat(self.due_on) if self.due_on else None

    @property
    def day_given(self) -> dt.date:
        return dt.date.fromisoformat(self.given_on)


TaskSheet = Sheet[TaskRow]


class Known:
    """What the words of a sheet may mean in a body: its leaders, the units below it, its fields."""

    def __init__(self, unit: Unit, user: User) -> None:
        self.unit, self.user = unit, user

    @cached_property
    def units(self) -> dict[str, set[int]]:
        """By code, symbol and name; a name may be that of several."""
        return _by_words(
            (words, each.pk)
            for each in open_below(self.unit)
            for words in {each.code, each.symbol, each.name} - {""}
        )

    @cached_property
    def givers(self) -> dict[str, set[int]]:
        return _people(givers_for(self.user, leaders_of(self.unit), self.unit))

    @cached_property
    def followers(self) -> dict[str, set[int]]:
        return _people(followers_of(self.unit))

    @cached_property
    def areas(self) -> dict[str, str]:
        return {unaccented(each): each for each in rules(DIRECTIVES, timezone.localdate()).fields}

    def unit_of(self, words: str) -> int | None:
        return _one(self.units, words)

    def helpers_of(self, row: TaskRow) -> list[int]:
        """Those that are known."""
        found = [self.unit_of(words) for words in parts_of(row.cooperate)]
        return list(dict.fromkeys(pk for pk in found if pk is not None))


def read_sheet(upload: IO[bytes]) -> TaskSheet:
    """Rows of the first sheet. A file that is no such sheet is a DomainError."""
    sheet = TaskSheet(HEADINGS)
    for number, values in sheet.cells(upload, MOST_ROWS, _headers(), NEEDED):
        row = TaskRow(number)
        for column, value in values.items():
            read = sheet.day(number, column, value) if column in DAYS else words_in(value)
            setattr(row, column, read)
        sheet.rows.append(row)
    return sheet


def check(sheet: TaskSheet, known: Known) -> None:
    """Add every fault that shape, the body, other rows and tasks that are there already show."""
    there = _there(sheet.rows, known)
    seen: dict[tuple[Any, ...], int] = {}
    for row in sheet.rows:
        told = {each.column for each in sheet.faults_of(row.number)}
        for column, message in _faults_of(row, known):
            if column not in told:
                sheet.blame(row.number, column, message)
        same = (row.reference, known.unit_of(row.lead), row.content)
        if same in there:
            sheet.blame(row.number, "content", _("The task is there already."))
        elif same in seen:
            words = _("The same task stands in row %(row)s.") % {"row": seen[same]}
            sheet.blame(row.number, "content", words)
        seen.setdefault(same, row.number)
    sheet.faults.sort(key=lambda fault: fault.row)


def parts_of(words: str) -> list[str]:
    return [each.strip() for each in words.split(";") if each.strip()]


def origin_of(words: str) -> str:
    """By its key or its name, Vietnamese or English; nothing said is a document, "" unknown."""
    return _choices(Origin).get(unaccented(words), "") if words else str(Origin.DOCUMENT)


def every_of(words: str) -> str:
    """By its key or its name, Vietnamese or English; "" once, or unknown."""
    return _choices(Every).get(unaccented(words), "")


def _headers() -> dict[str, list[str]]:
    """The words of each column in every language, without marks."""
    found: dict[str, list[str]] = {column: [] for column in HEADINGS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column, words in HEADINGS.items():
                found[column].append(unaccented(str(words)))
    return found


def _choices(kind: type[Origin] | type[Every]) -> dict[str, str]:
    """Each by its key and its name in every language."""
    found = {str(each): str(each) for each in kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {unaccented(str(each.label)): str(each) for each in kind}
    return found


def _faults_of(row: TaskRow, known: Known) -> Iterator[tuple[str, str]]:
    for column in NEEDED:
        if not getattr(row, column):
            yield column, _("Empty.")
    for column, longest in LONGEST.items():
        if len(getattr(row, column)) > longest:
            yield column, _("Longer than %(n)s characters.") % {"n": longest}
    origin = origin_of(row.origin)
    if not origin:
        yield "origin", _("There is no kind of source “%(words)s”.") % {"words": row.origin[:60]}
    elif origin not in NAMED and not row.reference:
        yield "reference", _("Enter the number and symbol of the document.")
    yield from _faults_of_people(row, known)
    yield from _faults_of_days(row)
    if row.field and unaccented(row.field) not in known.areas:
        yield "field", _("There is no field “%(words)s”.") % {"words": row.field[:60]}
    if row.percent and not (row.percent.isdecimal() and len(row.percent) < 4
                            and int(row.percent) <= 100):  # fmt: skip
        yield "percent", _("Enter a whole number from 0 to 100.")


def _faults_of_people(row: TaskRow, known: Known) -> Iterator[tuple[str, str]]:
    if row.giver and _one(known.givers, row.giver) is None:
        yield (
            "giver",
            _("%(words)s: no leader, or not one, in whose name you give tasks.")
            % {"words": row.giver[:60]},
        )
    if row.follower and _one(known.followers, row.follower) is None:
        yield (
            "follower",
            _("%(words)s: nobody, or not one, who follows tasks here.")
            % {"words": row.follower[:60]},
        )
    lead = known.unit_of(row.lead)
    for column, words in (("lead", row.lead), *(("cooperate", x) for x in parts_of(row.cooperate))):
        if words and (pk := known.unit_of(words)) is None:
            yield column, _("%(words)s: no unit, or not one, of %(unit)s.") % {
                "words": words[:60], "unit": known.unit.name
            }  # fmt: skip
        elif words and column == "cooperate" and pk == lead:
            yield column, _("A unit that leads does not co-operate with itself.")


def _faults_of_days(row: TaskRow) -> Iterator[tuple[str, str]]:
    if row.every and not every_of(row.every):
        yield "every", _("Nothing comes again “%(words)s”.") % {"words": row.every[:60]}
    elif row.every and row.day_due is None:
        yield "due_on", _("A task that comes again needs its first deadline.")
    if not row.given_on:
        return
    if row.day_given > timezone.localdate():
        yield "given_on", _("Tasks are entered on the day on which they are given, or later.")
    elif row.day_due is not None and row.day_due < row.day_given:
        yield "due_on", _("The deadline is before the day of the giving.")


def _there(rows: Iterable[TaskRow], known: Known) -> set[tuple[Any, ...]]:
    """What the body has given already, of these words. One query."""
    contents = {row.content for row in rows}
    found = Task.objects.filter(unit=known.unit, parent=None, content__in=contents)
    return set(found.values_list("directive__reference", "lead", "content"))


def _people(choices: Iterable[tuple[int, str]]) -> dict[str, set[int]]:
    """By full name and by user name. One query."""
    named = dict(choices)
    accounts = User.objects.filter(pk__in=named).values_list("username", "pk")
    return _by_words([*((name, pk) for pk, name in named.items()), *accounts])


def _by_words(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for words, pk in pairs:
        found.setdefault(_plain(words), set()).add(pk)
    return found


def _plain(words: str) -> str:
    """Without marks; a committee as it is written out."""
    return " ".join(WRITTEN_OUT.get(each, each) for each in unaccented(words).split())


def _one(known: dict[str, set[int]], words: str) -> int | None:
    """None for what nobody is called, and for what several are."""
    found = known.get(_plain(words), set())
    return next(iter(found)) if len(found) == 1 else None


def giver_of(row: TaskRow, known: Known) -> int | None:
    return _one(known.givers, row.giver)


def follower_of(row: TaskRow, known: Known) -> int | None:
    return _one(known.followers, row.follower) if row.follower else None
