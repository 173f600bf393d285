"""The dry run against the description written out once more, in plain fractions and loops."""

from __future__ import annotations

import csv
import datetime as dt
import io
from fractions import Fraction
from math import floor

from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.rules.dry_run import dry_run

DUE = dt.date(2020, 11, 15)
LABELS = ("Tốt", "Khá", "Trung bình", "Yếu")


def tenths(most: int) -> st.SearchStrategy[Fraction]:
    return st.integers(0, most * 1000).map(lambda thousandths: Fraction(thousandths, 1000))


components = st.lists(
    st.tuples(st.integers(1, 600), st.sampled_from(["1", "2", "0.5", "0.25", "1.5", "0"])),
    min_size=1, max_size=4,
)  # fmt: skip
bounds = st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True).map(
    lambda found: sorted(found, reverse=True)
)
inclusive = st.lists(st.booleans(), min_size=3, max_size=3)
scales = st.tuples(st.integers(0, 3), st.sampled_from(["total", "percent"]), st.booleans())
lateness = st.one_of(
    st.none(), st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 200), st.booleans())
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2"]),
        st.one_of(st.none(), st.integers(1, 2000)),
        st.one_of(st.none(), st.integers(-3, 12)),
        st.lists(st.one_of(st.none(), st.just("NA"), st.integers(0, 1000)), min_size=4, max_size=4),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def rounded(value: Fraction, precision: int) -> Fraction:
    """Half up; below zero a half goes away from zero."""
    size = floor(abs(value) * 10**precision + Fraction(1, 2))
    return Fraction(size, 10**precision) * (-1 if value < 0 else 1)


def points_of(cell: int, maximum: int) -> Fraction:
    """A thousandth of the maximum for each: an exact number of at most three decimals."""
    return Fraction(cell * maximum, 1000)


def total_of(cells, parts, maximum: Fraction) -> Fraction | None:
    taken = list(zip(cells, parts, strict=False))
    if any(cell is None for cell, _part in taken) or all(cell == "NA" for cell, _part in taken):
        return None
    gained = sum(points_of(cell, most) * Fraction(weight)
                 for cell, (most, weight) in taken if cell != "NA")  # fmt: skip
    away = sum(most * Fraction(weight) for cell, (most, weight) in taken if cell == "NA")
    if not away:
        return Fraction(gained)
    return Fraction(gained) * maximum / (maximum - away) if maximum != away else None


def lost_and_forced(late, day) -> tuple[int, bool]:
    if late is None:
        return 0, False
    due_day_is_late, grace, deduction, is_forcing = late
    days = None if day is None else day + (1 if due_day_is_late else 0)
    if days is not None and days <= 0:
        return 0, False
    if not is_forcing:
        return deduction, False
    return (0, True) if days is None or days > grace else (deduction, False)


def expected(parts, grades, sides, scale, late, lines) -> list[tuple[str, ...]]:
    precision, rank_by, has_floor = scale
    maximum = Fraction(sum(most * Fraction(weight) for most, weight in parts))
    found = []
    for group, own, day, cells in lines:
        raw = total_of(cells, parts, maximum)
        if raw is None:
            found.append((group, None, None, ""))
            continue
        lost, is_forced = lost_and_forced(late, day)
        total = rounded(raw - lost, precision)
        total = max(total, Fraction(0)) if has_floor else total
        share = total * 100 / (own or maximum)
        label = next((name for name, at, side in zip(LABELS, grades, sides, strict=False)
                      if share > at or (side and share == at)), LABELS[-1])  # fmt: skip
        found.append((group, total, rounded(share, precision), LABELS[-1] if is_forced else label))
    return [
        (shown(total, precision), shown(percent, precision), label,
         rank_of(found, place, 1 if rank_by == "total" else 2))
        for place, (_group, total, percent, label) in enumerate(found)
    ]  # fmt: skip


def rank_of(found, place: int, by: int) -> str:
    mine = found[place]
    if mine[by] is None:
        return ""
    return str(1 + sum(other[0] == mine[0] and other[by] is not None and other[by] > mine[by]
                       for other in found))  # fmt: skip


def shown(value: Fraction | None, precision: int) -> str:
    if value is None:
        return ""
    digits = f"{abs(value.numerator) * 10**precision // value.denominator:0{precision + 1}d}"
    text = f"{digits[:-precision]}.{digits[-precision:]}" if precision else digits
    return f"-{text}" if value < 0 else text


def framework_of(parts, grades, sides, scale, late) -> str:
    listed = ", ".join(f"{{code: c{place}, max: {most}, weight: {weight}}}"
                       for place, (most, weight) in enumerate(parts))  # fmt: skip
    classes = ", ".join(f"{{label: {name}, from: {at}, inclusive: {str(side).lower()}}}"
                        for name, at, side in zip(LABELS, grades, sides, strict=False))  # fmt: skip
    lowest = "0" if scale[2] else "null"
    text = (
        f"scale: {{precision: {scale[0]}, rank_by: {scale[1]}, floor: {lowest}}}\n"
        f"components: [{listed}]\nclasses: [{classes}, {{label: {LABELS[-1]}}}]\n"
    )
    if late is not None:
        forced = f", after_grace: {LABELS[-1]}" if late[3] else ""
        text += (f"lateness: {{due: {DUE}, due_day_is_late: {str(late[0]).lower()},"
                 f" grace_days: {late[1]}, deduction: {late[2]}{forced}}}\n")  # fmt: skip
    return text


def scores_of(parts, lines) -> str:
    header = ["unit", "group", "max", "submitted_on", *(f"c{n}" for n in range(len(parts)))]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(header)
    for number, (group, own, day, cells) in enumerate(lines):
        values = [
            cell if cell in {None, "NA"} else f"{float(points_of(cell, most)):.3f}"
            for cell, (most, _weight) in zip(cells, parts, strict=False)
        ]
        submitted = None if day is None else DUE + dt.timedelta(days=day)
        writer.writerow([f"U{number}", group, own, submitted, *values])
    return target.getvalue()


@settings(max_examples=min(settings.default.max_examples, 400), deadline=None)
@given(components, bounds, inclusive, scales, lateness, rows)
def test_the_table_is_the_one_that_fractions_give(parts, grades, sides, scale, late, lines):
    if not sum(Fraction(weight) for _most, weight in parts):
        return  # no maximum: refused
    framework = framework_of(parts, grades, sides, scale, late)
    found = dry_run(framework.encode(), scores_of(parts, lines).encode()).as_csv()
    table = [tuple(row[2:]) for row in csv.reader(io.StringIO(found))][1:]
    assert table == expected(parts, grades, sides, scale, late, lines)
