"""Reminders before the dates of a year, each once; and one unit by hand, once a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import rules
from ranking.models import Assessment, Cycle, CycleState, Milestone, Reminder
from ranking.rulesets import RANKING
from ranking.services.council import running


def waits_for(cycle: Cycle) -> dict[str, dt.date | None]:
    """The dates of the year that somebody has still to meet in its present state. One query."""
    found: dict[str, dt.date | None] = {}
    if cycle.is_under_way:
        found |= {Milestone.BELOW: cycle.children_due, Milestone.SELF: cycle.due}
        found[Milestone.CHECKS] = cycle.verifications.aggregate(last=Max("due"))["last"]
    if cycle.state == CycleState.PROVISIONAL:
        found[Milestone.APPEALS] = cycle.appeals_due
    if cycle.state not in {CycleState.PREPARING, CycleState.PUBLISHED}:
        found[Milestone.PUBLICATION] = cycle.publish_due
    return found


@transaction.atomic
def remind_due(today: dt.date | None = None) -> int:
    """Ring the rungs that are reached and were not rung; returns how many.

    Who is told is looked up when the news is delivered: whoever is done by then hears nothing.
    """
    rung, calendar = 0, calendar_for()
    for cycle in Cycle.objects.exclude(state__in=[CycleState.PREPARING, CycleState.PUBLISHED]):
        day = today or cycle.today
        ladder = rules(RANKING, day)
        for milestone, due in waits_for(cycle).items():
            days = ladder.rung_on(day, due, calendar) if due else None
            if due and days is not None:
                rung += _ring(cycle, milestone, due, days, day)
    return rung


def _ring(cycle: Cycle, milestone: str, due: dt.date, days: int, today: dt.date) -> int:
    """Note the rung and tell; 0 when it was rung already."""
    _row, new = Reminder.objects.get_or_create(
        cycle=cycle, milestone=milestone, due=due, days_before=days, form=None,
        defaults={"made_on": today},
    )  # fmt: skip
    if new:
        record(
            cycle, "ranking.date_near", actor=None,
            data={"milestone": milestone, "due": due.isoformat(), "days": days},
        )  # fmt: skip
    return int(new)


@transaction.atomic
def remind_unit(assessment_id: int, *, actor: User) -> Reminder:
    """The standing body reminds one unit that has not submitted; at most once a day."""
    found = Assessment.objects.only("cycle_id").get(pk=assessment_id)
    cycle = running(found.cycle_id, actor)  # years before their forms, as everywhere
    assessment: Assessment = Assessment.objects.lock(assessment_id)
    if assessment.is_submitted or not cycle.is_under_way:
        raise DomainError(_("This unit has nothing to submit now."))
    today = cycle.today
    if Reminder.objects.filter(form=assessment, made_on=today).exists():
        raise AlreadyDone(_("This unit was reminded today already."))
    made: Reminder = Reminder.objects.create(
        cycle=cycle, milestone=Milestone.SELF, due=cycle.due, form=assessment, made_on=today,
        made_by=actor,
    )  # fmt: skip
    record(assessment, "ranking.unit_reminded", actor=actor, unit=assessment.unit)
    return made
