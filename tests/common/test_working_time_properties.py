"""What must hold for every moment, limit and pause, however they are drawn."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from common.working_time import (
    LOCAL,
    Limit,
    Pause,
    TimeUnit,
    due,
    elapsed,
    next_working_moment,
    planned_step_ends,
    working_days_between,
)
from tests.common.test_working_time_reference import calendars as listed_calendars

CALENDARS = list(listed_calendars())
EVEN, EIGHT_HOURS, POLICE, UNEVEN = CALENDARS

calendars = st.sampled_from(CALENDARS)
even_calendars = st.sampled_from([EVEN, EIGHT_HOURS])
moments = st.datetimes(datetime(2024, 1, 2), datetime(2027, 6, 30)).map(
    lambda moment: moment.replace(tzinfo=LOCAL)
)
whole_numbers = st.integers(0, 40).map(Decimal)
quarters = st.integers(0, 160).map(lambda n: Decimal(n) / 4)
hundredths = st.integers(0, 4_000).map(lambda n: Decimal(n) / 100)


@st.composite
def limits(draw):
    unit = draw(st.sampled_from(list(TimeUnit)))
    amounts = {
        TimeUnit.WORKING_DAYS: hundredths,
        TimeUnit.HOURS: quarters,
        TimeUnit.MONTHS: st.integers(0, 12).map(Decimal),
        TimeUnit.SAME_DAY: st.just(Decimal()),
    }
    return Limit(draw(amounts.get(unit, whole_numbers)), unit)


@st.composite
def starts_with_pauses(draw, least=0):
    start = draw(moments)
    pauses = []
    for _ in range(draw(st.integers(least, 4))):
        begins = start + timedelta(minutes=draw(st.integers(-600, 20_000)))
        length = timedelta(seconds=draw(st.integers(0, 600_000)))
        pauses.append(Pause(begins, begins + length))
    return start, pauses


@given(calendars, starts_with_pauses(least=1), limits())
def test_adding_a_pause_never_shortens(calendar, start_and_pauses, limit):
    start, pauses = start_and_pauses
    without = due(calendar, start, limit, pauses[1:]).at
    assert due(calendar, start, limit, pauses).at >= without


@given(calendars, starts_with_pauses(least=1), limits(), st.fractions(0, 1))
def test_splitting_a_pause_changes_nothing(calendar, start_and_pauses, limit, where):
    start, (first, *others) = start_and_pauses
    seconds = int((first.end - first.start).total_seconds() * where)
    middle = first.start + timedelta(seconds=seconds)
    halves = [Pause(middle, first.end), *others, Pause(first.start, middle)]
    assert due(calendar, start, limit, halves) == due(calendar, start, limit, [first, *others])


@given(even_calendars, moments, hundredths)
def test_elapsed_working_days_are_the_reverse_of_due(calendar, start, amount):
    end = due(calendar, start, Limit(amount, TimeUnit.WORKING_DAYS)).at
    assert elapsed(calendar, start, end, TimeUnit.WORKING_DAYS) == amount


@given(calendars, moments, quarters)
def test_elapsed_hours_and_minutes_are_the_reverse_of_due(calendar, start, amount):
    end = due(calendar, start, Limit(amount, TimeUnit.HOURS)).at
    assert elapsed(calendar, start, end, TimeUnit.HOURS) == amount
    assert elapsed(calendar, start, end, TimeUnit.MINUTES) == amount * 60


@given(calendars, moments, whole_numbers)
def test_whole_working_days_are_that_many_working_days_later(calendar, start, amount):
    begun = next_working_moment(calendar, start)
    end = due(calendar, start, Limit(amount, TimeUnit.WORKING_DAYS)).at
    assert working_days_between(calendar, begun.date(), end.date()) == amount


@given(calendars, moments, limits())
def test_nothing_is_due_while_the_office_is_closed(calendar, start, limit):
    end = due(calendar, start, limit).at
    assert end >= next_working_moment(calendar, start)
    assert next_working_moment(calendar, end) == end


@given(even_calendars, moments, hundredths, hundredths)
def test_a_longer_limit_is_never_due_earlier(calendar, start, one, other):
    short, long = sorted([one, other])
    first = due(calendar, start, Limit(short, TimeUnit.WORKING_DAYS)).at
    assert first <= due(calendar, start, Limit(long, TimeUnit.WORKING_DAYS)).at


@given(calendars, moments, whole_numbers, whole_numbers, st.sampled_from(list(TimeUnit)))
def test_a_longer_whole_limit_is_never_due_earlier_anywhere(calendar, start, one, other, unit):
    if unit == TimeUnit.SAME_DAY:
        one = other = Decimal()
    short, long = sorted([one, other])
    first = due(calendar, start, Limit(short, unit)).at
    assert first <= due(calendar, start, Limit(long, unit)).at


@given(calendars, moments, moments, whole_numbers, st.sampled_from(["working_days", "hours"]))
def test_a_later_start_is_never_due_earlier(calendar, one, other, amount, unit):
    early, late = sorted([one, other])
    limit = Limit(amount, unit)
    assert due(calendar, early, limit).at <= due(calendar, late, limit).at


@given(calendars, moments, moments, whole_numbers, st.sampled_from(["days", "months"]))
def test_a_later_start_is_never_due_on_an_earlier_day(calendar, one, other, amount, unit):
    early, late = sorted([one, other])
    limit = Limit(amount, unit)
    assert due(calendar, early, limit).at.date() <= due(calendar, late, limit).at.date()


@given(calendars, starts_with_pauses(), limits(), st.lists(quarters, min_size=1, max_size=6))
def test_planned_steps_are_in_order_and_end_with_the_limit(calendar, case, limit, shares):
    start, pauses = case
    ends = planned_step_ends(calendar, start, shares, limit, pauses)
    assert ends == sorted(ends)
    assert len(ends) == len(shares)
    assert ends[-1] == due(calendar, start, limit, pauses).at
