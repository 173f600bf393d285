"""What a framework's pages say: figures as they are in the file, how each criterion is scored."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from organizations.models import Unit
from ranking.forms.answers import AnswerForm
from ranking.rule_words import rule_words
from ranking.rules.faults import Fault
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read, slots
from ranking.rules.yaml_files import write_framework
from ranking.scoring import parse_rule
from ranking.services import frameworks
from ranking.wording import sentence_of
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import FORM

LIST = "/xep-hang/bo-tieu-chi/"
EXACT = [
    {"code": "1", "title": "Hạ tầng", "max": "33.125", "groups": [], "criteria": [
        {"code": "1.1", "title": "Mạng", "max": "33.125", "evidence": "Báo cáo",
         "rule": {"type": "proportion", "a": "có máy", "b": "cán bộ", "full_at": "90"}},
    ]},
    {"code": "2", "title": "Chỉ xã", "max": "66.875", "criteria": [
        {"code": "2.1", "title": "Thôn", "max": "66.875", "groups": ["2"],
         "measure": "onestop.on_time", "rule": {"type": "graded", "guide": "theo báo cáo"}},
    ]},
]  # fmt: skip


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def runner(province, town):
    with tenant_scope(province):
        return make_person("ranking_manager", town.root)


@pytest.fixture
def draft(province, runner):
    areas = [{key: value for key, value in area.items() if key != "groups"} for area in EXACT]
    late = {"due": "2026-11-15", "deduction": "2.5"}
    form = {**FORM, "areas": areas, "lateness": late}
    with tenant_scope(province):
        return frameworks.bring_in(read(Content, form), actor=runner)


@pytest.mark.django_db
def test_the_page_says_maxima_bounds_and_rules_as_they_are(client, draft, runner):
    client.sign_in(runner)
    words = text_of(client.get(f"{LIST}{draft.pk}/"))
    for sentence in (
        "33,125", "66,875", "Tỷ lệ a/b (Số liệu a: có máy; Số liệu b: cán bộ;",
        "Tài liệu kiểm chứng: Báo cáo", "từ 85", "trừ 2,5 điểm", "theo báo cáo",
    ):  # fmt: skip
        assert sentence in words, sentence
    assert "33,13" not in words


@pytest.mark.django_db
def test_the_trial_leaves_out_what_is_not_asked_of_the_group(client, draft, runner):
    client.sign_in(runner)
    page = text_of(client.post(f"{LIST}{draft.pk}/cham-thu/", {"fill": "half", "group": "1"}))
    assert "2. Chỉ xã không áp dụng" in page
    page = text_of(client.post(f"{LIST}{draft.pk}/cham-thu/", {"fill": "half", "group": "2"}))
    assert "2. Chỉ xã 33,44 66,875" in page


@pytest.mark.django_db
def test_the_trial_says_nothing_of_points_beside_an_answer_that_is_wrong(
    client, province, draft, runner
):
    client.sign_in(runner)
    with tenant_scope(province):
        mark = f"{AnswerForm.mark}{draft.criteria.get(code='1.1').pk}-"
    sent = {"group": "1", "filled": "full", "shown": "1", f"{mark}revision": "0"}
    right = client.post(f"{LIST}{draft.pk}/cham-thu/", {**sent, f"{mark}a": "9", f"{mark}b": "10"})
    assert "33,13 trên 33,125 điểm" in text_of(right)
    wrong = client.post(f"{LIST}{draft.pk}/cham-thu/", {**sent, f"{mark}a": "9", f"{mark}b": "0"})
    assert wrong.status_code == 422
    assert "Không thể có 9 trên tổng số 0" in wrong.text
    assert "33,125 điểm" not in text_of(wrong)


@pytest.mark.django_db
def test_a_long_text_is_stored_from_its_preview_without_being_blown_up(client, runner):
    """Every letter with a mark is nine characters in an encoded address, three in parts."""
    client.sign_in(runner)
    file = SimpleUploadedFile("x.yaml", write_framework(read(Content, FORM)).encode())
    page = client.post(f"{LIST}nap/", {"file": file}).text
    assert '<form method="post" enctype="multipart/form-data">' in page
    assert 'name="text"' in page


@pytest.mark.django_db
def test_a_file_must_be_chosen_and_the_label_does_not_say_otherwise(client, runner):
    client.sign_in(runner)
    assert "không bắt buộc" not in client.get(f"{LIST}nap/").text
    page = client.post(f"{LIST}nap/", {})
    assert page.status_code == 422
    assert "Chọn bộ tiêu chí" in page.text
    empty = client.post(f"{LIST}nap/", {"file": SimpleUploadedFile("x.yaml", b"")})
    assert empty.status_code == 422


def test_a_rule_of_parts_is_said_with_its_parts():
    rule = parse_rule(
        {"type": "parts", "parts": [
            {"code": "a", "title": "Tỷ lệ", "max": "4.5",
             "rule": {"type": "step_table", "a": "cuộc họp", "steps": [
                 {"from": "4", "points": "4.5"}, {"from": "2", "points": "2", "inclusive": "no"},
             ]}},
            {"code": "b", "title": "Người đứng đầu", "max": "5", "rule": {
                "type": "options", "options": [
                    {"code": "x", "title": "Chủ tịch", "points": "5"},
                    {"code": "y", "title": "Khác", "points": "0"}]}},
        ]},
        Decimal(9),
    )  # fmt: skip
    words = rule_words(rule)
    for piece in ("Tỷ lệ, tối đa 4,5 điểm", "từ 4 trở lên: 4,5 điểm", "trên 2: 2 điểm",
                  "Chủ tịch: 5 điểm", "Khác: 0 điểm"):  # fmt: skip
        assert piece in words, words


def test_the_keys_that_are_known_are_all_named():
    known = ", ".join(slots(Content))
    words = sentence_of(Fault("unknown_key", (), {"key": "scal", "known": known}))
    assert known in words
    assert "…" not in words


@pytest.mark.django_db
def test_an_agency_comments_for_itself_first_and_who_has_no_unit_is_not_asked(
    client, province, draft, runner, town
):
    with tenant_scope(province):
        until = timezone.localdate()
        frameworks.ask_for_comments(draft.pk, actor=runner, until=until)
        Unit.objects.create(
            parent=town.agency,
            kind="agency",
            code="H32.X",
            name="An toàn",
            path=f"{town.agency.path}x/",
        )
    client.sign_in(town.leader)
    page = client.get(f"{LIST}{draft.pk}/").text
    assert 'href="#comments"' in page
    first, second = re.findall(r'<option value="\d+">([^<]+)</option>', page)[:2]
    assert (first, second) == (town.agency.name, "An toàn")
    empty = client.post(f"{LIST}{draft.pk}/y-kien/", {"unit": town.agency.pk, "text": ""})
    assert "Nhập nội dung góp ý." in empty.text
    client.sign_in(runner)
    page = client.get(f"{LIST}{draft.pk}/").text
    assert f"{until:%d/%m/%Y}" in page
    assert f"{draft.pk}/y-kien/" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["cu.xls", "hong.XLSX", "bang.ods"])
def test_a_file_that_is_called_a_workbook_is_not_said_to_be_bad_yaml(client, runner, name):
    client.sign_in(runner)
    file = SimpleUploadedFile(name, b"\xd0\xcf\x11\xe0 something")
    page = client.post(f"{LIST}nap/", {"file": file})
    assert page.status_code == 422
    assert "Lưu lại thành .xlsx" in page.text
    assert "UTF-8" not in page.text
