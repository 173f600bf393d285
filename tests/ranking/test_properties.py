"""What holds for every table: rising costs no place, parts make the total, order is nothing."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ranking.rules.framework import Grade, Lateness, Scale
from ranking.rules.numbers import half_up
from ranking.rules.standing import Share, class_of, ranked, raw_total, standing, timing
from ranking.scoring import parse_rule

CLASSES = (Grade("Tốt", Decimal(85)), Grade("Khá", Decimal(70), inclusive=False), Grade("Yếu"))
DUE = dt.date(2020, 11, 15)
LATENESS = Lateness(DUE, grace_days=5, deduction=Decimal(100), after_grace="Yếu")
MAXIMA = (Decimal(300), Decimal(200), Decimal(500))


def decimals(highest: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, highest, places=3, allow_nan=False, allow_infinity=False)


cells = st.tuples(*(
    st.one_of(decimals(int(maximum)), st.just("NA"), st.none()) for maximum in MAXIMA
))  # fmt: skip
days = st.one_of(st.none(), st.integers(-3, 9).map(lambda late: DUE + dt.timedelta(days=late)))
units = st.lists(st.tuples(st.sampled_from("123"), cells, days), min_size=1, max_size=12)
scales = st.builds(
    Scale, st.just(Decimal(1000)), st.integers(0, 3), st.sampled_from(["total", "percent"]),
    st.sampled_from([Decimal(0), None]), st.sampled_from(["competition", "dense"]),
)  # fmt: skip


def shares(row):
    return [
        Share(None if each in {"NA", None} else each, maximum, is_applicable=each != "NA")
        for each, maximum in zip(row, MAXIMA, strict=True)
    ]


def table(rows, scale):
    lines = [
        (group, standing(raw_total(shares(row), Decimal(1000)), timing(LATENESS, day),
                         Decimal(1000), scale, CLASSES))
        for group, row, day in rows
    ]  # fmt: skip
    return ranked(lines, scale)


@given(units, scales, st.data())
def test_a_units_rank_never_worsens_when_its_score_rises(rows, scale, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    group, row, day = rows[at]
    place = data.draw(st.integers(0, 2))
    before = table(rows, scale)[at]
    if before.rank is None or not isinstance(row[place], Decimal):
        return
    raised = min(row[place] + data.draw(decimals(200)), MAXIMA[place])
    changed = (*row[:place], raised, *row[place + 1 :])
    after = table([*rows[:at], (group, changed, day), *rows[at + 1 :]], scale)[at]
    assert after.rank <= before.rank
    assert after.total >= before.total
    labels = [grade.label for grade in CLASSES]
    assert labels.index(after.label) <= labels.index(before.label)


@given(units, scales, st.randoms())
def test_permuting_units_changes_nothing(rows, scale, chance: random.Random):
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = table([rows[place] for place in order], scale)
    assert [table(rows, scale)[place] for place in order] == shuffled


@given(st.lists(st.tuples(decimals(50), decimals(2)), min_size=1, max_size=30), scales)
def test_parts_sum_to_the_total(parts, scale):
    given_parts = [Share(points, Decimal(50), weight) for points, weight in parts]
    raw = raw_total(given_parts, None)
    assert raw == sum(points * weight for points, weight in parts)
    total = standing(raw, timing(None, None), Decimal(1000), scale, ()).total
    assert abs(total - raw) <= Decimal(1).scaleb(-scale.precision) / 2


@given(units, scales)
def test_places_of_a_group_are_those_of_a_competition(rows, scale):
    found = table(rows, replace(scale, ties="competition"))
    for group in "123":
        printed = [
            (line.percent if scale.rank_by == "percent" else line.total, line.rank)
            for (each, _row, _day), line in zip(rows, found, strict=True)
            if each == group and line.rank is not None
        ]
        for value, rank in printed:
            assert rank == 1 + sum(other > value for other, _rank in printed)


@given(decimals(1000), st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most_and_halves_go_up(value, precision):
    rounded = half_up(value, precision)
    unit = Decimal(1).scaleb(-precision)
    assert abs(rounded - value) <= unit / 2
    assert rounded - value != -unit / 2


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 100))
def test_a_proportion_rounds_as_the_fraction_does(a, b, maximum):
    a = min(a, b)
    found = parse_rule({"type": "proportion"}, Decimal(maximum)).score({"a": a, "b": b}).points
    hundredths = (2 * 100 * a * maximum + b) // (2 * b)  # half up in whole numbers
    assert half_up(found, 2) == Decimal(hundredths) / 100


@given(decimals(1000), decimals(1000))
def test_a_higher_total_is_never_in_a_lower_class(one, other):
    labels = [grade.label for grade in CLASSES]
    worse, better = (
        labels.index(class_of(total, Decimal(1000), CLASSES)) for total in sorted([one, other])
    )
    assert better <= worse
