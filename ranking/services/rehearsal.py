"""In a demo a year is rehearsed: who runs it moves its day, forward to what comes and back.

What was done on days that are to come again stays, but for what the portal makes by itself on a
day, which it makes again: reminders and previews. Stamps and the log keep the real moment, and
that days of the year were rehearsed is kept for good (docs/decisions/0010-ranking.md).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.models import User
from ranking.models import Cycle, CycleState, Preview, Reminder
from ranking.services.council import running


@transaction.atomic
def rehearse(cycle_id: int, *, actor: User, day: dt.date) -> Cycle:
    """Let it be that day in the year, and in those below that go along with it.

    A year below goes along while it stands on the same day; one that is published, or whose owner
    rehearses another day in it, stays.
    """
    _require_demo()
    below = _lock_years_below(cycle_id)
    cycle = running(cycle_id, actor)
    first, last = bounds(cycle)
    if not first <= day <= last:
        raise DomainError(
            _("Choose a day from %(first)s to %(last)s.")
            % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        )
    along = [each for each in _on_its_day(below, cycle) if each.state != CycleState.PUBLISHED]
    for year in [cycle, *along]:
        _go(year, day, actor)
    return cycle


@transaction.atomic
def end(cycle_id: int, *, actor: User) -> Cycle:
    """Back to the real day, also of a published year, with those below that went along."""
    _require_demo()
    below = _lock_years_below(cycle_id)
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    if cycle.rehearsed_on is None:
        raise AlreadyDone(_("It is the real day in this year."))
    for year in [cycle, *_on_its_day(below, cycle)]:
        _go(year, None, actor)
    return cycle


def bounds(cycle: Cycle) -> tuple[dt.date, dt.date]:
    """The year itself, and the next one, in which some are published (QĐ 1299)."""
    return dt.date(cycle.year, 1, 1), dt.date(cycle.year + 1, 12, 31)


def _require_demo() -> None:
    if not settings.GOVIT_DEMO:
        raise access.RefusedError(_("Only a demo has days of rehearsal."))


def _lock_years_below(cycle_id: int) -> list[Cycle]:
    """By their numbers and before the year itself: one below that rolls up has its own already
    when it comes to the one above (docs/decisions/0010-ranking.md, 8)."""
    rows = Cycle.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(parent=cycle_id).order_by("pk"))


def _on_its_day(below: list[Cycle], cycle: Cycle) -> list[Cycle]:
    return [each for each in below if each.rehearsed_on == cycle.rehearsed_on]


def _go(cycle: Cycle, day: dt.date | None, actor: User) -> None:
    """To that day, or back to the real one."""
    before, cycle.rehearsed_on = cycle.rehearsed_on, day
    if day:
        cycle.rehearsed_since = cycle.rehearsed_since or timezone.now()
    cycle.save(update_fields=["rehearsed_on", "rehearsed_since"])
    _forget_days_to_come(cycle)
    record(
        cycle, "ranking.day_rehearsed", actor=actor, unit=cycle.owner,
        data={"before": before.isoformat() if before else "",
              "day": day.isoformat() if day else ""},
    )  # fmt: skip


def _forget_days_to_come(cycle: Cycle) -> None:
    """Else nobody is reminded when those days come, and a month to come is taken for this one."""
    today = cycle.today
    Reminder.objects.filter(cycle=cycle, made_on__gt=today).delete()
    Preview.objects.filter(assessment__cycle=cycle, month__gt=today.replace(day=1)).delete()
