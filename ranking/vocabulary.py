"""The words of a framework's keys and values: in spreadsheets, in differences, on its page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ranking.rules.numbers import plain

Words = dict[str, Promise]

LEVELS: Words = {
    "area": _("Area"), "section": _("Section"), "criterion": _("Criterion"),
    "component": _("Component"),
}  # fmt: skip

KINDS: Words = {
    "proportion": _("Proportion a/b"),
    "step_table": _("Step table"),
    "options": _("Choice of options"),
    "parts": _("Parts that add up"),
    "per_item": _("Points per item"),
    "best_of_group": _("Compared with the best of the group"),
    "target": _("Target met"),
    "survey": _("Survey result"),
    "graded": _("Graded by the assessor"),
    "deduction": _("Deduction per case"),
    "information": _("Information only"),
}

VALUES: dict[str, Words] = {
    "on_empty": {
        "not_applicable": _("not applicable"), "zero": _("no points"), "full": _("all points"),
    },
    "on_excess": {"cap": _("at most the maximum"), "refuse": _("refused")},
    "side": {
        "at_least": _("at least"), "at_most": _("at most"), "above": _("above"),
        "below": _("below"),
    },
    "rank_by": {"total": _("by total"), "percent": _("by percent")},
    "ties": {"competition": _("1, 2, 2, 4"), "dense": _("1, 2, 2, 3")},
    "step": {
        "below": _("Units below"), "self_assessment": _("Self-assessment"),
        "appraisal": _("Appraisal"), "appeal": _("Appeals"), "publication": _("Publication"),
    },
    "type": KINDS,
    "level": LEVELS,
}  # fmt: skip

KEYS: Words = {
    "type": _("Scoring rule"),
    "a": _("Figure a"),
    "b": _("Figure b"),
    "out_of": _("Fixed b"),
    "full_at": _("All points from % on"),
    "on_empty": _("When b is 0"),
    "on_excess": _("When a is above b"),
    "each": _("Points for each"),
    "most": _("Most points taken away"),
    "label": _("What is counted"),
    "target": _("Target"),
    "side": _("Reached when"),
    "lowest": _("Lowest of the survey"),
    "highest": _("Highest of the survey"),
    "guide": _("Guide for the assessor"),
    "steps": _("Step of the table"),
    "options": _("Option"),
    "parts": _("Part of the criterion"),
    "from": _("From the figure on"),
    "points": _("Points"),
    "inclusive": _("The bound itself belongs to it"),
    "code": _("Code"),
    "title": _("Criterion title"),
    "max": _("Maximum"),
    "rule": _("Scoring rule"),
}

TERMS: Words = {
    "name": _("Name of the criteria set"),
    "decision": _("Deciding document"),
    "is_sample": _("Illustration only"),
    "notice": _("Notice of the illustration"),
    "standing_body": _("Standing body"),
    "source": _("Taken from"),
    "gaps": _("What the source does not tell"),
    "scale.maximum": _("Scale: maximum"),
    "scale.precision": _("Scale: decimals of totals"),
    "scale.rank_by": _("Ranks are made"),
    "scale.floor": _("Totals are not below"),
    "scale.ties": _("Ranks of equal totals"),
    "classes": _("Class"),
    "lateness.due": _("Forms are due on"),
    "lateness.due_day_is_late": _("A form of the due day is late"),
    "lateness.grace_days": _("Days late that cost points"),
    "lateness.deduction": _("Points taken away when late"),
    "lateness.after_grace": _("Class when later or never"),
    "groups": _("Group"),
    "schedule": _("Schedule"),
    "council.chair": _("Chair of the council"),
    "council.vice": _("Vice chair of the council"),
    "council.members": _("Members of the council"),
    "council.support": _("Support team"),
    "data_window.first": _("Data from"),
    "data_window.last": _("Data until"),
}

YES, NO = _("Yes"), _("No")
LEFT, NONE = _("what is left"), _("no bound")
FROM, ABOVE = _("from %(n)s %% on"), _("above %(n)s %%")


def value_words(key: str, value: object) -> str:
    """What stands under a key of terms or rules, as people read it; "" for nothing."""
    if value is None or value == "":
        return ""
    last = key.rpartition(".")[2]
    if key == "classes" and isinstance(value, tuple):
        return bound_words(*value)
    if key == "scale.floor" and value == "none":
        return str(NONE)
    if isinstance(value, bool):
        return str(YES if value else NO)
    if last in VALUES and str(value) in VALUES[last]:
        return str(VALUES[last][str(value)])
    return plain_words(value)


def plain_words(value: object) -> str:
    """A number as it was written, with the mark of the language; a day with the day first."""
    if isinstance(value, Decimal):
        return str(number_format(plain(value)))
    if isinstance(value, dt.date):
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    if isinstance(value, tuple | list):
        return ", ".join(filter(None, map(plain_words, value)))
    return str(value)


def bound_words(lowest: Decimal | None, is_inclusive: bool) -> str:
    """ "from 85 % on" of a class."""
    if lowest is None:
        return str(LEFT)
    return str(FROM if is_inclusive else ABOVE) % {"n": number_format(plain(lowest))}


def key_words(key: str) -> str:
    """ "steps.1.points" as "Step 1, Points"."""
    if key in TERMS:
        return str(TERMS[key])
    pieces: list[str] = []
    for piece in key.split("."):
        if piece.isdigit() and pieces:
            pieces[-1] += f" {piece}"
        else:
            pieces.append(str(KEYS.get(piece, piece)))
    return ", ".join(pieces)
