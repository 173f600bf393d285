"""The sheets of a framework and their columns, with the words that stand at their heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.text import unaccented
from ranking.vocabulary import KEYS, TERMS, VALUES

Kind = Literal["text", "code", "number", "day", "yes_no", "choice"]


@dataclass(frozen=True)
class Column:
    """One column of a sheet, or one row of the general sheet; `values` names its choices."""

    key: str
    words: Promise
    kind: Kind = "text"
    width: int = 14
    values: str = ""


@dataclass(frozen=True)
class Sheet:
    key: str
    words: Promise
    columns: tuple[Column, ...]

    def place(self, key: str) -> int:
        return next(place for place, each in enumerate(self.columns) if each.key == key)


# Of every rule: what is one value. Steps, options and parts stand in a sheet of their own.
OF_RULE = (
    Column("type", KEYS["type"], "choice", 22, "type"),
    Column("a", KEYS["a"], width=26),
    Column("b", KEYS["b"], width=26),
    Column("out_of", KEYS["out_of"], "number", 9),
    Column("full_at", KEYS["full_at"], "number", 9),
    Column("on_empty", KEYS["on_empty"], "choice", 14, "on_empty"),
    Column("on_excess", KEYS["on_excess"], "choice", 14, "on_excess"),
    Column("each", KEYS["each"], "number", 9),
    Column("most", KEYS["most"], "number", 9),
    Column("label", KEYS["label"], width=26),
    Column("target", KEYS["target"], "number", 9),
    Column("side", KEYS["side"], "choice", 14, "side"),
    Column("lowest", KEYS["lowest"], "number", 9),
    Column("highest", KEYS["highest"], "number", 9),
    Column("guide", KEYS["guide"], width=26),
)
TREE = Sheet("tree", _("Criteria"), (
    Column("level", _("Level in the tree"), "choice", 18, "level"),
    Column("code", _("Code"), "code", 10),
    Column("parent", _("Stands in (code)"), "code", 10),
    Column("title", _("Criterion title"), width=50),
    Column("max", _("Maximum"), "number", 9),
    Column("weight", _("Weight"), "number", 8),
    *OF_RULE,
    Column("groups", _("Groups (codes)"), "code", 10),
    Column("evidence", _("Evidence"), width=30),
    Column("verifier", _("Verified by"), width=20),
    Column("measure", _("Automatic measure"), width=16),
    Column("source", _("Source"), width=30),
    Column("gap", _("Not known"), width=20),
))  # fmt: skip
DETAILS = Sheet("details", _("Details of rules"), (
    Column("criterion", _("Code of the criterion"), "code", 12),
    Column("part", _("Code of the part"), "code", 12),
    Column("kind", _("Kind of row"), "choice", 16, "kind"),
    Column("code", _("Code"), "code", 10),
    Column("title", _("Criterion title"), width=40),
    Column("max", _("Maximum"), "number", 9),
    Column("from", KEYS["from"], "number", 9),
    Column("points", KEYS["points"], "number", 9),
    Column("inclusive", KEYS["inclusive"], "yes_no", 14),
    *OF_RULE,
))  # fmt: skip
GENERAL = Sheet("general", _("General"), (
    Column("key", _("What"), width=38), Column("value", _("Value"), width=80),
))  # fmt: skip
GROUPS = Sheet("groups", _("Groups"), (
    Column("code", _("Code"), "code", 10), Column("name", _("Name"), width=40),
    Column("scope", _("Scope"), width=60),
))  # fmt: skip
CLASSES = Sheet("classes", _("Classes"), (
    Column("label", _("Class"), width=24), Column("from", _("From % of the maximum"), "number", 16),
    Column("inclusive", KEYS["inclusive"], "yes_no", 16),
))  # fmt: skip
SCHEDULE = Sheet("schedule", _("Schedule"), (
    Column("step", _("Step of the year"), "choice", 24, "step"),
    Column("day", _("Last day"), "day", 14), Column("note", _("Note"), width=50),
))  # fmt: skip
GUIDE = Sheet("guide", _("How to fill in"), ())
SHEETS = (TREE, DETAILS, GENERAL, GROUPS, CLASSES, SCHEDULE)

ROWS_OF_DETAILS = {"steps": KEYS["steps"], "options": KEYS["options"], "parts": KEYS["parts"]}
VALUES_OF: Mapping[str, Mapping[str, Promise]] = {**VALUES, "kind": ROWS_OF_DETAILS}

# The rows of the general sheet: the way to the value in the plain data, and what it is
LISTS = ("source", "gaps", "council.members")
PATHS = {"data_window.first": "data_window.from", "data_window.last": "data_window.to"}
KINDS_OF_TERMS: dict[str, tuple[Kind, str]] = {
    "code": ("code", ""), "year": ("number", ""), "is_sample": ("yes_no", ""),
    "scale.maximum": ("number", ""), "scale.precision": ("number", ""),
    "scale.rank_by": ("choice", "rank_by"), "scale.floor": ("number", ""),
    "scale.ties": ("choice", "ties"), "lateness.due": ("day", ""),
    "lateness.due_day_is_late": ("yes_no", ""), "lateness.grace_days": ("number", ""),
    "lateness.deduction": ("number", ""), "data_window.first": ("day", ""),
    "data_window.last": ("day", ""),
}  # fmt: skip
LISTED_ELSEWHERE = ("classes", "groups", "schedule")
ROWS: tuple[Column, ...] = tuple(
    Column(key, words, *KINDS_OF_TERMS.get(key, ("text", ""))[:1],
           values=KINDS_OF_TERMS.get(key, ("text", ""))[1])
    for key, words in {"code": _("Code"), "year": _("Year"), **TERMS}.items()
    if key not in LISTED_ELSEWHERE
)  # fmt: skip


def plain_name(words: object) -> str:
    """As heads and choices are compared: without marks, capitals and double blanks."""
    return unaccented(str(words))


def names_of(words: Iterable[tuple[str, Promise]]) -> dict[str, str]:
    """Every name under which a key is known: itself, and its words in each language."""
    pairs = list(words)
    found = {plain_name(key): key for key, _words in pairs}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {plain_name(each): key for key, each in pairs}
    return found


@cache
def sheet_names() -> dict[str, str]:
    return names_of((each.key, each.words) for each in (*SHEETS, GUIDE))


@cache
def column_names(sheet: str) -> dict[str, str]:
    found = next(each for each in SHEETS if each.key == sheet)
    return names_of((each.key, each.words) for each in found.columns)


@cache
def row_names() -> dict[str, str]:
    return names_of((each.key, each.words) for each in ROWS)


@cache
def value_names(values: str) -> dict[str, str]:
    return names_of(VALUES_OF[values].items())
