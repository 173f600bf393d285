"""The whole life of a dossier in one look: the ten national statuses and the moves between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.IntegerChoices):
    """Trạng thái hồ sơ: the ten codes that every province sends to the national portal."""

    NEW = 1, _("Newly submitted")
    RECEIVED = 2, _("Received")
    NOT_ACCEPTED = 3, _("Not accepted")
    IN_PROGRESS = 4, _("In progress")
    SUPPLEMENT = 5, _("Supplement requested")
    PAYMENT = 6, _("Payment required")
    WITHDRAWN = 7, _("Withdrawal requested")
    STOPPED = 8, _("Stopped")
    COMPLETED = 9, _("Completed")
    RETURNED = 10, _("Result returned")


S = Status
NEXT: dict[int, set[int]] = {
    S.NEW: {S.RECEIVED, S.NOT_ACCEPTED, S.SUPPLEMENT},
    S.RECEIVED: {
        S.NOT_ACCEPTED, S.IN_PROGRESS, S.SUPPLEMENT, S.PAYMENT, S.WITHDRAWN, S.STOPPED,
    },
    S.IN_PROGRESS: {
        S.NOT_ACCEPTED, S.SUPPLEMENT, S.PAYMENT, S.WITHDRAWN, S.STOPPED, S.COMPLETED,
    },
    S.SUPPLEMENT: {S.RECEIVED, S.IN_PROGRESS, S.WITHDRAWN, S.STOPPED},
    S.PAYMENT: {S.IN_PROGRESS, S.WITHDRAWN, S.STOPPED},
    S.WITHDRAWN: {S.IN_PROGRESS},  # the request was refused; once granted it is final
    S.COMPLETED: {S.RETURNED},
    S.NOT_ACCEPTED: set(),
    S.STOPPED: set(),
    S.RETURNED: set(),
}  # fmt: skip

# The agency's turn: here the clock runs and a due date can pass. A withdrawal that was asked for
# and not decided is the agency's turn too.
RUNNING = {S.RECEIVED, S.IN_PROGRESS, S.WITHDRAWN}
# Waiting for the citizen: the clock stands still and nobody in the agency is late.
WAITING = {S.SUPPLEMENT, S.PAYMENT}
# How a closed dossier can have ended other than with its result.
WITHOUT_A_RESULT = {S.NOT_ACCEPTED, S.WITHDRAWN, S.STOPPED}


class Part(models.TextChoices):
    """What a unit has to do with a dossier."""

    RECEIVING = "receiving", _("Receiving")
    COMPETENT = "competent", _("Resolving")
    HANDLING = "handling", _("Handling")
    STEP = "step", _("Step of the process")
    CONSULTED = "consulted", _("Asked for an opinion")
    LEAD = "lead", _("Lead of the linked procedures")  # of a part: who gathers


class StepState(models.TextChoices):
    PLANNED = "planned", _("Not yet")
    OPEN = "open", _("Under way")
    CLOSED = "closed", _("Done")
    SENT_BACK = "sent_back", _("Returned for correction")
    ENDED = "ended", _("Ended with the dossier")  # left undone: refused, stopped, withdrawn
    SKIPPED = "skipped", _("Not needed")


# Steps of which the moment of their end is known
OVER = (StepState.CLOSED, StepState.SENT_BACK, StepState.ENDED)


class PauseReason(models.TextChoices):
    SUPPLEMENT = "supplement", _("Waiting for a supplement")
    PAYMENT = "payment", _("Waiting for a payment")


class DueReason(models.TextChoices):
    """Why the due moment became what it is: the keys of its history."""

    ACCEPTED = "accepted", _("Accepted")
    WAIT_ENDED = "wait_ended", _("A wait for the citizen ended")
    RESTARTED = "restarted", _("The time limit began anew")
    EXTENDED = "extended", _("Extended with an apology")
    CALENDAR = "calendar", _("The calendar of working days has changed")
    KNOWN = "known", _("As it was when its history began")


class Delivery(models.TextChoices):
    """Where the applicant wants the result."""

    COUNTER = "counter", _("At the one-stop counter")
    POST = "post", _("By public post")
    ONLINE = "online", _("Online")


class PersonPart(models.TextChoices):
    """Three roles that must not be confused (design: applicant, submitter, authorised person)."""

    APPLICANT = "applicant", _("Applicant")
    SUBMITTER = "submitter", _("Submitter")
    AUTHORISED = "authorised", _("Authorised person")


class PersonKind(models.TextChoices):
    CITIZEN = "citizen", _("Citizen")
    ENTERPRISE = "enterprise", _("Enterprise")
    AGENCY = "agency", _("State agency")
    OTHER = "other", _("Other organisation")


class OnLapse(models.TextChoices):
    """What happens when the applicant's deadline for a supplement passes."""

    REMIND = "remind", _("Remind the applicant and the official")
    STOP = "stop", _("Propose to stop the dossier")
