"""Tens of thousands of seeded cases against the slow reference."""

import csv
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from common.working_time import (
    LOCAL,
    Calendar,
    CalendarEntry,
    EntryKind,
    Limit,
    Pause,
    Session,
    WeekPattern,
    due,
)
from tests.common.reference_time import Office, minute_of, moment_of

HOLIDAYS = Path(__file__).parents[2] / "organizations/data/holidays.csv"
OFFICE = [(450, 690), (810, 1020)]
WEEKS = {
    "office": [OFFICE] * 5 + [[], []],
    "eight hours": [[(420, 690), (810, 1020)]] * 5 + [[], []],
    "police": [OFFICE] * 5 + [[(450, 690)], []],
    "uneven": [OFFICE, [(480, 720)], [], [(420, 1080)], OFFICE, [(450, 690)], [(600, 660)]],
}
LARGEST = {"working_days": 200, "hours": 400, "days": 60, "months": 14, "minutes": 3000}


def listed_dates():
    with HOLIDAYS.open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            linked = row["linked_date"]
            yield (
                date.fromisoformat(row["date"]),
                row["type"].replace("swap_off", "swapped_off"),
                date.fromisoformat(linked) if linked else None,
            )


def calendars():
    """Of each week, as the portal has them."""
    entries = tuple(
        CalendarEntry(day, EntryKind(kind), linked) for day, kind, linked in listed_dates()
    )
    for week in WEEKS.values():
        days = tuple(
            tuple(Session(time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in sessions)
            for sessions in week
        )
        yield Calendar(WeekPattern(days), entries, 2027)


def offices():
    """The same weeks minute by minute: a third of a second each."""
    dates = list(listed_dates())
    off = {day for day, kind, _ in dates if kind != "makeup_workday"}
    makeup = {day: linked for day, kind, linked in dates if kind == "makeup_workday"}
    for week in WEEKS.values():
        yield Office(week, off, makeup)


def random_case(dice):
    """A moment near an edge as often as not, a limit, sometimes a cut-off and pauses."""
    day = datetime(2024, 1, 2) + timedelta(days=dice.randrange(365 * 3))
    edges = [450, 690, 810, 1020]
    clock = dice.choice(edges) + dice.randint(-1, 1) if dice.random() < 0.3 else None
    received = day + timedelta(minutes=dice.randrange(1440) if clock is None else clock)
    unit = dice.choice([*LARGEST, "same_day"])
    tenths = dice.randrange(LARGEST.get(unit, 0) + 1)
    if unit not in ("working_days", "hours"):
        tenths *= 10
    cutoff = dice.choice([None, None, 900, 690, 1000])
    pauses = []
    for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
        begins = minute_of(received) + dice.randrange(-600, 7 * 1440)
        longest = 1500 if unit in ("days", "months") else 6000
        pauses.append((begins, begins + dice.randrange(longest)))
    return received, tenths, unit, cutoff, pauses


def compare(count, seed):
    dice, places = random.Random(seed), list(zip(calendars(), offices(), strict=True))
    for _ in range(count):
        calendar, office = dice.choice(places)
        received, tenths, unit, cutoff, pauses = random_case(dice)
        expected = moment_of(office.due(minute_of(received), tenths, unit, cutoff, pauses))
        answer = due(
            calendar,
            received.replace(tzinfo=LOCAL),
            Limit(Decimal(tenths) / 10, unit, cutoff and time(cutoff // 60, cutoff % 60)),
            [Pause(*(moment_of(edge).replace(tzinfo=LOCAL) for edge in p)) for p in pauses],
        )
        assert answer.at == expected.replace(tzinfo=LOCAL), (
            f"{received} + {tenths}/10 {unit}, cut-off {cutoff}, "
            f"pauses {[(str(moment_of(a)), str(moment_of(b))) for a, b in pauses]}"
        )


def test_three_hundred_cases_agree_with_the_slow_reference():
    compare(300, seed=20_260_423)


@pytest.mark.slow
def test_fifty_thousand_cases_agree_with_the_slow_reference():
    compare(50_000, seed=2_947)
