"""What the calendar makes happen: warnings, lapsed supplements, moved due dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.days import start_of
from common.working_time import add_working_days
from onestop.models import DeadlineWarning, Dossier, SupplementRound
from onestop.services import clock, steps
from onestop.services.waiting import lapse_supplement
from onestop.states import RUNNING, Status
from organizations.calendars import calendar_for
from organizations.rulesets import CLOCK, WarningStep, rules

AT_ONCE = 500
LOCKED_AT_ONCE = 100  # dossiers of one transaction: half a second, less than a person waits
LONG_LATE = 20  # working days after which a warning that was missed is not made up any more


def warn_due(now: dt.datetime | None = None) -> int:
    """Ring the rungs of the ladder that are due and were not rung; returns how many.

    Each rung once per dossier and due date, however often or late this runs. The ladder is
    `ClockRules.warnings`; days are working days of the province's calendar.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rung = 0
    for step in rules(CLOCK, today).warnings:
        for dossier in _reached(step, today):
            rung += ring(dossier, step, at=now)
    return rung


def _reached(step: WarningStep, today: dt.date) -> Iterator[Dossier]:
    """Open dossiers whose due date is that far away, or nearer, and that were not warned yet.

    At most 5,000 a run, soonest due first; what was warned makes room for the next.
    """
    calendar = calendar_for()
    if step.when == "before":
        first, last = today, add_working_days(calendar, today, step.days)
    else:
        last = calendar.working_days_before(today, step.days)
        first = calendar.working_days_before(today, LONG_LATE)
    rung = DeadlineWarning.objects.filter(
        dossier=OuterRef("pk"), rung=rung_name(step), due_on=OuterRef("due_on")
    )
    due = (
        Dossier.objects.open()
        .annotate(due_on=TruncDate("due_at"))
        .filter(
            ~Exists(rung),
            status__in=RUNNING,
            due_at__gte=start_of(first),
            due_at__lt=start_of(last + dt.timedelta(days=1)),
        )
    )
    yield from due.order_by("due_at", "id")[: AT_ONCE * 10].iterator(AT_ONCE)


def rung_name(step: WarningStep) -> str:
    return f"{step.when}:{step.days}:{step.role}"


@transaction.atomic
def ring(dossier: Dossier, step: WarningStep, *, at: dt.datetime) -> int:
    """Note the rung and tell; 0 when it was rung already."""
    assert dossier.due_at is not None
    due_on = timezone.localdate(dossier.due_at)
    _row, new = DeadlineWarning.objects.get_or_create(
        dossier=dossier, rung=rung_name(step), due_on=due_on, defaults={"at": at}
    )
    if new:
        record(
            dossier, "dossier.warned", actor=None,
            data=steps.facts(dossier, when=step.when, days=step.days, role=step.role,
                             due_on=due_on.isoformat()),
        )  # fmt: skip
    return int(new)


def lapse_due(now: dt.datetime | None = None) -> int:
    """Say of supplements whose deadline passed yesterday or earlier that it did."""
    now = now or timezone.now()
    rounds = SupplementRound.objects.filter(
        answered_at=None, lapsed_at=None, apply_by__lt=timezone.localdate(now),
        dossier__status=Status.SUPPLEMENT,
    ).order_by("apply_by", "pk").values_list("pk", flat=True)  # fmt: skip
    return sum(lapse_supplement(pk, at=now) for pk in list(rounds[:AT_ONCE]))


def recheck_due(after: int = 0) -> int | None:
    """Compute the due dates of the next open dossiers anew, as after a change of the calendar.

    Never earlier than the promise on the slip; later is told to the citizen. Returns the last id
    of the page, None at the end. A page is a transaction.
    """
    ids = list(
        Dossier.objects.open()
        .filter(accepted_at__isnull=False, finished_at=None, pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:LOCKED_AT_ONCE]
    )
    for pk in ids:
        _recheck(pk)
    return ids[-1] if len(ids) == LOCKED_AT_ONCE else None


@transaction.atomic
def _recheck(dossier_id: int) -> None:
    dossier = Dossier.objects.lock(dossier_id)
    if dossier.closed_at or dossier.finished_at or not clock.is_running(dossier):
        return
    before, was_provisional = dossier.due_at, dossier.due_is_provisional
    if not clock.set_due(dossier, at=timezone.now()):
        return
    assert dossier.due_at is not None
    if dossier.due_at == before:
        if dossier.due_is_provisional != was_provisional:
            dossier.save(update_fields=["due_is_provisional"])
        return
    dossier.save(update_fields=clock.CLOCK_FIELDS)
    clock.shift_plan(dossier)
    record(
        dossier, "dossier.due_moved", actor=None,
        data=steps.facts(
            dossier, before=before.isoformat() if before else "",
            due_at=dossier.due_at.isoformat(),
            reason=str(_("The calendar of working days has changed.")),
        ),
    )  # fmt: skip
