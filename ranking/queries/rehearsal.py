"""The days of a year on which something comes, to which a rehearsal goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.calendars import calendar_for
from organizations.rulesets import rules
from ranking.models import Cycle, Milestone
from ranking.rulesets import RANKING
from ranking.services.previews import AHEAD
from ranking.services.reminders import waits_for
from ranking.totals import Terms

SHOWN = 6
NAMES: dict[str, Any] = {  # lazy words
    Milestone.BELOW: gettext_lazy("the last day of the units below"),
    Milestone.SELF: gettext_lazy("the last day of the self-assessment"),
    Milestone.CHECKS: gettext_lazy("the last day of the cross-check"),
    Milestone.APPEALS: gettext_lazy("the last day of appeals"),
    Milestone.PUBLICATION: gettext_lazy("the day of publication"),
}


@dataclass(frozen=True)
class ComingDay:
    """A day of the year on which the portal does something by itself, or something changes."""

    day: dt.date
    words: str


def coming_days(cycle: Cycle) -> list[ComingDay]:
    """The next of them after the year's own day, in the year's present state. One query."""
    today = cycle.today
    found = [each for each in _days(cycle) if each.day > today]
    month = (today.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    preview = rules(RANKING, today).preview_day
    if preview and cycle.state in AHEAD:
        found.append(ComingDay(month.replace(day=preview), _("monthly preview of the measures")))
    return sorted(found, key=lambda each: each.day)[:SHOWN]


def _days(cycle: Cycle) -> Iterator[ComingDay]:
    day, ladder = dt.timedelta(days=1), rules(RANKING, cycle.today)
    calendar = calendar_for()
    for milestone, due in waits_for(cycle).items():
        if due is None:
            continue
        label = NAMES[milestone]
        for n, when in ladder.rungs(due, calendar):
            words = _("reminder, %(n)s days before: %(date)s") % {"n": n, "date": label}
            yield ComingDay(when, words)
        yield ComingDay(due, _("the day itself: %(date)s") % {"date": label})
        yield ComingDay(due + day, _("one day after: %(date)s") % {"date": label})
    late = Terms.of(cycle).lateness_of(cycle)
    if late and late.after_grace and Milestone.SELF in waits_for(cycle):
        after = late.last_day + (late.grace_days + 1) * day
        words = _("forms of this day on: class %(label)s") % {"label": late.after_grace}
        yield ComingDay(after, words)
