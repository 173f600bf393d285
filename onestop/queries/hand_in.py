""" "If I hand it in now, when will I get it?": asked of the same clock that dossiers run by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from common.working_time import Calendar, Due, Limit, TimeUnit, clock_start, due
from onestop.models import ProcedureChannel
from onestop.models.catalogue import Channel
from organizations.calendars import calendar_for


@dataclass(frozen=True)
class Appointment:
    """One way to submit: when the result is due, and the rule in words."""

    channel: ProcedureChannel
    due: Due
    rule: tuple[str, ...]


@dataclass(frozen=True)
class HandIn:
    """The answer at a moment. `unit_id` is None for the hours that most of the province keeps."""

    at: dt.datetime
    unit_id: int | None
    must_choose: bool  # the competent units keep different hours
    appointments: tuple[Appointment, ...]

    @property
    def shared(self) -> tuple[str, ...]:
        """The sentences that hold for every way to submit: said once, below all of them."""
        first, *others = [each.rule for each in self.appointments] or [()]
        return tuple(words for words in first if all(words in rule for rule in others))

    @property
    def rows(self) -> list[tuple[Appointment, list[str]]]:
        """Each way to submit with what holds for it alone."""
        shared = self.shared
        return [
            (each, [words for words in each.rule if words not in shared])
            for each in self.appointments
        ]


def hand_in_now(
    channels: Sequence[ProcedureChannel],
    unit_ids: Collection[int],
    chosen: int | None,
    now: dt.datetime,
) -> HandIn:
    """Every channel's answer. `chosen` counts only among the competent units.

    No query but the calendar's. Units without hours of their own share one calendar object
    (`calendar_for`), so that sixty communes are compared at no cost.
    """
    calendars = {unit_id: calendar_for(unit_id) for unit_id in unit_ids}
    must_choose = len({id(calendar) for calendar in calendars.values()}) > 1
    if must_choose:
        unit_id = chosen if chosen in calendars else None
    else:
        unit_id = next(iter(calendars), None)
    calendar = calendar_for(unit_id)
    return HandIn(
        at=now,
        unit_id=unit_id if must_choose else None,
        must_choose=must_choose,
        appointments=tuple(_appointment(calendar, each, now) for each in channels),
    )


def _appointment(calendar: Calendar, channel: ProcedureChannel, now: dt.datetime) -> Appointment:
    limit = Limit(channel.limit_amount, TimeUnit(channel.limit_unit), cutoff=channel.cutoff)
    found = due(calendar, now, limit)
    return Appointment(channel, found, tuple(_rule(calendar, channel, now, found)))


def _rule(calendar: Calendar, channel: ProcedureChannel, now: dt.datetime, found: Due) -> list[str]:
    """Why that moment: when the clock begins, what it counts, what is not certain."""
    said = []
    begins = clock_start(calendar, now, channel.cutoff)
    if begins != timezone.localtime(now):
        said.append(_begins_later(calendar, channel, now, begins))
    said.append(_counted(channel.limit_unit))
    if channel.channel == Channel.POST:
        said.append(_("By post the time runs from the day when the letter arrives."))
    if found.provisional:
        said.append(_("Provisional: the days off of that year are not fixed yet."))
    return said


def _begins_later(
    calendar: Calendar, channel: ProcedureChannel, now: dt.datetime, begins: dt.datetime
) -> str:
    words = {"moment": f"{begins:%H:%M %d/%m/%Y}"}
    if clock_start(calendar, now) == begins or channel.cutoff is None:
        return _("The office is closed now; the time runs from %(moment)s.") % words
    words["hour"] = f"{channel.cutoff:%H:%M}"
    return _("It is after %(hour)s; the time runs from %(moment)s.") % words


def _counted(unit: str) -> str:
    """What a limit of this unit counts. Sources: Bộ luật Dân sự Điều 147, 148; decision 0003."""
    if unit == TimeUnit.SAME_DAY:
        return _("The result comes by the end of that working day.")
    if unit == TimeUnit.WORKING_DAYS:
        return _(
            "Working days are counted from the day after, without days off and public holidays; "
            "the hour stays the same."
        )
    if unit in (TimeUnit.HOURS, TimeUnit.MINUTES):
        return _("Only the hours in which the office is open are counted.")
    return _(
        "Every day is counted from the day after, days off too; a last day that is a day off "
        "moves to the next working day."
    )
