"""Edges of working time, each by name; the vectors were computed by hand."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest

from common.working_time import (
    DEFAULT_PATTERN,
    LOCAL,
    Calendar,
    CalendarEntry,
    EntryKind,
    Extension,
    Limit,
    Pause,
    Session,
    WeekPattern,
    add_working_days,
    due,
    elapsed,
    next_working_moment,
    planned_step_ends,
    session_minutes,
    working_days_between,
)
from tests.common.test_working_time_reference import listed_dates

OFFICE = DEFAULT_PATTERN.days[0]
MORNING = (Session(time(7, 30), time(11, 30)),)
SATURDAYS = Calendar(WeekPattern((*(OFFICE,) * 5, MORNING, ())))


@pytest.fixture(scope="module")
def calendar():
    entries = (CalendarEntry(day, EntryKind(kind), linked) for day, kind, linked in listed_dates())
    return Calendar(entries=tuple(entries), last_known_year=2026)


def at(text):
    """A local moment written "23/4/2026 10:00"."""
    pattern = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    return datetime.strptime(text, pattern).replace(tzinfo=LOCAL)


def end(calendar, start, amount, unit, pauses=(), cutoff=None, extensions=()):
    pauses = [Pause(at(begins), at(ends)) for begins, ends in pauses]
    limit = Limit(Decimal(amount), unit, cutoff)
    answer = due(calendar, at(start), limit, pauses, extensions).at
    text = answer.strftime("%d/%m/%Y %H:%M:%S")
    return "/".join(str(int(part)) for part in text[:10].split("/")) + text[10:].removesuffix(":00")


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected"),
    [
        ("23/4/2026 10:00", "3", "working_days", "29/4/2026 10:00"),
        ("21/8/2026 09:00", "1", "working_days", "22/8/2026 09:00"),
        ("13/2/2026 16:00", "2", "working_days", "24/2/2026 16:00"),
        ("23/11/2026 14:00", "1", "working_days", "25/11/2026 14:00"),
        ("2/3/2026 10:00", "0.5", "working_days", "2/3/2026 15:45"),
        ("6/3/2026 16:30", "450", "minutes", "9/3/2026 16:30"),
    ],
)
def test_the_vectors_of_the_study_of_law_hold(calendar, received, amount, unit, expected):
    assert end(calendar, received, amount, unit) == expected


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected"),
    [
        ("2/3/2026 06:00", "1", "working_days", "3/3/2026 07:30"),
        ("2/3/2026 12:00", "1", "working_days", "3/3/2026 13:30"),
        ("2/3/2026 11:30", "1", "working_days", "3/3/2026 11:30"),
        ("2/3/2026 17:00", "1", "working_days", "3/3/2026 17:00"),
        ("2/3/2026 17:00:40", "1", "working_days", "3/3/2026 17:00"),
        ("2/3/2026 17:01", "1", "working_days", "4/3/2026 07:30"),
        ("7/3/2026 09:00", "1", "working_days", "10/3/2026 07:30"),
        ("2/3/2026 10:00", "0", "working_days", "2/3/2026 10:00"),
        ("2/3/2026 18:00", "0", "working_days", "3/3/2026 07:30"),
        ("2/3/2026 10:00", "0.25", "working_days", "2/3/2026 13:52:30"),
        ("2/3/2026 10:00", "1.5", "working_days", "3/3/2026 15:45"),
        ("2/3/2026 17:00", "0.5", "working_days", "3/3/2026 11:15"),
        ("2/3/2026 07:30", "4", "hours", "2/3/2026 11:30"),
        ("2/3/2026 07:30", "240", "minutes", "2/3/2026 11:30"),
        ("2/3/2026 07:30", "241", "minutes", "2/3/2026 13:31"),
        ("2/3/2026 07:30", "7.5", "hours", "2/3/2026 17:00"),
        ("2/3/2026 16:30", "1", "hours", "3/3/2026 08:00"),
    ],
)
def test_working_days_hours_and_minutes(calendar, received, amount, unit, expected):
    assert end(calendar, received, amount, unit) == expected


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected"),
    [
        ("2/3/2026 10:00", "10", "days", "12/3/2026 10:00"),
        ("5/3/2026 16:00", "2", "days", "9/3/2026 16:00"),
        ("11/2/2026 09:00", "5", "days", "23/2/2026 09:00"),
        ("2/3/2026 10:00", "0", "days", "2/3/2026 10:00"),
        ("2/3/2026 20:00", "1", "days", "4/3/2026 07:30"),
        ("30/1/2026 10:00", "1", "months", "2/3/2026 10:00"),
        ("31/3/2026 10:00", "6", "months", "30/9/2026 10:00"),
        ("31/12/2026 10:00", "2", "months", "1/3/2027 10:00"),
        ("2/3/2026 10:00", "1", "months", "2/4/2026 10:00"),
    ],
)
def test_days_and_months_end_on_the_next_working_day(calendar, received, amount, unit, expected):
    assert end(calendar, received, amount, unit) == expected


@pytest.mark.parametrize(
    ("received", "cutoff", "expected"),
    [
        ("2/3/2026 09:00", None, "2/3/2026 17:00"),
        ("2/3/2026 16:59", None, "2/3/2026 17:00"),
        ("2/3/2026 17:30", None, "3/3/2026 17:00"),
        ("2/3/2026 15:00", time(15), "2/3/2026 17:00"),
        ("2/3/2026 15:01", time(15), "3/3/2026 17:00"),
        ("6/3/2026 15:01", time(15), "9/3/2026 17:00"),
        ("2/3/2026 17:30", time(15), "3/3/2026 17:00"),
        ("7/3/2026 16:00", time(15), "9/3/2026 17:00"),
        ("2/3/2026 11:45", time(12), "2/3/2026 17:00"),
    ],
)
def test_within_the_day_and_its_cutoff(calendar, received, cutoff, expected):
    assert end(calendar, received, "0", "same_day", cutoff=cutoff) == expected


def test_a_cutoff_moves_the_start_of_any_limit_to_the_next_working_day(calendar):
    assert end(calendar, "2/3/2026 16:00", "1", "working_days", cutoff=time(15)) == "4/3/2026 07:30"


def test_a_short_day_cuts_the_clock_time_and_a_fraction_is_a_share_of_it():
    assert end(SATURDAYS, "6/3/2026 16:00", "1", "working_days") == "7/3/2026 11:30"
    assert end(SATURDAYS, "6/3/2026 07:30", "1.5", "working_days") == "7/3/2026 09:30"
    assert end(SATURDAYS, "7/3/2026 08:00", "1", "working_days") == "9/3/2026 08:00"


def test_a_clock_time_in_a_gap_of_the_last_day_becomes_the_next_sessions_start():
    all_day = (Session(time(7, 30), time(17)),)
    calendar = Calendar(WeekPattern((all_day, *(OFFICE,) * 4, (), ())))
    assert end(calendar, "2/3/2026 12:15", "1", "working_days") == "3/3/2026 13:30"


def test_a_makeup_day_has_the_sessions_of_the_weekday_that_it_replaces():
    pattern = WeekPattern((MORNING, *(OFFICE,) * 4, (), ()))
    makeup = CalendarEntry(date(2026, 8, 22), EntryKind.MAKEUP_WORKDAY, date(2026, 8, 31))
    calendar = Calendar(pattern, (makeup,))
    assert calendar.sessions_on(date(2026, 8, 22)) == MORNING
    assert calendar.day_minutes(date(2026, 8, 22)) == 240
    assert end(calendar, "21/8/2026 15:00", "1", "working_days") == "22/8/2026 11:30"


def test_a_makeup_day_closes_no_office_that_is_closed_on_the_weekday_that_it_replaces():
    """A Monday on which one unit makes up for its Saturday; the others work as on any Monday."""
    makeup = CalendarEntry(date(2026, 8, 24), EntryKind.MAKEUP_WORKDAY, date(2026, 8, 22))
    calendar = Calendar(entries=(makeup,))
    assert calendar.sessions_on(date(2026, 8, 24)) == OFFICE
    assert end(calendar, "21/8/2026 10:00", "1", "working_days") == "24/8/2026 10:00"
    with_saturdays = Calendar(WeekPattern((*(OFFICE,) * 5, MORNING, ())), (makeup,))
    assert with_saturdays.sessions_on(date(2026, 8, 24)) == MORNING


def test_opening_times_may_change_on_a_day():
    day = (Session(time(7), time(11, 30)), Session(time(13), time(16)))
    summer = WeekPattern((*(day,) * 5, (), ()))
    calendar = Calendar(changes=((date(2026, 6, 1), summer),))
    assert end(calendar, "29/5/2026 17:00", "1", "working_days") == "1/6/2026 16:00"


@pytest.mark.parametrize(
    ("unit", "amount", "pauses", "expected"),
    [
        ("working_days", "3", [("3/3/2026 10:00", "4/3/2026 10:00")], "6/3/2026 10:00"),
        ("working_days", "3", [("3/3/2026 18:00", "4/3/2026 06:00")], "5/3/2026 10:00"),
        ("working_days", "3", [("3/3/2026 09:00", "3/3/2026 11:30")], "5/3/2026 14:30"),
        ("hours", "1", [("2/3/2026 10:15", "2/3/2026 10:45")], "2/3/2026 11:30"),
        ("same_day", "0", [("2/3/2026 14:00", "2/3/2026 15:00")], "3/3/2026 08:30"),
        ("days", "3", [("3/3/2026 10:00", "4/3/2026 11:00")], "6/3/2026 11:00"),
        ("days", "4", [("3/3/2026 10:00", "4/3/2026 10:00")], "9/3/2026 10:00"),
        ("days", "6", [("3/3/2026 10:00", "3/3/2026 15:00")], "9/3/2026 15:00"),
        ("days", "3", [("3/3/2026 10:00", "3/3/2026 23:00")], "5/3/2026 17:00"),
        ("days", "3", [("3/3/2026 06:00", "4/3/2026 00:00")], "6/3/2026 07:30"),
    ],
)
def test_a_pause_adds_its_own_length(calendar, unit, amount, pauses, expected):
    assert end(calendar, "2/3/2026 10:00", amount, unit, pauses) == expected


def test_a_pause_over_a_night_of_days_off_ends_with_the_working_day_that_follows(calendar):
    for hours, expected in [("08:00", "6/3/2026 16:00"), ("16:00", "9/3/2026 07:30")]:
        # Friday 10:00 plus 6 hours is a Friday; plus 14 hours is Saturday 00:00.
        pause = [("3/3/2026 02:00", f"3/3/2026 {hours}")]
        assert end(calendar, "2/3/2026 10:00", "4", "days", pause) == expected
    sunday = [("3/3/2026 10:00", "5/3/2026 08:00")]
    assert end(calendar, "2/3/2026 10:00", "4", "days", sunday) == "9/3/2026 17:00"


def test_overlapping_pauses_count_once_and_time_before_the_start_is_no_pause(calendar):
    twice = [("3/3/2026 10:00", "4/3/2026 10:00"), ("3/3/2026 09:00", "4/3/2026 08:00")]
    once = [("3/3/2026 09:00", "4/3/2026 10:00")]
    for unit, amount in [("working_days", "2"), ("days", "2")]:
        together = end(calendar, "2/3/2026 10:00", amount, unit, twice)
        assert together == end(calendar, "2/3/2026 10:00", amount, unit, once)
        before = [("27/2/2026 10:00", "2/3/2026 10:00")]
        alone = end(calendar, "2/3/2026 10:00", amount, unit)
        assert end(calendar, "2/3/2026 10:00", amount, unit, before) == alone


def test_an_extension_holds_when_it_is_later_and_moves_only_by_later_pauses(calendar):
    def extended(until, pauses=()):
        extension = Extension(at(until), at("4/3/2026 10:00"))
        return end(calendar, "2/3/2026 10:00", "3", "working_days", pauses, None, [extension])

    assert extended("10/3/2026 17:00") == "10/3/2026 17:00"
    assert extended("4/3/2026 17:00") == "5/3/2026 10:00"
    assert extended("8/3/2026 17:00") == "9/3/2026 07:30"
    earlier, later = ("3/3/2026 10:00", "3/3/2026 11:00"), ("9/3/2026 10:00", "9/3/2026 11:00")
    assert extended("10/3/2026 17:00", [earlier]) == "10/3/2026 17:00"
    assert extended("10/3/2026 17:00", [earlier, later]) == "11/3/2026 08:30"


def test_beyond_the_last_known_year_only_weekends_count_and_the_answer_is_provisional():
    calendar = Calendar(last_known_year=2026)
    known = due(calendar, at("30/12/2026 10:00"), Limit(Decimal(1), "working_days"))
    guess = due(calendar, at("31/12/2026 10:00"), Limit(Decimal(1), "working_days"))
    assert (known.at, known.provisional) == (at("31/12/2026 10:00"), False)
    assert (guess.at, guess.provisional) == (at("1/1/2027 10:00"), True)


def test_answers_are_aware_local_moments_whatever_the_offset_of_the_question(calendar):
    start = datetime(2026, 4, 23, 3, 0, tzinfo=UTC)
    answer = due(calendar, start, Limit(Decimal(3), "working_days")).at
    assert answer.isoformat() == "2026-04-29T10:00:00+07:00"
    with pytest.raises(ValueError, match="offset"):
        due(calendar, datetime(2026, 4, 23, 10), Limit(Decimal(3), "working_days"))


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("-1", "days"), ("0.5", "days"), ("1.5", "months"), ("0.5", "minutes"), ("1", "same_day"),
     ("NaN", "hours"), ("Infinity", "hours"), ("1", "weeks"), ("99999999", "hours")],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused(amount, unit):
    with pytest.raises(ValueError, match=r"\w"):
        Limit(Decimal(amount), unit)


def test_calendars_and_patterns_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="after it begins"):
        Session(time(11, 30), time(7, 30))
    with pytest.raises(ValueError, match="at least one"):
        WeekPattern(((), (), (), (), (), (), ()))
    with pytest.raises(ValueError, match="follow"):
        WeekPattern(((*OFFICE[::-1],), (), (), (), (), (), ()))
    with pytest.raises(ValueError, match="replaces"):
        CalendarEntry(date(2026, 8, 22), EntryKind.MAKEUP_WORKDAY)
    with pytest.raises(ValueError, match="only once"):
        Calendar(entries=(CalendarEntry(date(2026, 1, 1), "holiday"),) * 2)
    assert WeekPattern.from_data(DEFAULT_PATTERN.as_data()) == DEFAULT_PATTERN


def test_working_days_between_two_dates_leave_out_the_first_day(calendar):
    friday, monday, thursday = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 12)
    assert working_days_between(calendar, friday, friday) == 0
    assert working_days_between(calendar, friday, date(2026, 3, 8)) == 0
    assert working_days_between(calendar, friday, monday) == 1
    assert working_days_between(calendar, friday, thursday) == 4
    assert working_days_between(calendar, thursday, friday) == -4
    assert add_working_days(calendar, friday, 4) == thursday
    assert calendar.working_days_before(thursday, 4) == friday
    assert calendar.working_days_before(thursday, 0) == thursday


def test_the_next_working_moment(calendar):
    assert next_working_moment(calendar, at("2/3/2026 10:00")) == at("2/3/2026 10:00")
    assert next_working_moment(calendar, at("13/2/2026 18:00")) == at("23/2/2026 07:30")


def test_elapsed_time_in_each_unit(calendar):
    start, stop = at("2/3/2026 10:00"), at("3/3/2026 15:45")
    assert elapsed(calendar, start, stop, "working_days") == Decimal("1.5")
    assert elapsed(calendar, start, stop, "hours") == Decimal("11.25")
    assert elapsed(calendar, start, stop, "minutes") == 675
    assert elapsed(calendar, start, stop, "days") == 1
    assert elapsed(calendar, stop, start, "working_days") == 0
    assert elapsed(calendar, at("2/3/2026 16:00"), at("4/3/2026 10:00"), "working_days") == (
        Fraction(1) + Fraction(60 + 150, 450)
    )
    with pytest.raises(ValueError, match="months"):
        elapsed(calendar, start, stop, "months")


def test_the_time_in_hand_leaves_out_the_pauses(calendar):
    start, stop = at("2/3/2026 07:30"), at("3/3/2026 17:00")
    pauses = [
        Pause(at("1/3/2026 07:30"), at("2/3/2026 08:30")),
        Pause(at("3/3/2026 16:00"), at("5/3/2026 08:30")),
    ]
    assert session_minutes(calendar, start, stop) == 900
    assert session_minutes(calendar, start, stop, pauses) == 900 - 60 - 60


def test_steps_end_one_after_another_and_the_last_at_the_due_moment(calendar):
    shares = [Decimal(share) for share in ("0.5", "0.5", "2.5", "1", "0.5", "0")]
    limit = Limit(Decimal(5), "working_days")
    ends = planned_step_ends(calendar, at("2/3/2026 07:30"), shares, limit)
    assert ends == [
        at("2/3/2026 11:15"),
        at("3/3/2026 07:30"),
        at("5/3/2026 11:15"),
        at("6/3/2026 11:15"),
        at("9/3/2026 07:30"),
        at("9/3/2026 07:30"),
    ]
    assert planned_step_ends(calendar, at("2/3/2026 07:30"), [], limit) == []


def test_steps_of_a_limit_without_fractions_share_its_open_time(calendar):
    ends = planned_step_ends(
        calendar, at("2/3/2026 08:00"), [Decimal(1), Decimal(2), Decimal(1)],
        Limit(Decimal(0), "same_day"),
    )  # fmt: skip
    assert ends == [at("2/3/2026 09:45"), at("2/3/2026 15:15"), at("2/3/2026 17:00")]
    two_days = Limit(Decimal(2), "days")
    ends = planned_step_ends(calendar, at("2/3/2026 08:00"), [Decimal(1), Decimal(1)], two_days)
    assert ends == [at("3/3/2026 08:00"), at("4/3/2026 08:00")]


def test_steps_move_with_the_pauses_and_never_pass_the_due_moment(calendar):
    start, limit = at("2/3/2026 07:30"), Limit(Decimal(2), "working_days")
    pause = [Pause(at("2/3/2026 09:00"), at("2/3/2026 10:00"))]
    assert planned_step_ends(calendar, start, [Decimal(1), Decimal(1)], limit, pause) == [
        at("3/3/2026 08:30"),
        at("4/3/2026 08:30"),
    ]
    too_much = planned_step_ends(calendar, start, [Decimal(3), Decimal(1)], limit)
    assert too_much == [at("4/3/2026 07:30")] * 2
    with pytest.raises(ValueError, match="negative"):
        planned_step_ends(calendar, start, [Decimal(-1), Decimal(1)], limit)
