"""What the calendar makes the registry and the workers hear: each once for its day (NĐ
30/2020/NĐ-CP Điều 4.3, 22–24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from audit.services import record
from common.days import start_of
from common.urgency import Urgency
from common.working_time import Calendar
from documents.issuing import Stage
from documents.models import Assignment, Incoming, Occasion, Reminder, Submission
from documents.rules.reminding import ONE_DAY, ran_out
from documents.rulesets import DOCUMENTS, DocumentRules
from documents.services.receiving import facts
from documents.states import GONE, Part, Status
from documents.submissions import State
from organizations.calendars import calendar_for
from organizations.rulesets import rules

AT_ONCE = 500  # of each occasion in a run; what was told makes room for the next
WORK = (Part.LEAD, Part.COOPERATE)
TARGETS = (Occasion.TARGET_NEAR, Occasion.TARGET_OVER)
SEEN = dt.timedelta(days=7)  # what ran out longer ago is no news: the hours were set since
WAITING = (State.SENT, State.INCOMPLETE, State.COMPLETE, State.PROPOSED)


@transaction.atomic
def remind_due(now: dt.datetime | None = None) -> int:
    """Tell of what lies at the registry too long, is due soon or is late; returns how many.

    Nobody is reminded on a day off. Who is told is looked up when the news is delivered: whoever
    is done by then hears nothing.
    """
    now = now or timezone.now()
    today, calendar = timezone.localdate(now), calendar_for()
    if not calendar.is_working_day(today):
        return 0
    ladder = rules(DOCUMENTS, today)
    found = _at_registry(ladder, calendar, today) | _at_work(ladder, calendar, today)
    found |= _before_committees(ladder, calendar, today)
    return _remind_all(found, now)


@transaction.atomic
def remind_urgent(now: dt.datetime | None = None) -> int:
    """Tell of what is urgent before the hours are over that the province has set for it, and when
    they are; returns how many. At any hour of any day: what is urgent is done at once (Điều 4)."""
    now = now or timezone.now()
    ladder = rules(DOCUMENTS, timezone.localdate(now))
    soon = dt.timedelta(minutes=ladder.remind_target_minutes)
    told = 0
    for urgency in Urgency:
        hours = ladder.target_hours(urgency)
        if hours is not None:
            over = now - dt.timedelta(hours=hours)
            told += _remind_all(_urgent(Occasion.TARGET_OVER, urgency, over - SEEN, over), now)
            if soon:
                near = _urgent(Occasion.TARGET_NEAR, urgency, over, over + soon)
                told += _remind_all(near, now)
    return told


def _remind_all(found: Mapping[Occasion, Any] | Iterable[tuple[Occasion, Any]], now: Any) -> int:
    pairs = found.items() if isinstance(found, Mapping) else found
    return sum(_remind(occasion, row, now) for occasion, rows in pairs for row in rows[:AT_ONCE])


def _urgent(
    occasion: Occasion, urgency: Urgency, after: dt.datetime, until: dt.datetime
) -> list[tuple[Occasion, Any]]:
    """What is so urgent, came in that time and is open: at who works on it, or at the registry."""
    lies = Assignment.objects.open().filter(incoming=OuterRef("pk"))
    arrived = {"arrived_at__gt": after, "arrived_at__lte": until}
    registry = Incoming.objects.filter(
        ~Exists(lies), status__in=[Status.ARRIVED, Status.REGISTERED], urgency=urgency, **arrived
    )
    work = Assignment.objects.open().filter(
        urgency=urgency, **{f"incoming__{name}": at for name, at in arrived.items()}
    )
    work = work.exclude(part=Part.INFORM).select_related("incoming")
    return [
        (occasion, _untold(registry, occasion, incoming="pk")),
        (occasion, _untold(work, occasion, assignment="pk")),
    ]


def _before_committees(
    ladder: DocumentRules, calendar: Calendar, today: dt.date
) -> dict[Occasion, Any]:
    """Dossiers laid before a committee whose day is near, or over, on whichever side they lie."""
    open_ones = waiting_dossiers().select_related("incoming")
    found = {}
    if ladder.remind_late_days:
        late = ran_out(calendar, today, ladder.remind_late_days)
        found[Occasion.DOSSIER_LATE] = open_ones.filter(due_on__lte=late)
    if ladder.remind_due_days:
        last = calendar.add_working_days(today, ladder.remind_due_days)
        found[Occasion.DOSSIER_SOON] = open_ones.filter(due_on__gte=today, due_on__lte=last)
    return {
        occasion: _untold(rows, occasion, incoming="incoming", day="due_on")
        for occasion, rows in found.items()
    }


def waiting_dossiers() -> Any:
    """Not those that were taken back, refused or replaced. A step of a service."""
    there = Submission.objects.filter(state__in=WAITING, outgoing__stage=Stage.ISSUED)
    return there.exclude(incoming__status__in=GONE)


def _at_registry(ladder: DocumentRules, calendar: Calendar, today: dt.date) -> dict[Occasion, Any]:
    """Not registered, or registered and passed on to nobody, by the day on which it should be."""
    lies = Assignment.objects.open().filter(incoming=OuterRef("pk"))
    unregistered = Incoming.objects.filter(
        status=Status.ARRIVED,
        arrived_at__lt=start_of(ran_out(calendar, today, ladder.register_days) + ONE_DAY),
    )
    unsubmitted = Incoming.objects.filter(
        ~Exists(lies), status=Status.REGISTERED,
        registered_at__lt=start_of(ran_out(calendar, today, ladder.submit_days) + ONE_DAY),
    )  # fmt: skip
    return {
        Occasion.UNREGISTERED: _untold(unregistered, Occasion.UNREGISTERED, incoming="pk"),
        Occasion.UNSUBMITTED: _untold(unsubmitted, Occasion.UNSUBMITTED, incoming="pk"),
    }


def _at_work(ladder: DocumentRules, calendar: Calendar, today: dt.date) -> dict[Occasion, Any]:
    """Open work whose day is near, or over."""
    work = Assignment.objects.open().filter(part__in=WORK).select_related("incoming")
    found = {}
    if ladder.remind_late_days:
        late = ran_out(calendar, today, ladder.remind_late_days)
        found[Occasion.LATE] = work.filter(due_on__lte=late)
    if ladder.remind_due_days:
        last = calendar.add_working_days(today, ladder.remind_due_days)
        found[Occasion.DUE_SOON] = work.filter(due_on__gte=today, due_on__lte=last)
    return {
        occasion: _untold(rows, occasion, assignment="pk", day="due_on")
        for occasion, rows in found.items()
    }


def _untold(found: Any, occasion: Occasion, **same: str) -> Any:
    """Of the rows those that were not reminded of, the oldest first."""
    told = Reminder.objects.filter(
        occasion=occasion, **{name: OuterRef(column) for name, column in same.items()}
    )
    return found.filter(~Exists(told)).order_by(F("pk"))


def _remind(
    occasion: Occasion, row: Incoming | Assignment | Submission, now: dt.datetime
) -> int:  # fmt: skip
    """Note it and tell; 0 when somebody else did so at this very moment."""
    if isinstance(row, Submission):
        incoming, assignment, day = row.incoming, None, row.due_on
    elif isinstance(row, Assignment):
        incoming, assignment, day = row.incoming, row, row.due_on
        if occasion in TARGETS:
            day = timezone.localdate(incoming.arrived_at)
    else:
        incoming, assignment, day = row, None, timezone.localdate(row.arrived_at)
    _row, new = Reminder.objects.get_or_create(
        occasion=occasion, incoming=incoming, assignment=assignment, day=day,
        defaults={"made_at": now},
    )  # fmt: skip
    if new:
        told = {"occasion": occasion, "assignment": assignment and assignment.pk, "day": str(day)}
        record(incoming, "document.reminded", actor=None, data=facts(incoming, **told))
    return int(new)
