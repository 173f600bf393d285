"""Ratings of agencies against a table that was counted by hand; a task at moments of its life."""

import datetime as dt
import typing
from decimal import Decimal

import pytest
from django.utils import timezone

from directives.rules import Due
from directives.rules_history import Act, Filed, Story
from reports.rules_ratings import Bounds, bands, formulas, rate
from reports.rules_tasks import Figures, Part, counted, figures_of
from reports.rulesets_tasks import TaskReportRules

DA_NANG = Bounds(200, 90, 10, 50)
LAW = dt.date(2025, 11, 18)  # from this day on 212/2025/QĐ-UBND Hải Phòng holds
NO_TASKS = Figures(0, 0, 0, 0, 0, 0, 0)
# assigned, done, good, timely, late, overdue → three parts, sum, percent, band, list
# 212/2025/QĐ-UBND Hải Phòng, Phụ lục 01 II.4: 10 points each; bands of 1748/QĐ-UBND Đắk Nông
TABLE = [
    ((12, 12, 12, 12, 0, 0), ("10.00", "10.00", "10.00", "30.00", "100.00", "Xuất sắc", "")),
    ((12, 10, 9, 8, 2, 2), ("8.33", "7.50", "6.67", "22.50", "75.00", "Tốt", "")),
    ((7, 6, 5, 3, 3, 1), ("8.57", "7.14", "4.29", "20.00", "66.67", "Hoàn thành", "")),
    ((8, 3, 2, 1, 2, 5), ("3.75", "2.50", "1.25", "7.50", "25.00", "Không hoàn thành",
                         "criticised")),
    ((201, 183, 180, 170, 13, 18), ("9.10", "8.96", "8.46", "26.52", "88.39", "Tốt", "commended")),
    ((200, 200, 200, 200, 0, 0), ("10.00", "10.00", "10.00", "30.00", "100.00", "Xuất sắc", "")),
    ((300, 285, 280, 255, 30, 15), ("9.50", "9.33", "8.50", "27.33", "91.11", "Xuất sắc", "")),
    ((3, 1, 1, 1, 0, 2), ("3.33", "3.33", "3.33", "10.00", "33.33", "Không hoàn thành",
                         "criticised")),
    ((2, 1, 1, 1, 0, 1), ("5.00", "5.00", "5.00", "15.00", "50.00", "Hoàn thành", "")),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "expected"), TABLE)
def test_points_are_those_counted_by_hand(numbers, expected):
    told = Figures(*numbers, not_due=4)
    rated = rate(  # it had no tasks of the year's programme
        told, [NO_TASKS, told], formulas()["hai-phong-212-2025"], bands()["dak-nong-1748-2018"],
        DA_NANG,
    )  # fmt: skip
    *points, total, percent, band, listed = expected
    programme, directives = rated.groups
    assert (programme.assigned, programme.parts, rated.most) == (0, (), 30)
    assert [str(value) for _number, value in directives.parts] == points
    assert [number for number, _value in directives.parts] == list(numbers[1:4])
    assert (str(rated.points), str(rated.percent)) == (total, percent)
    assert (rated.band, rated.listed) == (band, listed)


def test_other_formulas_and_bands_are_data_too():
    figures = Figures(assigned=8, done=6, good=4, timely=5, late=1, overdue=2, not_due=0)
    named = bands()["hai-phong-212-2025"]

    def rated_by(code):
        return rate(figures, [figures], formulas()[code], named, DA_NANG)

    def parts(code):
        return [str(value) for _number, value in rated_by(code).groups[0].parts]

    assert parts("hai-phong-212-2025-programme") == ["3.75", "5.00", "3.13"]
    assert parts("hai-phong-212-2025-staff") == ["18.75", "15.00", "15.63"]
    assert parts("da-nang-2022") == ["75.00", "62.50", "12.50", "25.00", "25.00"]
    assert rated_by("da-nang-2022").points is None
    assert [named.of(Decimal(n)) for n in (91, 90, 81, 80, 50, 49)] == [
        "Xuất sắc", "Tốt", "Tốt", "Hoàn thành", "Hoàn thành", "Không hoàn thành",
    ]  # fmt: skip
    both = formulas()["hai-phong-212-2025"]
    rated = rate(NO_TASKS, [NO_TASKS, NO_TASKS], both, named, DA_NANG)
    assert (rated.points, rated.band, rated.listed) == (None, "", "")


def test_both_parts_of_a_formula_are_one_score_of_the_tasks_of_each():
    """212/2025/QĐ-UBND Hải Phòng, Phụ lục 01 II.3 and II.4: 20 points and 30."""
    both, named = formulas()["hai-phong-212-2025"], bands()["hai-phong-212-2025"]
    programme, directives = Figures(4, 4, 2, 3, 1, 0, 0), Figures(10, 8, 8, 6, 2, 2, 1)
    whole = Figures(15, 13, 10, 9, 4, 2, 1)  # one more was given by word of mouth
    rated = rate(whole, [programme, directives], both, named, DA_NANG)
    # 5 + 10 × 2/4 + 5 × 3/4 = 13,75; 8 + 8 + 6 = 22
    assert (str(rated.points), rated.most, str(rated.percent)) == ("35.75", 50, "71.50")
    assert rated.band == "Hoàn thành"
    assert [group.assigned for group in rated.groups] == [4, 10]
    assert both.groups[1].has("document")
    assert not any(group.has("oral") for group in both.groups)
    assert formulas()["da-nang-2022"].groups[0].has("oral")
    unrated = rate(whole, [NO_TASKS, NO_TASKS], both, named, DA_NANG)
    assert (unrated.points, unrated.most, unrated.band) == (None, None, "")


def test_no_formula_and_no_bands_hold_before_their_day():
    ruled, before = TaskReportRules(), dt.date(2025, 11, 17)
    assert (ruled.formula_on(before), ruled.formula_on(LAW)) == (None, ruled.formula)
    assert TaskReportRules(task_bands="hai-phong-212-2025").bands_on(before) is None
    figures = Figures(2, 0, 0, 0, 0, 2, 0)
    rated = rate(figures, [], None, ruled.bands_on(before), DA_NANG)
    assert (rated.groups, rated.points, rated.listed) == ((), None, "criticised")
    rated = rate(figures, [NO_TASKS, figures], ruled.formula, None, DA_NANG)
    assert (str(rated.points), rated.band) == ("0.00", "")


def test_each_formula_and_band_of_the_file_can_be_chosen():
    hints = typing.get_type_hints(TaskReportRules)
    assert set(typing.get_args(hints["task_formula"])) == set(formulas())
    assert set(typing.get_args(hints["task_bands"])) == set(bands())


def test_what_is_not_due_is_in_the_denominator_only_where_the_province_says_so():
    parts = {Part.EARLY: 2, Part.DONE: 1, Part.LATE: 1, Part.OVERDUE: 1, Part.IN_TIME: 3,
             Part.NO_DUE: 1, Part.SUSPENDED: 1, Part.WITHDRAWN: 9}  # fmt: skip
    assert figures_of(parts, 3) == Figures(5, 4, 3, 3, 1, 1, 5)
    assert figures_of(parts, 3, counts_all=True).assigned == 10


def on(month, day, hour=9):
    return timezone.make_aware(dt.datetime(2026, month, day, hour))


def day(month, number):
    return dt.date(2026, month, number)


def story(acts, dues, results=()):
    return Story(
        1, [Act(at, status, lead) for at, status, lead in acts],
        [Due(due_on, from_on, at) for due_on, from_on, at in dues],
        [Filed(*each) for each in results],
    )  # fmt: skip


def month_of(told, month):
    """Its columns in a month, or None."""
    since, until = on(month, 1, 0), on(month + 1, 1, 0) - dt.timedelta(microseconds=1)
    last = timezone.localdate(until)
    found = counted(told, since, until, last)
    return found and (found.begun, found.stands, found.lead, found.is_good)


LIFE = story(
    [
        (on(3, 2), "given", 7), (on(3, 3), "accepted", 7), (on(4, 8), "in_work", 7),
        (on(5, 4), "reported", 7), (on(5, 6), "closed", 7), (on(6, 3), "in_work", 8),
        (on(7, 2), "reported", 8), (on(7, 6), "closed", 8),
    ],
    [
        (day(3, 20), day(3, 2), on(3, 2)),
        (day(4, 30), day(3, 19), on(4, 2)),  # asked for in March, granted in April
        (day(6, 20), day(6, 3), on(6, 3)),
    ],
    [
        (on(5, 4), day(4, 29), on(5, 6), "confirmed", "meets"),
        (on(7, 2), day(7, 1), on(7, 6), "confirmed", "weak"),
    ],
)  # fmt: skip


def test_a_task_stands_in_each_month_as_it_was_known_then():
    assert month_of(LIFE, 2) is None
    assert month_of(LIFE, 3) == (Part.GIVEN, Part.OVERDUE, 7, False)  # more time came later
    assert month_of(LIFE, 4) == (Part.OPENING, Part.IN_TIME, 7, False)  # due on the last day
    assert month_of(LIFE, 5) == (Part.OPENING, Part.EARLY, 7, True)  # by the granted day
    assert month_of(LIFE, 6) == (Part.GIVEN, Part.OVERDUE, 8, False)  # reopened, by another lead
    assert month_of(LIFE, 7) == (Part.OPENING, Part.LATE, 8, False)
    assert month_of(LIFE, 8) is None


def test_a_result_that_waits_stands_for_its_day_and_what_ended_or_rests_has_columns():
    waits = story(
        [(on(3, 2), "given", 7), (on(3, 3), "accepted", 7), (on(3, 28), "reported", 7),
         (on(4, 3), "in_work", 7)],
        [(day(3, 25), day(3, 2), on(3, 2))],
        [(on(3, 28), day(3, 25), on(4, 3), "sent_back", "")],
    )  # fmt: skip
    assert month_of(waits, 3) == (Part.GIVEN, Part.IN_TIME, 7, False)
    assert month_of(waits, 4) == (Part.OPENING, Part.OVERDUE, 7, False)
    rests = story(
        [(on(3, 2), "given", 7), (on(3, 9), "suspended", 7), (on(4, 9), "withdrawn", 7)],
        [(None, day(3, 2), on(3, 2))],
    )  # fmt: skip
    assert month_of(rests, 3) == (Part.GIVEN, Part.SUSPENDED, 7, False)
    assert month_of(rests, 4) == (Part.OPENING, Part.WITHDRAWN, 7, False)
    assert month_of(rests, 5) is None
