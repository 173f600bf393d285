"""Labels and days in force: arithmetic without a database."""

import datetime as dt

import pytest

from common.working_time import DEFAULT_PATTERN, Calendar
from directives.rules import (
    Due,
    Label,
    Standing,
    in_force,
    label_of,
    latest_to_ask,
    may_still_return,
)
from directives.states import NEXT, Status

MONDAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
SOON = MONDAY + 3 * DAY
CALENDAR = Calendar(DEFAULT_PATTERN)


@pytest.mark.parametrize(
    ("status", "due", "completed", "reported", "label"),
    [
        ("in_work", None, None, None, Label.NO_DUE),
        ("in_work", 4, None, None, Label.IN_TIME),
        ("in_work", 3, None, None, Label.DUE_SOON),
        ("in_work", 0, None, None, Label.DUE_SOON),
        ("returned", -1, None, None, Label.RETURNED),  # waits for the giver
        ("reported", -1, None, -1, Label.IN_TIME),  # waits for the confirmation
        ("reported", -2, None, -1, Label.OVERDUE),
        ("closed", None, 0, None, Label.DONE),
        ("closed", 5, 4, None, Label.EARLY),
        ("closed", 5, 5, None, Label.ON_TIME),
        ("closed", 5, 6, None, Label.LATE),
        ("suspended", -9, None, None, Label.SUSPENDED),
        ("withdrawn", -9, None, None, Label.WITHDRAWN),
    ],
)
def test_a_label_follows_from_dates(status, due, completed, reported, label):
    days = (None if each is None else MONDAY + each * DAY for each in (due, completed, reported))
    assert label_of(Standing(status, *days), MONDAY, SOON) == label


def test_the_day_in_force_is_that_of_the_day_asked_for():
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    first, second, again = (MONDAY + n * DAY for n in (10, 20, 15))
    dues = [
        Due(again, MONDAY + 8 * DAY, at + dt.timedelta(hours=2)),
        Due(first, MONDAY, at),
        Due(second, MONDAY + 8 * DAY, at + dt.timedelta(hours=1)),
    ]
    asked = [in_force(dues, MONDAY + n * DAY) for n in (-1, 0, 7, 8, 30)]
    assert asked == [first, first, first, again, again]  # of one day the last word


def test_days_to_return_and_to_ask_are_working_days():
    friday = MONDAY + 4 * DAY
    assert may_still_return(CALENDAR, friday, MONDAY + 9 * DAY, 3)  # Wednesday
    assert not may_still_return(CALENDAR, friday, MONDAY + 10 * DAY, 3)
    assert latest_to_ask(CALENDAR, MONDAY, friday, 3) == MONDAY + DAY
    assert latest_to_ask(CALENDAR, MONDAY, MONDAY + 7 * DAY, 2) == friday - DAY  # due on a Monday
    assert latest_to_ask(CALENDAR, MONDAY, friday, 0) == friday - DAY  # never on the day itself


def test_every_status_has_its_moves_and_only_one_is_the_end_for_ever():
    assert set(NEXT) == set(Status)
    assert [status for status in Status if not NEXT[status]] == [Status.WITHDRAWN]
