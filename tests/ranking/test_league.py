"""The public league table: changes in words, ties, trends, versions, many units."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import UnitSuccession
from ranking.queries.league import table_for
from ranking.queries.published import publication_of
from ranking.rules.framework import Scale
from ranking.rules.movement import Kind, PartLine, movement, part_ranks
from tenancy.scope import tenant_scope
from tests.ranking.tables_of_years import make_people, published_year, row, units_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(province, town):
    return make_people(town)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


class Stood:
    def __init__(self, group="1", rank=1):
        self.group, self.rank = group, rank


@pytest.mark.parametrize(
    ("now", "before", "kind", "places"),
    [
        (Stood(rank=2), Stood(rank=5), Kind.UP, 3),
        (Stood(rank=5), Stood(rank=2), Kind.DOWN, 3),
        (Stood(rank=2), Stood(rank=2), Kind.SAME, 0),
        (Stood(), None, Kind.NEW, 0),
        (Stood(group="1"), Stood(group="2", rank=7), Kind.MOVED, 0),
        (Stood(rank=None), Stood(), Kind.UNRANKED, 0),
        (Stood(), Stood(rank=None), Kind.WAS_UNRANKED, 0),
        (Stood(rank=None), None, Kind.UNRANKED, 0),
    ],
)
def test_places_are_compared_only_where_they_mean_the_same(now, before, kind, places):
    found = movement(now, before)
    assert (found.kind, found.places) == (kind, places)


def test_a_unit_formed_from_others_is_not_compared_even_with_its_own_former_line():
    assert movement(Stood(rank=1), Stood(rank=9), is_formed=True).kind == Kind.FORMED


def test_ranks_inside_an_area_are_by_what_could_be_reached_and_share_places():
    def line(key, points, maximum, group="1"):
        part = {"code": "1", "title": "", "points": points, "maximum": maximum}
        return PartLine(key, group, [part])

    found = part_ranks(
        [line("a", "10", "20"), line("b", "20", "40"), line("c", "30", "40"),
         line("d", "1", "40", "2"), line("e", "5", "0")],
        Scale(),
    )  # fmt: skip
    assert found == {("a", "1"): 2, ("b", "1"): 2, ("c", "1"): 1, ("d", "1"): 1}


def test_every_unit_says_how_it_stands_against_the_year_before(client, province, town, people):
    a, b, c, d, e, old = units_below(town, 6)
    published_year(town, people, 2025, [
        row(a, rank=2), row(b, rank=1, total="90"), row(c, "2"), row(old, rank=3, total="70"),
    ])  # fmt: skip
    published_year(town, people, 2026, [
        row(a, rank=1, total="90"), row(b, rank=2), row(c, rank=2), row(d, rank=4, total="60"),
        row(e, rank=5, total="50"), row(town.commune, "2", rank=None),
    ])  # fmt: skip
    with tenant_scope(province):
        UnitSuccession.objects.create(
            predecessor=old, successor=e, on=dt.date(2026, 3, 1), reason="NQ 1"
        )
        table = table_for(publication_of(2026))
    said = {
        line.standing.unit_id: (line.moved.kind, line.moved.places)
        for group in table.groups for line in group.lines
    }  # fmt: skip
    assert said == {
        a.pk: (Kind.UP, 1), b.pk: (Kind.DOWN, 1), c.pk: (Kind.MOVED, 0), d.pk: (Kind.NEW, 0),
        e.pk: (Kind.FORMED, 0), town.commune.pk: (Kind.UNRANKED, 0),
    }  # fmt: skip
    page = client.get("/cong-bo/xep-hang/2026/")
    words = text_of(page)
    for sentence in (
        "tăng 1 bậc", "giảm 1 bậc", "trước đây thuộc nhóm khác", "năm đó chưa được đánh giá",
        "hình thành từ Sở số 6", "không xếp hạng",
    ):  # fmt: skip
        assert sentence in words, sentence
    assert words.count("Đồng hạng") == 2
    assert 'style="' not in page.text


def test_a_unit_that_was_assessed_after_it_was_formed_is_compared_with_itself(
    province, town, people
):
    """A split during the year before: both parts were ranked at its end."""
    a, b, c = units_below(town, 3)
    published_year(town, people, 2025, [row(a, rank=1), row(b, rank=2, total="70")])
    published_year(town, people, 2026, [row(b, rank=1), row(a, rank=2), row(c, rank=3)])
    with tenant_scope(province):
        for successor in (b, c):  # c had no line of its own yet
            UnitSuccession.objects.create(
                predecessor=a, successor=successor, on=dt.date(2025, 3, 1), reason="NQ 1"
            )
        (group,) = table_for(publication_of(2026)).groups
    said = {line.standing.unit_id: (line.moved.kind, line.formed_from) for line in group.lines}
    assert said[b.pk] == (Kind.UP, [])
    assert said[c.pk] == (Kind.FORMED, [a.name])


def test_years_that_were_judged_otherwise_are_not_compared_and_why_is_said(
    client, town, people, province
):
    a, b = units_below(town, 2)
    published_year(town, people, 2024, [row(a)], form={"scale": {"maximum": "100"}})
    other = [{"code": "1", "title": "Khác", "max": "100", "criteria": [
        {"code": "1.9", "title": "Máy tính", "max": "100",
         "rule": {"type": "proportion", "a": "x", "b": "y"}}]}]  # fmt: skip
    published_year(town, people, 2026, [row(a, rank=2), row(b)], form={"areas": other})
    with tenant_scope(province):
        table = table_for(publication_of(2026))
    assert table.last.cycle.year == 2024
    assert not table.comparison.is_comparable
    assert all(line.moved is None for group in table.groups for line in group.lines)
    marks = {line.standing.unit_id: line.trend for g in table.groups for line in g.lines}[a.pk]
    assert [(mark.year, mark.is_joined) for mark in marks] == [(2024, False), (2026, False)]
    words = text_of(client.get("/cong-bo/xep-hang/2026/"))
    assert "không so sánh được với năm 2024" in words
    assert "tăng" not in words
    assert "bỏ" in words


def test_the_trend_is_drawn_and_said(client, town, people, province):
    (a,) = units_below(town, 1)
    for year, total in ((2022, "60"), (2023, "70"), (2024, "80"), (2025, "75"), (2026, "90")):
        published_year(town, people, year, [row(a, total=total)])
    published_year(town, people, 2021, [row(a, total="11")])
    page = client.get("/cong-bo/xep-hang/2026/").text
    assert '<svg class="spark"' in page
    assert "2022: 60,00 %; 2023: 70,00 %; 2024: 80,00 %; 2025: 75,00 %; 2026: 90,00 %" in page
    assert "11,00" not in page


def test_a_corrected_version_says_what_changed_and_the_old_one_what_replaced_it(
    client, town, people, province
):
    a, b = units_below(town, 2)
    published_year(town, people, 2026, [row(a, total="90"), row(b, rank=2)])
    published_year(
        town, people, 2026, [row(a, rank=2), row(b, total="91.5", label="Tốt")], number=2,
        reason="Cộng nhầm điểm",
    )  # fmt: skip
    old = text_of(client.get("/cong-bo/xep-hang/2026/?ban=1"))
    assert "được thay thế bằng bản 2" in old
    assert "Cộng nhầm điểm" in old
    new = text_of(client.get("/cong-bo/xep-hang/2026/"))
    assert "Sở số 2 : 80,00 → 91,50" in new
    assert "Khá → Tốt" in new
    assert "được thay thế" not in new
    assert "được thay thế bằng bản 2" in text_of(
        client.get("/cong-bo/xep-hang/2026/H32.S001/?ban=1")
    )
    assert "80,00" in client.get("/cong-bo/xep-hang/2026.csv?ban=2").content.decode().replace(
        ".", ","
    )


def test_the_profile_has_places_in_areas_and_in_the_group(client, town, people, province):
    a, b = units_below(town, 2)
    better = row(b, total="95", rank=1)
    better["parts"] = [{**part, "points": part["maximum"]} for part in better["parts"]]
    published_year(town, people, 2026, [row(a, rank=2), better])
    words = text_of(client.get("/cong-bo/xep-hang/2026/H32.S001/"))
    assert "2/2" in words
    assert re.search(r"1\. Hạ tầng 20,00 trên 40 điểm \(50,0 %\) hạng 2", words)
    assert client.get("/cong-bo/xep-hang/2026/H32.S099/").status_code == 404


def test_a_total_that_is_rescaled_says_from_what(client, town, people, province):
    """Where something does not apply, areas do not add up to the total: the page calculates it."""
    a, b = units_below(town, 2)
    lines = [row(a, rank=1, total="66.67", deduction="0"), row(b, rank=2, total="50")]
    lines[0]["parts"] = [
        {"code": "1", "title": "Hạ tầng", "points": "40.0005", "maximum": "60"},
        {"code": "2", "title": "Ứng dụng", "points": "0", "maximum": "0"},
    ]
    published_year(town, people, 2026, lines)
    words = text_of(client.get("/cong-bo/xep-hang/2026/H32.S001/"))
    assert "40,0005 ÷ 60 × 100 = 66,67" in words
    assert "2. Ứng dụng" not in words  # nothing of it applied
    other = text_of(client.get("/cong-bo/xep-hang/2026/H32.S002/"))
    assert "÷" not in other
    assert "Tất cả nội dung 50,00 trên 100 điểm" in other
    table = text_of(client.get("/cong-bo/xep-hang/2026/"))
    assert "Điểm tối đa áp dụng" in table
    assert re.search(r"Sở số 1 40,00 – 60 Tổng điểm 66,67", table)
    assert "÷ điểm tối đa áp dụng × 100" in table


def test_a_sum_that_does_not_follow_is_not_written_as_a_formula(client, town, people, province):
    """Points taken away inside an area are not rescaled."""
    (a,) = units_below(town, 1)
    line = row(a, total="61.67")
    line["parts"] = [
        {"code": "1", "title": "Hạ tầng", "points": "40", "maximum": "60"},
        {"code": "2", "title": "Trừ", "points": "-5", "maximum": "0"},
    ]
    published_year(town, people, 2026, [line])
    words = text_of(client.get("/cong-bo/xep-hang/2026/H32.S001/"))
    assert "được quy đổi về thang 100" in words
    assert "÷" not in words
    assert "2. Trừ -5,00 điểm Tất cả" in words


def test_five_hundred_units_are_shown_in_pages_with_the_queries_of_five(
    client, town, people, province
):
    units = units_below(town, 505)
    published_year(town, people, 2025, [row(each, rank=n) for n, each in enumerate(units[:5], 1)])
    published_year(town, people, 2026, [
        row(each, rank=n) for n, each in enumerate(units[:5], 1)
    ])  # fmt: skip
    published_year(town, people, 2027, [
        row(each, str(n % 2 + 1), rank=n // 2 + 1) for n, each in enumerate(units)
    ])  # fmt: skip
    counts = []
    for year in (2026, 2027):
        client.get(f"/cong-bo/xep-hang/{year}/")  # what a process keeps is read once
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/cong-bo/xep-hang/{year}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert page.text.count("league-rank") == 100
    last = client.get("/cong-bo/xep-hang/2027/?nhom=2&trang=3")
    assert last.text.count("league-rank") == 52
    assert (
        client.get("/cong-bo/xep-hang/2027/?nhom=9&trang=99999999999999999999").status_code == 200
    )


def test_units_of_one_rank_stand_in_the_order_of_the_alphabet(town, people, province):
    a, b, c = units_below(town, 3)
    for unit, name in ((a, "Sở Xây dựng"), (b, "Sở Công Thương"), (c, "Sở Đối ngoại")):
        unit.name = name
    published_year(town, people, 2026, [row(each) for each in (a, b, c)])
    with tenant_scope(province):
        table = table_for(publication_of(2026))
    names = [line.standing.unit_name for line in table.groups[0].lines]
    assert names == ["Sở Công Thương", "Sở Đối ngoại", "Sở Xây dựng"]


def test_a_total_keeps_the_decimals_of_its_year(client, town, people, province):
    (a,) = units_below(town, 1)
    form = {"scale": {"maximum": "100", "precision": "4"}}
    published_year(town, people, 2026, [row(a, total="80.1234")], form=form)
    assert "80,1234" in client.get("/cong-bo/xep-hang/2026/").text
    assert "80.1234" in client.get("/cong-bo/xep-hang/2026.csv").content.decode()


def test_bounds_and_deductions_are_said_with_their_decimals_and_as_the_rule_is(
    client, town, people, province
):
    (a,) = units_below(town, 1)
    form = {
        "scale": {"maximum": "100", "rank_by": "percent", "ties": "dense"},
        "classes": [{"label": "Tốt", "from": "84.5"}, {"label": "Yếu"}],
        "lateness": {"due": "2026-11-15", "due_day_is_late": "true", "deduction": "2.5"},
    }
    taken = {"code": "2", "title": "Trừ", "points": "-4.5", "maximum": "0"}
    line = row(a, deduction="2.5")
    line["parts"] = [*line["parts"][:1], taken]
    published_year(town, people, 2026, [line], form=form)
    table = text_of(client.get("/cong-bo/xep-hang/2026/"))
    assert "trừ 2,5 điểm" in table
    assert "-4,50" in table
    method = text_of(client.get("/cong-bo/xep-hang/2026/phuong-phap/"))
    assert "84,5" in method
    assert "14/11/2026" in method
    assert "trừ 2,5 điểm" in method
    for words in (table, method):
        assert "Xếp hạng trong từng nhóm theo tỷ lệ" in words


def test_the_public_reads_nothing_of_a_prepared_version(client, town, people, province):
    (a,) = units_below(town, 1)
    made = published_year(town, people, 2026, [row(a)])
    with tenant_scope(province):
        type(made).objects.filter(pk=made.pk).update(state="prepared")
    assert client.get("/cong-bo/xep-hang/2026/").status_code == 404
    assert client.get("/cong-bo/xep-hang/2026.csv").status_code == 404
