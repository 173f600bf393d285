"""What is published about the work itself, from how many cases on, and its arithmetic.

No database, no clock.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onestop.words import limit_words
from organizations.rulesets import ALWAYS, register, setting

Words = Any  # a sentence, or one that is translated when it is shown
CHOICE = "choice of the portal"
MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True)
class PublicFigures:
    """From how many cases on a figure is shown; chosen by today."""

    time_dossiers: int = setting(20, f"finished dossiers of a procedure; {CHOICE}")
    time_months: int = setting(12, f"months that are looked at; {CHOICE}")
    shown_ratings: int = setting(5, f"ratings of a unit in a month; {CHOICE}")


@dataclass(frozen=True)
class SubmissionRules:
    """Whether citizens submit here, and how often they may try; chosen by today."""

    own_online_submission: bool = setting(
        False, "NĐ 118/2025/NĐ-CP: online through the national portal only"
    )
    submissions_per_address: int = setting(
        30, f"attempts in an hour, faulty ones too; IPv6 counted by /64; {CHOICE}"
    )
    submissions_in_all: int = setting(500, f"accepted in an hour, of everybody; {CHOICE}")


@dataclass(frozen=True)
class CheckRules:
    """How often documents may be checked by everybody, and how large; chosen by today."""

    checks_per_address: int = setting(60, f"documents in an hour; IPv6 counted by /64; {CHOICE}")
    checks_in_all: int = setting(1000, f"documents in an hour, of everybody; {CHOICE}")
    check_megabytes: int = setting(10, f"a document that everybody may send; {CHOICE}")


@dataclass(frozen=True)
class KioskRules:
    """When a kiosk forgets who stood before it; chosen by today."""

    kiosk_idle_seconds: int = setting(60, f"without a touch; {CHOICE}")
    kiosk_warning_seconds: int = setting(20, "before that; WCAG 2.2.1: twenty at least")


class Question(models.TextChoices):
    """The indicators that the citizen answers, each with 2, 1 or 0 points.

    Source: TT 01/2018/TT-VPCP Điều 12-14, indicators 1, 3, 4 and 7 (in force from 2018-06-21).
    """

    TIME = "time", _("Time against the appointed day")
    CONTACTS = "contacts", _("Contacts with the counter until the dossier was complete")
    AGENCIES = "agencies", _("Agencies to go to")
    ATTITUDE = "attitude", _("Attitude of the staff")


ANSWERS: dict[str, tuple[tuple[int, Words], ...]] = {
    Question.TIME: ((2, _("Earlier")), (1, _("On the day")), (0, _("Later"))),
    Question.CONTACTS: (
        (2, _("Not once")), (1, _("Once more")), (0, _("Twice or more")),
    ),
    Question.AGENCIES: (
        (2, _("None: online or by post")), (1, _("Only the one-stop counter")),
        (0, _("Other offices too")),
    ),
    Question.ATTITUDE: (
        (2, _("Polite and helpful")), (1, _("Acceptable")), (0, _("Not acceptable")),
    ),
}  # fmt: skip
ASKED: dict[str, Words] = {
    Question.TIME: _("Against the day on the slip, the result came…"),
    Question.CONTACTS: _(
        "How often did you have to turn to the counter again to complete the dossier?"
    ),
    Question.AGENCIES: _("Which offices did you have to go to?"),
    Question.ATTITUDE: _("How did the staff treat you?"),
}

NOT_ANSWERED: dict[str, Words] = {
    Question.TIME: _("Say whether the result came early, on the day or late."),
    Question.CONTACTS: _("Say how often you had to turn to the counter again."),
    Question.AGENCIES: _("Say which offices you had to go to."),
    Question.ATTITUDE: _("Say how the staff treated you."),
}


def average_points(points: int, count: int) -> Decimal | None:
    """Points of an indicator ÷ number of dossiers, one decimal; None without any.

    Source: TT 01/2018/TT-VPCP Điều 13.
    """
    if not count:
        return None
    return (Decimal(points) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)


PUBLIC_FIGURES = register("public_figures", PublicFigures)
KIOSK = register("kiosk", KioskRules)
CHECKS = register("document_checks", CheckRules)
SUBMISSION = register(
    "submission",
    SubmissionRules,
    (ALWAYS, SubmissionRules(own_online_submission=True), "NĐ 61/2018/NĐ-CP"),
    (dt.date(2025, 7, 1), SubmissionRules(), "NĐ 118/2025/NĐ-CP"),
)


def share_done(values: Sequence[float], percent: int) -> float:
    """The smallest value within which so many percent lie: one that was really seen.

    `values` are sorted and not empty (nearest rank: no value between two cases is made up).
    """
    return values[math.ceil(len(values) * percent / 100) - 1]


def span_words(minutes: int, days: Decimal) -> str:
    """ "2,5 ngày làm việc"; under one day in hours, rounded up: never shorter than it was."""
    if days >= 1:
        return limit_words(days.quantize(Decimal("0.1"), ROUND_UP), "working_days")
    if minutes >= MINUTES_OF_AN_HOUR:
        hours = Decimal(minutes) / MINUTES_OF_AN_HOUR
        return limit_words(hours.quantize(Decimal("0.1"), ROUND_UP), "hours")
    return limit_words(Decimal(max(minutes, 1)), "minutes")
