"""A unit's line: what lateness did to it is told with it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ranking.rules.faults import Faulty
from ranking.rules.framework import Grade, Lateness, Scale
from ranking.rules.standing import Share, Standing, ranked, raw_total, standing, timing

CLASSES = (Grade("Tốt", Decimal(85)), Grade("Yếu"))
LATE = Lateness(dt.date(2020, 11, 15), grace_days=5, deduction=Decimal(100), after_grace="Yếu")
MOST = Decimal(1000)


def line(day: dt.date | None, raw: Decimal | None = Decimal(900)) -> Standing:
    return standing(raw, timing(LATE, day), MOST, Scale(), CLASSES)


def test_a_line_tells_the_deduction_and_whether_its_class_is_forced():
    in_time, late, too_late = (line(dt.date(2020, 11, day)) for day in (15, 20, 21))
    assert (in_time.deduction, in_time.is_forced, in_time.label) == (0, False, "Tốt")
    assert (late.deduction, late.is_forced, late.label) == (100, False, "Yếu")
    assert (too_late.deduction, too_late.is_forced, too_late.label) == (0, True, "Yếu")
    assert too_late.total == 900


def test_what_is_not_appraised_has_only_its_lateness():
    assert line(None, raw=None) == Standing(is_forced=True)
    assert line(dt.date(2020, 11, 16), raw=None) == Standing(deduction=Decimal(100))


def test_nothing_has_no_total_and_deductions_alone_are_no_total_either():
    assert raw_total([], MOST) is None
    away = Share(None, Decimal(1000), is_applicable=False)
    assert raw_total([away, Share(Decimal(-5), Decimal(0))], MOST) is None


def test_more_than_everything_cannot_be_taken_out():
    away = Share(None, Decimal(1100), is_applicable=False)
    with pytest.raises(Faulty, match="excluded_above_maximum"):
        raw_total([away, Share(Decimal(5), Decimal(10))], MOST)


def test_places_can_be_dense():
    lines = [("1", Standing(Decimal(total), Decimal(total))) for total in (3, 2, 2, 1)]
    assert [each.rank for each in ranked(lines, Scale())] == [1, 2, 2, 4]
    assert [each.rank for each in ranked(lines, Scale(ties="dense"))] == [1, 2, 2, 3]
