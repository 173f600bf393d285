"""The life of a task that a leader gives, from its giving to its end."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a task is. How it stands in time is a label (`directives.rules`), never stored."""

    GIVEN = "given", _("Given, not accepted yet")
    RETURNED = "returned", _("Returned as wrongly assigned")
    ACCEPTED = "accepted", _("Accepted")
    IN_WORK = "in_work", _("Being worked on")
    REPORTED = "reported", _("Result reported, waiting to be confirmed")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Completed and closed")
    WITHDRAWN = "withdrawn", _("Task withdrawn")


S = Status
NEXT: dict[str, set[str]] = {
    S.GIVEN: {S.ACCEPTED, S.RETURNED, S.SUSPENDED, S.WITHDRAWN},
    S.RETURNED: {S.GIVEN, S.WITHDRAWN},  # given again, to another or to the same
    S.ACCEPTED: {S.IN_WORK, S.REPORTED, S.SUSPENDED, S.WITHDRAWN},
    S.IN_WORK: {S.REPORTED, S.SUSPENDED, S.WITHDRAWN},
    S.REPORTED: {S.IN_WORK, S.CLOSED},  # sent back for more work, or confirmed
    S.SUSPENDED: {S.GIVEN, S.IN_WORK, S.WITHDRAWN},  # goes on from where it was
    S.CLOSED: {S.IN_WORK},  # reopened
    S.WITHDRAWN: set(),
}  # fmt: skip
WORKED_ON = (S.ACCEPTED, S.IN_WORK)
ENDED = (S.CLOSED, S.WITHDRAWN)
AWAITED = (S.GIVEN, *WORKED_ON)  # from the lead
DATED = (*AWAITED, S.REPORTED)  # the days of the lead run; what it returned waits for the giver
OPEN = (S.GIVEN, S.RETURNED, S.ACCEPTED, S.IN_WORK, S.REPORTED)  # somebody has to act
SHOWN = (*OPEN, S.SUSPENDED)  # not ended


class Origin(models.TextChoices):
    """What a task comes from (QĐ 2947/QĐ-UBND Điều 4.4; columns of the usual report)."""

    DOCUMENT = "document", _("Document")
    CONCLUSION = "conclusion", _("Conclusion of a meeting")
    TELEGRAM = "telegram", _("Telegram")
    PROGRAMME = "programme", _("Work programme")
    ORAL = "oral", _("Oral order, recorded later")


class Every(models.TextChoices):
    """How often a task comes again."""

    WEEK = "week", _("Each week")
    MONTH = "month", _("Each month")
    QUARTER = "quarter", _("Each quarter")
    HALF = "half", _("Each half-year")  # 2947/QĐ-UBND Điều 9.2d: heads rate their officials
    YEAR = "year", _("Each year")


class DueKind(models.TextChoices):
    """Why a day until which a task is due came into force."""

    GIVEN = "given", _("Given with the task")
    EXTENDED = "extended", _("Extended")
    MOVED = "moved", _("Set anew with the task")  # given again, resumed, reopened


class Answer(models.TextChoices):
    """What became of a wish for more time."""

    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Not granted")
    LAPSED = "lapsed", _("Lapsed")  # the task was reported, suspended or withdrawn before


class Verdict(models.TextChoices):
    """What became of a reported result."""

    CONFIRMED = "confirmed", _("Confirmed")
    SENT_BACK = "sent_back", _("Sent back")


class Quality(models.TextChoices):
    """How good a confirmed result is (212/2025/QĐ-UBND Hải Phòng counts what meets the
    requirement)."""

    EXCEEDS = "exceeds", _("Exceeds the requirement")
    MEETS = "meets", _("Meets the requirement")
    WEAK = "weak", _("Below the requirement")
