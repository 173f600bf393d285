"""How tasks are told: their labels in the province's words, the looks of status and label."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.working_time import Deadline, DueState
from directives.rules import Label, Standing, label_of, soon_until
from directives.rulesets import DIRECTIVES
from directives.states import Status
from organizations.calendars import calendar_for
from organizations.rulesets import rules

LABELS: dict[Label, Any] = {  # lazy; a province may set its own (`DirectiveRules.own_words`)
    Label.NO_DUE: _("No deadline"),
    Label.IN_TIME: _("Not due yet"),
    Label.DUE_SOON: _("Due soon"),
    Label.OVERDUE: _("Overdue, not finished"),
    Label.DONE: _("Finished, no deadline"),
    Label.EARLY: _("Completed before the deadline"),
    Label.ON_TIME: _("Completed on the day of the deadline"),
    Label.LATE: _("Completed after the deadline"),
    Label.RETURNED: _("Returned as wrongly assigned"),
    Label.SUSPENDED: _("Suspended"),
    Label.WITHDRAWN: _("Task withdrawn"),
}
LOOKS = {  # of a badge of deadlines
    Label.NO_DUE: DueState.OK, Label.IN_TIME: DueState.OK, Label.DUE_SOON: DueState.SOON,
    Label.OVERDUE: DueState.OVERDUE, Label.DONE: DueState.DONE, Label.EARLY: DueState.DONE,
    Label.ON_TIME: DueState.DONE, Label.LATE: DueState.LATE, Label.RETURNED: DueState.PAUSED,
    Label.SUSPENDED: DueState.PAUSED, Label.WITHDRAWN: DueState.PAUSED,
}  # fmt: skip
STATUS_TONES = {
    Status.GIVEN: "new", Status.RETURNED: "refused", Status.ACCEPTED: "progress",
    Status.IN_WORK: "progress", Status.REPORTED: "waiting", Status.SUSPENDED: "neutral",
    Status.CLOSED: "done", Status.WITHDRAWN: "neutral",
}  # fmt: skip


def label_words(label: Label, today: dt.date) -> str:
    """The province's own words of that day, else the portal's."""
    return rules(DIRECTIVES, today).own_words(label) or str(LABELS[label])


def near_until(today: dt.date) -> dt.date:
    """The last day that counts as near."""
    return soon_until(calendar_for(), today, rules(DIRECTIVES, today).task_soon_days)


def badge(task: Standing, today: dt.date) -> Deadline:
    """How a task stands, as a badge: its look and its label."""
    label = label_of(task, today, near_until(today))
    return Deadline(LOOKS[label], label_words(label, today))
