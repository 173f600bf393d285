"""What the unit's officer reads beside a criterion: what is missing, how points were found."""

from __future__ import annotations

import copy
from unittest import mock

import pytest
from django.urls import reverse

from tenancy.scope import tenant_scope
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
KINDS = [
    {"code": "2.2", "title": "Băng thông", "max": "10",
     "rule": {"type": "best_of_group", "a": "Mb/s", "b": "Số người"}},
    {"code": "2.3", "title": "Chậm báo cáo", "max": "0",
     "rule": {"type": "deduction", "each": "2", "most": "10", "label": "Số lần"}},
    {"code": "2.4", "title": "Cán bộ", "max": "0",
     "rule": {"type": "information", "label": "Ghi số và nguồn"}},
]  # fmt: skip


@pytest.fixture
def year(province, town):
    areas = copy.deepcopy(FORM["areas"])
    section = areas[1]["sections"][0]
    section["max"] = section["criteria"][0]["max"] = "50"
    areas[1]["criteria"] = KINDS
    with tenant_scope(province), mock.patch.dict(FORM, {"areas": areas}):
        return make_year(town)


@pytest.fixture
def send(client, year, town):
    """Save one criterion as the page does, after all that was saved before."""
    client.sign_in(town.leader)
    saved: dict[str, int] = {}

    def post(code, **values):
        node = year.node(code).pk
        path = reverse("ranking:answer_save", args=[year.own.pk, node])
        data = {f"c{node}-revision": saved.get(code, 0)}
        answer = client.post(
            path, data | {f"c{node}-{name}": text for name, text in values.items()}, headers=HTMX
        )
        saved[code] = saved.get(code, 0) + (answer.status_code == 200)
        return answer.text

    return post


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1,5,2", "<li>có máy: “1,5,2” có hai dấu"),
        ("-3", "<li>có máy: “-3” là số âm"),
        ("ba", "<li>có máy: “ba” không phải là số"),
        ("9" * 40, "có quá nhiều chữ số"),
    ],
)
def test_a_fault_names_the_box_as_the_page_does(send, typed, sentence):
    assert sentence in send("1.9", a=typed, b="40")


def test_what_is_missing_is_named(send):
    assert "Còn thiếu số liệu: cán bộ" in send("1.9", a="3")


def test_points_of_the_group_are_known_later_and_the_sentence_says_so(send):
    said = send("2.2", a="100", b="40")
    assert "Biết điểm khi cả nhóm đã nhập" in said
    assert "Chưa nhập" not in said


def test_information_is_noted_and_a_deduction_says_what_it_takes(client, year, send):
    assert "Đã ghi nhận" in send("2.4", text="5 người")
    assert "Chưa biết điểm" not in send("2.4", text="6 người")
    page = client.get(reverse("ranking:assessment_area", args=[year.own.pk, "2"])).text
    assert "Trừ 2 điểm mỗi trường hợp, nhiều nhất 10 điểm" in page
    assert "Tối đa 0,00 điểm" not in page


@pytest.mark.parametrize("typed", ["1.234", "12.500"])
def test_a_point_that_may_stand_between_thousands_is_pointed_out(send, typed):
    said = send("1.9", a="1", b=typed)
    assert f"hãy viết {typed.replace('.', '')}" in said


@pytest.mark.parametrize("typed", ["1234", "1,234", "0.125", "1.25"])
def test_other_figures_are_not_questioned(send, typed):
    assert "hãy viết" not in send("1.9", a="0,1", b=typed)


def test_the_formula_is_there_when_the_page_is_opened_again(client, year, send):
    send("1.9", a="3", b="4")
    page = client.get(reverse("ranking:assessment_area", args=[year.own.pk, "1"])).text
    assert "3/4 × 20 = 15" in page


ALL = {"1.9": {"a": "4", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "4", "b": "5"}}


def review(client, year):
    return client.get(reverse("ranking:assessment_submit", args=[year.own.pk])).text


def test_the_own_class_is_shown_while_points_of_the_group_are_not_known(client, year, send):
    for code, values in {**ALL, "2.3": {"count": "0"}, "2.4": {"text": "5"}}.items():
        send(code, **values)
    send("2.2", a="100", b="40")
    page = review(client, year)
    assert "80,00 – 90,00" in page  # 20 + 20 + 40, and 10 that nobody knows
    assert "Khá – Tốt" in page
    assert "chưa trả lời" not in page


def test_with_gaps_the_class_is_that_of_a_form_submitted_as_it_stands(client, year, send):
    for code, values in ALL.items():
        send(code, **values)
    page = review(client, year)
    assert "Nếu nộp bây giờ" in page
    assert "80,00" in page
    assert "3 tiêu chí chưa trả lời, tính là không nhận điểm" in page
    assert "Khá" in page
    assert "Khá – Tốt" not in page  # what is not answered is not claimed
    client.post(reverse("ranking:assessment_submit", args=[year.own.pk]), {"with_gaps": "1"})
    done = client.get(reverse("ranking:assessment_overview", args=[year.own.pk])).text
    assert "Nếu nộp bây giờ" not in done
    assert "Tổng điểm phần đã trả lời" in done
