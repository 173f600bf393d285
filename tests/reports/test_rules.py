"""Biểu II.06a by its rule alone: every dossier stands in one column of each side."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.working_time import add_months
from reports.rules import (
    COLUMNS,
    PARTS,
    Facts,
    Figures,
    Period,
    WrongPeriod,
    columns_of,
    segments,
)
from tests.marks import at_most

BEGAN, ENDED = {"online", "direct", "opening"}, {"early", "on_time", "late", "in_time", "overdue"}
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
days = st.dates(dt.date(2026, 7, 1), dt.date(2027, 1, 31))


def facts(accepted="2026-10-05", finished=None, due="2026-10-20", **more):
    day = dt.date.fromisoformat
    known = {"is_online": False, "is_withdrawn": False, "is_waiting": False, **more}
    return Facts(
        accepted_on=day(accepted), finished_on=finished and day(finished),
        due_on=due and day(due), **known,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("life", "columns"),
    [
        (facts(finished="2026-10-19"), {"direct", "early"}),
        (facts(finished="2026-10-20", is_online=True), {"online", "on_time"}),
        (facts(finished="2026-10-21"), {"direct", "late"}),
        (facts(finished="2026-10-21", is_withdrawn=True), {"direct", "on_time"}),
        (facts(finished="2026-10-10", is_withdrawn=True), {"direct", "on_time"}),
        (facts(finished="2026-10-10", due=None), {"direct", "on_time"}),
        (facts(), {"direct", "overdue"}),
        (facts(is_waiting=True), {"direct", "in_time"}),
        (facts(due="2026-10-31"), {"direct", "in_time"}),
        (facts(due="2026-10-30"), {"direct", "overdue"}),
        (facts(accepted="2026-09-30"), {"opening", "overdue"}),
        (facts(accepted="2026-09-30", finished="2026-10-01"), {"opening", "early"}),
        (facts(accepted="2026-09-02", finished="2026-09-30"), set()),
        (facts(accepted="2026-11-01"), set()),
        (facts(finished="2026-11-01", due="2026-11-05"), {"direct", "in_time"}),
    ],
)
def test_a_life_stands_in_its_columns(life, columns):
    assert set(columns_of(life, OCTOBER)) == columns


@st.composite
def lives(draw):
    accepted = draw(days)
    return Facts(
        accepted_on=accepted, is_online=draw(st.booleans()),
        finished_on=draw(st.none() | st.dates(accepted, dt.date(2027, 3, 1))),
        is_withdrawn=draw(st.booleans()), due_on=draw(st.none() | days),
        is_waiting=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def periods(draw):
    first = draw(days)
    return Period(first, draw(st.dates(first, dt.date(2027, 2, 15))))


@given(lives(), periods())
def test_it_stands_in_one_column_of_each_side_or_in_none(life, period):
    found = list(columns_of(life, period))
    assert len(found) == len(set(found)) in {0, 2}
    if found:
        assert len(BEGAN & set(found)) == len(ENDED & set(found)) == 1


@at_most(300)
@given(st.lists(lives(), max_size=20), periods())
def test_opening_and_received_are_finished_and_closing(some, period):
    total = Figures()
    for life in some:
        total += Figures(**dict.fromkeys(columns_of(life, period), 1))
    row = dict(zip([column.number for column in COLUMNS], total.as_row(), strict=True))
    assert row[3] == row[7] + row[11]
    for number, parts in PARTS.items():
        assert row[number] == sum(row[part] for part in parts)


@given(lives(), days)
def test_what_one_month_ends_with_the_next_begins_with(life, day):
    month = Period(day.replace(day=1), add_months(day.replace(day=1), 1) - dt.timedelta(days=1))
    following = Period(month.after, add_months(month.after, 1) - dt.timedelta(days=1))
    is_open = bool(set(columns_of(life, month)) & {"in_time", "overdue"})
    assert ("opening" in set(columns_of(life, following))) == is_open


@given(periods())
def test_the_segments_cover_every_day_once(period):
    inside, covered = 0, set()
    for part in segments(period):
        if part.span == "month":
            assert part.after.day == 1
        if not part.is_in_period:
            assert part.after <= period.first
            continue
        assert part.first >= period.first
        length = (part.after - part.first).days
        covered |= {part.first + dt.timedelta(days=n) for n in range(length)}
        inside += length
    assert inside == len(covered) == (period.after - period.first).days
    before = [part for part in segments(period) if not part.is_in_period]
    assert before[-1].after == period.first
    assert all(one.after == other.first for one, other in itertools.pairwise(before))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-10-31", "2026-10-01"),
        ("2026-11-01", "2026-11-21"),
        ("1999-12-31", "2004-10-01"),
        ("2021-10-30", "2026-10-31"),
    ],
)
def test_a_wrong_period_is_a_sentence(first, last):
    day = dt.date.fromisoformat
    with pytest.raises(WrongPeriod, match="period"):
        Period.checked(day(first), day(last), today=dt.date(2026, 11, 20), longest=1_827)
