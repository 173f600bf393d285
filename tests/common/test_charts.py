"""Charts: numbers in, geometry out; nothing that a strict policy or the paper would refuse."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from common import charts
from common.charts import Bar, Point, Series, Span, Target

SVG = "{http://www.w3.org/2000/svg}"
PARTS = [Series("Quá hạn", charts.LATE), Series("Còn hạn", charts.OK)]


def drawn(markup):
    return ET.fromstring(str(markup))


def widths(picture, colour):
    return [
        float(each.get("width")) for each in picture.iter(f"{SVG}rect")
        if each.get("fill") == colour and each.get("width") != "13"
    ]  # fmt: skip


def words(picture):
    return [each.text for each in picture.iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_numbers():
    rows = [Bar("Sở Y tế", (10, 30)), Bar("Sở Tư pháp", (20, 0))]
    picture = drawn(charts.stacked_bars("Hồ sơ", PARTS, rows))
    late, kept = widths(picture, charts.LATE), widths(picture, charts.OK)
    assert len(late) == 2
    assert late[1] == pytest.approx(2 * late[0], abs=2)
    assert kept == [pytest.approx(3 * late[0], abs=4)]
    assert {"10", "30", "20", "40"} <= set(words(picture))


@pytest.mark.parametrize("narrow", [False, True])
def test_everything_stays_inside_the_picture(narrow):
    rows = [Bar(f"Ủy ban nhân dân phường {n} dài hơn nữa", (n * 991, 7)) for n in range(12)]
    many = [Series(f"Phần thứ {n} của tất cả", "#000000") for n in range(2)]
    picture = drawn(charts.stacked_bars("Hồ sơ", many, rows, narrow=narrow))
    _x, _y, width, height = map(float, picture.get("viewBox").split())
    for each in picture.iter(f"{SVG}rect"):
        assert float(each.get("x")) >= 0
        assert float(each.get("x")) + float(each.get("width")) <= width
        assert float(each.get("y")) + float(each.get("height")) <= height


@pytest.mark.parametrize("rows", [[], [Bar("Không", (0, 0))], [Bar("Một", (1, 0))]])
def test_nothing_zeros_and_one_are_drawn_without_a_fault(rows):
    picture = drawn(charts.stacked_bars("Hồ sơ", PARTS, rows))
    assert len(widths(picture, charts.LATE)) == sum(row.values[0] > 0 for row in rows)


def test_a_number_that_does_not_fit_is_left_to_the_sum_and_the_table():
    picture = drawn(charts.stacked_bars("Hồ sơ", PARTS, [Bar("Sở", (1, 100_000))]))
    assert "1" not in words(picture)
    assert "100.000" in words(picture) or "100,000" in words(picture)


def test_a_link_says_what_it_opens_and_makes_a_group_of_the_image():
    rows = [Bar("Sở <Y>", (3, 0), ("/ho-so/?a=1&b=2",))]
    markup = charts.stacked_bars("Hồ sơ", PARTS, rows)
    picture = drawn(markup)
    (link,) = picture.iter(f"{SVG}a")
    assert link.get("href") == "/ho-so/?a=1&b=2"
    assert link.get("aria-label") == "Sở <Y>: Quá hạn 3"
    assert picture.get("role") == "group"
    assert drawn(charts.stacked_bars("Hồ sơ", PARTS, [Bar("Sở", (3, 0))])).get("role") == "img"


def test_the_line_has_a_gap_where_nothing_is_known():
    values = [90, 92, None, 95, 100]
    points = [Point(f"{n:02}/26", value) for n, value in enumerate(values)]
    picture = drawn(charts.line("Đúng hạn", points, target=Target("Chỉ tiêu 95%", 95)))
    dots = list(picture.iter(f"{SVG}circle"))
    assert len(dots) == 4
    lines = [each for each in picture.iter(f"{SVG}path") if each.get("stroke-width") == "2.5"]
    assert len(lines) == 2
    heights = [float(dot.get("cy")) for dot in dots]
    assert heights == sorted(heights, reverse=True)  # the higher share stands higher


@pytest.mark.parametrize("values", [[], [None], [0], [100], [None, 50, None]])
def test_a_line_of_little_is_drawn_without_a_fault(values):
    points = [Point(str(n), value) for n, value in enumerate(values)]
    picture = drawn(charts.line("Đúng hạn", points))
    known = [value for value in values if value is not None]
    assert len(list(picture.iter(f"{SVG}circle"))) == len(known)
    _x, _y, _width, height = map(float, picture.get("viewBox").split())
    assert all(0 <= float(dot.get("cy")) <= height for dot in picture.iter(f"{SVG}circle"))


def test_what_a_step_takes_beyond_its_plan_is_red():
    rows = [Span("Thẩm định", 6, 9, 4), Span("Ký", 1, 2, 3)]
    picture = drawn(charts.spans("Bước", rows, unit="ngày"))
    (late,) = widths(picture, charts.LATE)
    kept = widths(picture, charts.OK)
    assert kept[0] == pytest.approx(2 * late, abs=1)  # 4 of 6 days within the plan
    assert kept[1] == pytest.approx(late / 2, abs=1)
    assert not list(drawn(charts.spans("Bước", [], unit="ngày")).iter(f"{SVG}rect"))


@pytest.mark.parametrize(
    "markup",
    [
        charts.stacked_bars("Hồ sơ", PARTS, [Bar("Sở", (3, 4))]),
        charts.line("Đúng hạn", [Point("1", 90), Point("2", 95)], target=Target("Đích", 95)),
        charts.spans("Bước", [Span("Ký", 1, 2, 3)], unit="ngày"),
    ],
)
def test_presentation_attributes_only_and_words_for_who_cannot_see(markup):
    assert not re.search(r"<style|<script|style=|class=\"(?!chart\")|<pattern| on\w+=", markup)
    picture = drawn(markup)
    assert picture.find(f"{SVG}title").text
    assert re.search(r"\d", picture.find(f"{SVG}desc").text)


def test_colours_keep_apart_in_grey():
    def grey(colour):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    greys = sorted(map(grey, (charts.OK, charts.SOON, charts.WAITING)))
    assert all(after - before > 25 for before, after in pairwise(greys))
