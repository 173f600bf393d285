"""The life of an incoming document, in the codes that agencies tell each other (QCVN 102)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Trạng thái văn bản đến: the sender of an electronic document is told each of them."""

    ARRIVED = "01", _("Arrived, to be registered")
    REFUSED = "02", _("Refused")
    REGISTERED = "03", _("Registered")
    ASSIGNED = "04", _("Assigned")
    IN_WORK = "05", _("In work")
    DONE = "06", _("Done")
    RECALLED = "15", _("Recalled by the sender")


S = Status
NEXT: dict[str, set[str]] = {
    S.ARRIVED: {S.REFUSED, S.REGISTERED, S.RECALLED},
    S.REGISTERED: {S.ASSIGNED, S.DONE, S.RECALLED},
    S.ASSIGNED: {S.REGISTERED, S.IN_WORK, S.DONE, S.RECALLED},
    S.IN_WORK: {S.ASSIGNED, S.REGISTERED, S.DONE, S.RECALLED},
    S.DONE: {S.ASSIGNED, S.RECALLED},  # the leader gives it to somebody after all
    S.REFUSED: set(),
    S.RECALLED: set(),
}  # fmt: skip
IN_THE_REGISTER = (S.REGISTERED, S.ASSIGNED, S.IN_WORK)  # open, and with a number
KEPT = (*IN_THE_REGISTER, S.DONE)  # with a number, and not taken back
CLOSED = (S.REFUSED, S.DONE, S.RECALLED)
GONE = (S.REFUSED, S.RECALLED)  # with the sender again


class Recall(models.TextChoices):
    """What the sender is told of his recall; that it was agreed to is the status itself."""

    ASKED = "13", _("Recall asked for")
    REFUSED = "16", _("Recall refused")


class Wish(models.TextChoices):
    """What the sender of an issued document asks of a receiver outside the province."""

    RECALL = "recall", _("Recall asked for")
    UPDATE = "update", _("Update sent")


class WishAnswer(models.TextChoices):
    """What the receiver says to it (QCVN 102)."""

    AGREED = "15", _("Agreed")
    NOT_AGREED = "16", _("Not agreed")


class Relation(models.TextChoices):
    """What a document is to an earlier one of its body, which stands on (NĐ 30/2020 Điều 18)."""

    AMENDS = "amends", _("Amends")  # its content; by a document of the same type
    CORRECTS = "corrects", _("Corrects")  # its form; by an official letter
    RELATES = "relates", _("Relates to")


class Channel(models.TextChoices):
    """How it came. One series of numbers for all of them (NĐ 30/2020/NĐ-CP Điều 22)."""

    EXCHANGE = "exchange", _("From another agency in the portal")
    PAPER = "paper", _("On paper, scanned here")
    MAIL = "mail", _("By e-mail")
    OUTAGE = "outage", _("On paper, entered after an outage")


ENTERED = (Channel.PAPER, Channel.MAIL, Channel.OUTAGE)  # by a clerk, with number at once


class Steering(models.IntegerChoices):
    """SteeringType of QCVN 102: what the sender says it asks for, as far as it is a directive."""

    NONE = 1, _("No directive")
    DIRECTIVE = 2, _("Directive")
    REPORT = 3, _("Report on a directive")


class Part(models.TextChoices):
    """What a unit or a person is asked to do with a document (NĐ 30/2020/NĐ-CP Điều 23)."""

    OPINION = "opinion", _("Give an opinion on it")
    LEAD = "lead", _("Lead")
    COOPERATE = "cooperate", _("Co-operate")
    INFORM = "inform", _("For information")


class Ending(models.TextChoices):
    """How an assignment ended."""

    DONE = "done", _("Done")
    RETURNED = "returned", _("Given back")
    ENDED = "ended", _("Ended with the document")
    WITHDRAWN = "withdrawn", _("Taken away")
