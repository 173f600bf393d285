"""The calendar of an office, read for arithmetic and changed with a trace."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable
from functools import reduce
from importlib.metadata import version
from pathlib import Path

import holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from common import working_time
from common.errors import DomainError
from common.working_time import DEFAULT_PATTERN, WeekPattern
from organizations import access
from organizations.models import CalendarEntry, DayKind, Unit, User, WorkPattern
from organizations.models.calendars import LIBRARY
from organizations.standing import forget_standing, standing
from tenancy.scope import required_scope

HOLIDAYS_FILE = Path(__file__).parent / "data" / "holidays.csv"
LABOUR_CODE = "Bộ luật Lao động 45/2019/QH14, Điều 112"  # public holidays


class CalendarError(DomainError):
    """A date or a week that the calendar cannot hold."""

    code = "calendar"


def calendar_for(unit_id: int | None = None) -> working_time.Calendar:
    """Opening times of a unit, or of the province as a whole, at every date.

    One query per transaction for all units together (organizations.standing); two more after a
    change. The pattern nearest to the unit holds (its own, that of a unit above, the province's),
    otherwise 07:30-11:30 and 13:30-17:00.
    """
    return standing(("calendar", unit_id), lambda: _calendar(unit_id))


def _calendar(unit_id: int | None) -> working_time.Calendar:
    entries, last_known_year = standing("calendar entries", _entries)
    patterns = standing("work patterns", _patterns)
    mine = tuple(pattern.pk for pattern in patterns if pattern.holds_for(unit_id))
    changes = [pattern for pattern in patterns if pattern.pk in mine]
    return standing(  # one for all units with the same patterns: most have none of their own
        ("calendar of", mine),
        lambda: working_time.Calendar(DEFAULT_PATTERN, entries, last_known_year, _changes(changes)),
    )


def last_known_year(rows: Iterable[tuple[int, bool]]) -> int:
    """The last of the years, without a gap, whose dates are all confirmed; 0 when none is.

    `rows` are (year, confirmed) of the calendar's entries.
    """
    known: dict[int, bool] = {}
    for year, confirmed in rows:
        known[year] = known.get(year, True) and confirmed
    last = 0
    for year in sorted(known):
        if not known[year] or (last and year != last + 1):
            break
        last = year
    return last


@transaction.atomic
def set_calendar_entry(
    day: dt.date,
    *,
    actor: User,
    kind: str,
    name: str,
    linked_date: dt.date | None = None,
    confirmed: bool = True,
    source: str = "",
) -> CalendarEntry:
    """Say what a date is; replaces what the calendar said about it before."""
    _take_turn(actor)
    before = CalendarEntry.objects.filter(date=day).first()
    if kind not in DayKind.values:
        raise CalendarError(_("Choose what kind of day it is."))
    if linked_date == day:
        raise CalendarError(_("A day cannot be swapped with itself."))
    if kind == DayKind.MAKEUP_WORKDAY:
        _require_made_up(linked_date)
    entry = before or CalendarEntry(date=day)
    facts = {"before": str(entry.kind) if before else "", "date": day.isoformat(), "kind": kind}
    entry.kind, entry.name, entry.linked_date = kind, name, linked_date
    entry.confirmed, entry.source = confirmed, source
    written = ["kind", "name", "linked_date", "confirmed", "source"]
    entry.save(update_fields=written if before else None)
    forget_standing()
    record(entry, "calendar.changed", actor=actor, data={**facts, "confirmed": confirmed})
    return entry


def _require_made_up(off: dt.date | None) -> None:
    """The day made up for lends its sessions: without any, every office would stay closed."""
    if off is None:
        raise CalendarError(_("Give the day off that this working day makes up for."))
    patterns = standing("work patterns", _patterns)
    offices = {None, *(pattern.unit_id for pattern in patterns)}
    if not any(calendar_for(unit_id).usual_sessions_on(off) for unit_id in offices):
        raise CalendarError(_("No office is open on that weekday: nothing is made up for it."))


@transaction.atomic
def remove_calendar_entry(day: dt.date, *, actor: User, reason: str) -> None:
    """Take a date out: from now on it is what its weekday says."""
    _take_turn(actor)
    entry = CalendarEntry.objects.filter(date=day).first()
    if entry is None:
        raise CalendarError(_("This date is not in the calendar. Reload the page."))
    facts = {"before": entry.kind, "date": day.isoformat(), "kind": "", "reason": reason}
    record(entry, "calendar.changed", actor=actor, data=facts)
    entry.delete()
    forget_standing()


@transaction.atomic
def propose_year(year: int, *, actor: User) -> list[CalendarEntry]:
    """Add the dates that the library knows for a year, unconfirmed ("dự kiến").

    Dates that are in the calendar already stay as they are.
    """
    _take_turn(actor)
    source = f"{LABOUR_CODE}; {LIBRARY} (VN) {version('holidays')}"
    proposed = [
        CalendarEntry(date=day, kind=kind, linked_date=linked, name=name[:120],
                      confirmed=False, source=source)
        for day, kind, linked, name in _library_year(year)
    ]  # fmt: skip
    added = _add_missing(proposed)
    if added:
        facts = {"year": year, "dates": [entry.date.isoformat() for entry in added]}
        record(added[0], "calendar.year_proposed", actor=actor, data=facts)
    return added


@transaction.atomic
def confirm_year(year: int, *, actor: User, source: str) -> int:
    """Confirm all dates of a year by an official notice; returns how many were proposals."""
    _take_turn(actor)
    entries = list(CalendarEntry.objects.filter(date__year=year, confirmed=False).order_by("date"))
    if not entries:
        raise CalendarError(_("Nothing in this year waits for confirmation. Reload the page."))
    for entry in entries:
        entry.confirmed, entry.source = True, source
    CalendarEntry.objects.bulk_update(entries, ["confirmed", "source"])
    forget_standing()
    record(entries[0], "calendar.year_confirmed", actor=actor,
           data={"year": year, "dates": len(entries), "source": source})  # fmt: skip
    return len(entries)


@transaction.atomic
def change_work_pattern(
    unit_id: int | None,
    *,
    actor: User,
    valid_from: dt.date,
    pattern: WeekPattern,
    source: str = "",
) -> WorkPattern:
    """New weekly sessions of a unit (or of the province) from a day on; the former end before."""
    _take_turn(actor, unit_id)
    mine = WorkPattern.objects.filter(unit_id=unit_id)
    former: WorkPattern | None = mine.valid_on(valid_from).order_by("-valid_from").first()
    following: WorkPattern | None = (
        mine.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    )
    last_day = following.valid_from - dt.timedelta(days=1) if following else None
    if former and former.valid_from == valid_from:
        row: WorkPattern = former
        row.sessions, row.source = pattern.as_data(), source
        row.save(update_fields=["sessions", "source"])
    else:
        if former:
            former.valid_to = valid_from - dt.timedelta(days=1)
            former.save(update_fields=["valid_to"])
        row = WorkPattern.objects.create(
            unit_id=unit_id, valid_from=valid_from, valid_to=last_day,
            sessions=pattern.as_data(), source=source,
        )  # fmt: skip
    forget_standing()
    record(row, "work_pattern.changed", actor=actor,
           data={"unit": unit_id, "valid_from": valid_from.isoformat()})  # fmt: skip
    return row


@transaction.atomic
def load_holidays(*, actor: User | None = None) -> int:
    """Add the dates of the calendar that comes with the portal; returns how many were new.

    Estimates ("low" confidence) stay unconfirmed. What people entered is never overwritten.
    """
    required_scope()
    with HOLIDAYS_FILE.open(encoding="utf-8-sig", newline="") as rows:
        added = _add_missing([_from_row(row) for row in csv.DictReader(rows)])
    if added:
        record(added[0], "calendar.loaded", actor=actor, data={"dates": len(added)})
    return len(added)


def _from_row(row: dict[str, str]) -> CalendarEntry:
    linked, confidence = row["linked_date"], row["confidence"]
    return CalendarEntry(
        date=dt.date.fromisoformat(row["date"]),
        kind="swapped_off" if row["type"] == "swap_off" else row["type"],
        linked_date=dt.date.fromisoformat(linked) if linked else None,
        name=row["name_vi"],
        confirmed=not confidence.startswith("low"),
        source=row["source"],
    )


def _add_missing(entries: list[CalendarEntry]) -> list[CalendarEntry]:
    days = [entry.date for entry in entries]
    there = set(CalendarEntry.objects.filter(date__in=days).values_list("date", flat=True))
    missing = [entry for entry in entries if entry.date not in there]
    CalendarEntry.objects.bulk_create(missing)
    forget_standing()
    return missing


def _library_year(year: int) -> list[tuple[dt.date, DayKind, dt.date | None, str]]:
    """A year as the library knows it: a swapped day names its make-up day in its text."""
    found: list[tuple[dt.date, DayKind, dt.date | None, str]] = []
    for day, name in sorted(holidays.country_holidays("VN", years=year, language="vi").items()):
        swap = re.search(r"(\d{2})/(\d{2})/(\d{4})", name)
        if swap:
            date, month, of_year = (int(part) for part in swap.groups())
            made_up = dt.date(of_year, month, date)
            found.append((day, DayKind.SWAPPED_OFF, made_up, "Nghỉ hoán đổi"))
            found.append((made_up, DayKind.MAKEUP_WORKDAY, day, f"Làm bù cho {day:%d/%m/%Y}"))
        elif "nghỉ bù" in name:
            found.append((day, DayKind.COMPENSATORY_OFF, None, name))
        else:
            found.append((day, DayKind.HOLIDAY, None, name))
    return found


def _entries() -> tuple[tuple[working_time.CalendarEntry, ...], int]:
    rows = list(CalendarEntry.objects.order_by("date"))
    entries = tuple(
        working_time.CalendarEntry(row.date, working_time.EntryKind(row.kind), row.linked_date)
        for row in rows
    )
    return entries, last_known_year((row.date.year, row.confirmed) for row in rows)


def _patterns() -> list[WorkPattern]:
    return list(WorkPattern.objects.with_covered_units())


def _changes(patterns: list[WorkPattern]) -> tuple[tuple[dt.date, WeekPattern], ...]:
    """The patterns laid over one another: from each day on, the nearest that then holds."""
    days = {pattern.valid_from for pattern in patterns}
    days |= {pattern.valid_to + dt.timedelta(days=1) for pattern in patterns if pattern.valid_to}
    changes = []
    for day in sorted(days):
        nearest = reduce(_nearer, (row for row in patterns if row.is_valid_on(day)), None)
        changes.append((day, nearest.as_pattern() if nearest else DEFAULT_PATTERN))
    return tuple(changes)


def _nearer(best: WorkPattern | None, row: WorkPattern) -> WorkPattern:
    return row if best is None or row.is_closer_than(best) else best


def _take_turn(actor: User, unit_id: int | None = None) -> None:
    """One change at a time: lock the unit (or the province's root), then ask for permission."""
    units = Unit.objects.filter(parent=None) if unit_id is None else Unit.objects.filter(pk=unit_id)
    locked = units.select_for_update(no_key=True, of=("self",)).order_by("pk")
    access.require(actor, "manage_calendar", *[unit.pk for unit in locked])
