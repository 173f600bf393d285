"""The classes that follow from counted work, counted by hand: both decrees, heads and officials."""

import datetime as dt
from dataclasses import replace

import pytest

from reports.queries.quality_words import told
from reports.rules_evaluation import Grade
from reports.rules_quality import (
    Counts,
    HeadPart,
    How,
    Judged,
    Level,
    Piece,
    Source,
    count,
    how,
    over_quota,
    propose,
)
from reports.rulesets import QUALITY

LAST = dt.date(2026, 6, 30)
BEFORE = QUALITY.by_law_on(dt.date(2025, 12, 31)).values.thresholds()
NOW = QUALITY.by_law_on(LAST).values.thresholds()
NINE_ON_TIME = Counts(on_time=9)


@pytest.mark.parametrize(("due", "done", "stands"), [
    ("06-10", "06-09", How.EARLY), ("06-10", "06-10", How.ON_TIME), ("06-10", "06-11", How.LATE),
    ("06-29", None, How.OVERDUE), ("06-30", None, How.OPEN), ("06-29", "07-01", How.OVERDUE),
    (None, "06-10", How.UNDATED), (None, None, How.OPEN), ("07-05", "07-01", How.OPEN),
])  # fmt: skip
def test_work_is_judged_by_days_as_it_stood_when_the_period_ended(due, done, stands):
    day = dt.date.fromisoformat
    assert how(due and day(f"2026-{due}"), done and day(f"2026-{done}"), LAST) == stands


def test_the_law_of_the_last_day_of_the_period_holds():
    assert (BEFORE.basis, NOW.basis) == ("conditions", "points")
    assert "báo chí" in QUALITY.by_law_on(LAST).source


def grade_of(own, unit=None, it="meets", t=BEFORE, general=None):
    return propose(own, unit, Judged(general, it), t).grade


UNIT = Counts(on_time=16, late=4, tasks_done=4, exceeded=2, unmet=4)  # all done, 80 % in time


@pytest.mark.parametrize(("own", "unit", "it", "expected"), [
    # NĐ 90/2020 Điều 8, 12: all in time and half of the tasks exceed; IT application not weak
    (Counts(on_time=9, early=1, tasks_done=2, exceeded=1), None, "meets", Grade.EXCELLENT),
    (Counts(on_time=9, early=1, tasks_done=3, exceeded=1), None, "meets", Grade.GOOD),
    (Counts(early=10), None, "meets", Grade.GOOD),  # early is not more than was asked
    (Counts(early=10, tasks_done=1), None, "meets", Grade.GOOD),
    (Counts(on_time=9, early=1, tasks_done=2, exceeded=1), None, "weak", Grade.GOOD),
    # Điều 10, 14: all done, a fifth late; one more is in no class of the decree
    (Counts(on_time=8, late=2, unmet=2), None, "meets", Grade.FULFILLED),
    (Counts(on_time=7, late=3, unmet=3), None, "meets", Grade.NONE),
    (Counts(on_time=9, overdue=1, unmet=1), None, "meets", Grade.NONE),  # not all done
    (Counts(on_time=9, late=0, unmet=1), None, "meets", Grade.FULFILLED),  # one of weak quality
    # Điều 11, 15: more than half
    (Counts(on_time=5, late=5, unmet=5), None, "meets", Grade.NONE),
    (Counts(on_time=4, late=6, unmet=6), None, "meets", Grade.FAILED),
    # A head: what his unit did counts too
    (NINE_ON_TIME, UNIT, "meets", Grade.GOOD),
    (NINE_ON_TIME, replace(UNIT, on_time=15, late=5, unmet=5), "meets", Grade.FULFILLED),
    (NINE_ON_TIME, replace(UNIT, overdue=1), "meets", Grade.FULFILLED),
    (NINE_ON_TIME, Counts(on_time=71, overdue=29), "meets", Grade.FULFILLED),
    (NINE_ON_TIME, Counts(on_time=70, overdue=30), "meets", Grade.NONE),
    (NINE_ON_TIME, Counts(on_time=49, overdue=51), "meets", Grade.FAILED),
    (Counts(on_time=9, tasks_done=2, exceeded=2), UNIT, "meets", Grade.EXCELLENT),
    # No evidence is not a zero
    (Counts(open=4), None, "meets", Grade.NONE),
])  # fmt: skip
def test_classes_follow_the_conditions_of_the_decree_of_2020(own, unit, it, expected):
    assert grade_of(own, unit, it) == expected


@pytest.mark.parametrize(("own", "general", "points", "expected"), [
    # 30 + 70 × (100 + 100 + 100)/300
    (Counts(on_time=10), 30, 10_000, Grade.EXCELLENT),
    (Counts(on_time=10), None, 10_000, Grade.EXCELLENT),  # all general points until they are given
    (Counts(on_time=10), 20, 9_000, Grade.EXCELLENT),
    (Counts(on_time=10), 19, 8_900, Grade.GOOD),
    # 2 of 10 late: progress 95; 28 + 70 × 295/300 = 96,833…
    (Counts(on_time=8, late=2), 28, 9_683, Grade.EXCELLENT),
    # 4 of 10 overdue have neither quality nor progress: 60 each; 20 + 70 × 180/300
    (Counts(on_time=6, overdue=4), 20, 6_200, Grade.FULFILLED),
    # Two products sent back once, one four times: quality (1000 − 150)/10 = 85
    (Counts(on_time=10, quality_lost=150), 20, 8_650, Grade.GOOD),
    (Counts(overdue=10), 30, 3_000, Grade.FAILED),
    (Counts(on_time=1, overdue=9), 30, 3_700, Grade.FAILED),
])  # fmt: skip
def test_points_follow_the_decree_of_2025_as_the_press_told_it(own, general, points, expected):
    found = propose(own, None, Judged(general), NOW)
    assert int(found.points * 100) == points
    assert found.grade == expected
    assert found.reasons[0].n == points


@pytest.mark.parametrize(("parts", "points", "expected"), [
    # (90 + 90 + 90 + 100 + 100 + 100)/6 = 95; 25 + 70 × 95/100
    ({}, 9_150, Grade.EXCELLENT),  # taken in full until they are given, and said so
    ({"unit": 100, "organising": 100, "uniting": 100}, 9_150, Grade.EXCELLENT),
    ({"unit": 50, "organising": 100, "uniting": 100}, 8_566, Grade.GOOD),
    ({"unit": 50, "organising": 50, "uniting": 50}, 7_400, Grade.GOOD),
])  # fmt: skip
def test_points_of_a_head_are_the_mean_of_six_parts(parts, points, expected):
    found = propose(Counts(on_time=9, overdue=1), UNIT, Judged(25, "meets", parts), NOW)
    assert (int(found.points * 100), found.grade) == (points, expected)
    told = {each.key: each.met for each in found.reasons if each.key.startswith("head_")}
    assert list(told.values()) == [
        parts[part] == 100 if parts else None for part in HeadPart.values
    ]


def test_a_province_that_does_not_take_the_press_for_law_leaves_a_heads_parts_to_people():
    left = replace(NOW, head_missed=0)
    found = propose(Counts(on_time=9, overdue=1), UNIT, Judged(25), left)
    assert int(found.points * 100) == 8_800
    assert [each.key for each in found.reasons if each.met is None] == ["unit_points"]


def test_results_below_the_requirement_have_no_quality():
    pieces = [Piece("tasks", n, How.ON_TIME, quality=Level.WEAK) for n in range(4)]
    found = propose(count(pieces, NOW), None, Judged(30, Level.MEETS), NOW)
    assert (found.grade, found.reasons[0].n) == (Grade.GOOD, 7_666)  # 30 + 70 × (100 + 0 + 100)/300
    half = propose(count(pieces, replace(NOW, weak_percent=50)), None, Judged(30), NOW)
    assert half.reasons[0].n == 8_833


@pytest.mark.parametrize(("it", "expected", "met"), [
    (Level.WEAK, Grade.GOOD, False), (Level.MEETS, Grade.EXCELLENT, True),
    ("", Grade.EXCELLENT, None),
])  # fmt: skip
def test_it_application_below_the_requirement_is_not_excellent_by_points(it, expected, met):
    found = propose(Counts(on_time=10), None, Judged(30, it), NOW)
    assert found.grade == expected
    assert [each.met for each in found.reasons if each.key == "it"] == [met]


def test_nothing_is_rounded_up_to_a_class():
    # 20 + 70 × (100 + 100 + 99,97)/300 = 89,99…
    found = propose(Counts(on_time=999, late=1), None, Judged(20), NOW)
    assert found.grade == Grade.GOOD
    assert found.reasons[0].n == 8_999


def test_what_the_portal_cannot_know_is_said_and_left_to_people():
    """Dossiers and documents say nothing of vượt mức: that is asked of the head, and nobody is
    proposed excellent by it."""
    found = propose(NINE_ON_TIME, UNIT, Judged(), BEFORE)
    assert found.grade == Grade.GOOD
    assert [(each.key, each.met) for each in found.reasons if not each.met] == [
        ("exceeded", None), ("units_classed", None)
    ]  # fmt: skip
    words = told([each.as_data() for each in found.reasons])[0]["words"]
    assert "hồ sơ, văn bản không thể hiện" in words
    done = propose(replace(NINE_ON_TIME, tasks_done=3), None, Judged(), BEFORE)
    assert [(r.key, r.met) for r in done.reasons if r.grade == Grade.EXCELLENT] == [
        ("exceeded", False)
    ]


def test_pieces_come_to_counts_and_a_product_loses_no_more_than_all():
    day = dt.date(2026, 3, 2)
    pieces = [
        Piece.of(Source.TASKS, 1, day, day, LAST, quality="exceeds", failed=5),
        Piece.of(Source.TASKS, 2, day, day, LAST, quality="weak"),
        Piece.of(Source.DOSSIERS, 1, day, day + dt.timedelta(days=1), LAST, failed=1),
        Piece.of(Source.DOCUMENTS, 1, day, None, LAST, failed=1),
        Piece.of(Source.DOCUMENTS, 2, LAST, None, LAST),
    ]
    assert count(pieces, NOW) == Counts(
        on_time=2, late=1, overdue=1, open=1, unmet=3, exceeded=1, tasks_done=2, quality_lost=225
    )


@pytest.mark.parametrize(("excellent", "good", "over"), [
    (0, 0, False), (1, 5, False), (1, 4, True), (2, 10, False), (3, 10, True)
])  # fmt: skip
def test_excellent_is_at_most_a_fifth_of_good(excellent, good, over):
    grades = [Grade.EXCELLENT] * excellent + [Grade.GOOD] * good + [Grade.FULFILLED]
    assert over_quota(grades, 20) is over
