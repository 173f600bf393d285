"""The words of a deadline: dates decide, hours only where they help."""

from datetime import datetime

import pytest
from django.utils import translation

from common.working_time import LOCAL, Calendar, DueState, describe

CALENDAR = Calendar()
FRIDAY = "6/3/2026 15:00"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def at(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        ("26/2/2026 10:00", DueState.OK, "6 days left"),
        ("3/3/2026 10:00", DueState.OK, "3 days left"),
        ("4/3/2026 15:00", DueState.SOON, "2 days left"),
        ("5/3/2026 11:00", DueState.SOON, "1 day and 2 working h left"),
        ("5/3/2026 16:00", DueState.SOON, "6 working hours left"),
        ("5/3/2026 20:00", DueState.SOON, "5 working hours left"),
        ("6/3/2026 06:00", DueState.TODAY, "Due today, 15:00"),
        ("6/3/2026 16:30", DueState.TODAY, "Due today, 15:00"),
        ("6/3/2026 23:59", DueState.TODAY, "Due today, 15:00"),
        ("7/3/2026 00:00", DueState.OVERDUE, "Overdue"),
        ("9/3/2026 08:00", DueState.OVERDUE, "1 day overdue"),
        ("10/3/2026 08:00", DueState.OVERDUE, "2 days overdue"),
    ],
)
def test_an_open_deadline(now, state, words):
    assert describe(CALENDAR, at(FRIDAY), at(now)) == (state, words)


@pytest.mark.parametrize(
    ("finished", "state", "words"),
    [
        ("2/3/2026 10:00", DueState.DONE, "Done on time"),
        ("6/3/2026 22:00", DueState.DONE, "Done on time"),
        ("7/3/2026 09:00", DueState.LATE, "Done late"),
        ("9/3/2026 09:00", DueState.LATE, "Done 1 day late"),
        ("12/3/2026 09:00", DueState.LATE, "Done 4 days late"),
    ],
)
def test_a_finished_piece_of_work(finished, state, words):
    answer = describe(CALENDAR, at(FRIDAY), at("30/3/2026 10:00"), finished_at=at(finished))
    assert answer == (state, words)


def test_a_paused_clock_is_never_overdue():
    now = at("30/3/2026 10:00")
    assert describe(CALENDAR, at(FRIDAY), now, paused=True) == (DueState.PAUSED, "Paused")
    waiting = describe(CALENDAR, at(FRIDAY), now, paused=True, pause_reason="waiting for papers")
    assert waiting.words == "Paused (waiting for papers)"


def test_steps_tell_hours_early_and_a_guess_says_so():
    now = at("2/3/2026 10:00")
    step = describe(CALENDAR, at(FRIDAY), now, is_step=True)
    assert step == (DueState.OK, "4 days and 3 working h left")
    guess = describe(CALENDAR, at(FRIDAY), now, provisional=True)
    assert guess.words == "4 days left (estimated)"


def test_the_last_hour_and_a_longer_warning():
    early = at("9/3/2026 07:30")
    assert (
        describe(CALENDAR, early, at("6/3/2026 16:30")).words == "Less than one working hour left"
    )
    ladder = describe(CALENDAR, at(FRIDAY), at("27/2/2026 10:00"), soon_days=5)
    assert ladder == (DueState.SOON, "5 days and 3 working h left")


def test_the_reader_elsewhere_still_gets_the_local_clock():
    utc = at(FRIDAY).astimezone(tz=None)
    assert describe(CALENDAR, utc, at("6/3/2026 08:00")).words == "Due today, 15:00"
