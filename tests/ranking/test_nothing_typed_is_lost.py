"""What the unit typed comes back with the sentence, also where the service has the last word."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.queries import work
from ranking.models import Answer, Assessment, Evidence, assessments
from ranking.services import answers, appraisal, cycles, frameworks, submission
from tenancy.scope import tenant_scope
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def year(client, province, town):
    client.sign_in(town.leader)
    with tenant_scope(province):
        return make_year(town)


def save(client, year, **headers):
    node = year.node("1.9").pk
    path = reverse("ranking:answer_save", args=[year.own.pk, node])
    data = {"revision": "0", "a": "3", "b": "4", "explanation": "Đếm ngày 05/11"}
    values = {f"c{node}-{name}": text for name, text in data.items()}
    return client.post(path, values, headers=headers)


def test_a_unit_that_is_taken_out_while_it_saves_reads_a_sentence(
    client, province, year, monkeypatch
):
    """Between the page's look at the form and its lock somebody takes the unit out of the year."""
    hold = assessments.hold_year_of

    def taken_out(pk):
        Assessment.objects.filter(pk=pk).delete()
        hold(pk)

    monkeypatch.setattr(assessments, "hold_year_of", taken_out)
    told = save(client, year, **HTMX)
    assert (told.status_code, "được đưa ra khỏi kỳ đánh giá" in told.text) == (409, True)
    with tenant_scope(province):
        assert not Answer.objects.exists()


@pytest.mark.parametrize("meanwhile", ["submitted", "withdrawn"])
def test_without_javascript_a_refusal_shows_the_form_as_it_was_typed(
    client, province, town, year, meanwhile
):
    with tenant_scope(province):
        if meanwhile == "submitted":
            submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        else:
            frameworks.withdraw(year.node("1.9").pk, actor=year.runner, reason="Trùng với 1.10.")
    page = save(client, year)
    assert page.status_code == 422
    assert {"submitted": "Phiếu đã nộp", "withdrawn": "Trùng với 1.10."}[meanwhile] in page.text
    assert "Đếm ngày 05/11" in page.text


def test_a_document_of_a_day_to_come_is_refused_with_all_that_was_typed(client, province, year):
    path = reverse("ranking:evidence_add", args=[year.own.pk, year.node("1.9").pk])
    day = timezone.localdate() + dt.timedelta(days=9)
    also = year.node("1.10").pk
    data = {
        "number": "15/BC-UBND", "issued_on": f"{day:%d/%m/%Y}", "issuer": "UBND phường",
        "abstract": "Kết quả năm", "criteria": [also],
    }  # fmt: skip
    page = client.post(path, data)
    assert page.status_code == 422
    for words in ("ngày ở tương lai", "15/BC-UBND", "Kết quả năm", f'value="{also}" checked'):
        assert words in page.text
    with tenant_scope(province):
        assert not Evidence.objects.exists()


def test_a_reply_to_a_question_that_is_answered_comes_back(client, province, town, year):
    save(client, year)
    with tenant_scope(province):
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
        asked = appraisal.ask(
            year.own.pk, actor=year.appraiser, criterion_id=year.node("1.9").pk, text="Nguồn nào?"
        )
    path = reverse("ranking:inquiry_reply", args=[year.own.pk, asked.pk])
    assert client.post(path, {"text": " "}).status_code == 422
    assert client.post(path, {"text": "Sổ tài sản"}).status_code == 302
    again = client.post(path, {"text": "Câu trả lời thứ hai"})
    assert again.status_code == 422
    assert "Câu trả lời thứ hai" in again.text
    assert "Sổ tài sản" in again.text


def test_a_colleague_is_led_back_to_his_criteria_and_not_to_the_review(
    client, province, town, year
):
    with tenant_scope(province):
        answers.give_to(
            year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=town.officer.pk
        )
    client.sign_in(town.officer)
    page = client.get(reverse("ranking:assessment_area", args=[year.own.pk, "1"])).text
    assert reverse("ranking:assessment_submit", args=[year.own.pk]) not in page
    assert "Tiêu chí được giao" in page


def test_the_work_of_an_officer_names_the_day(province, town, year):
    with tenant_scope(province):
        words = [str(box.words) for box in work.boxes(town.leader)]
    assert any(f"{year.cycle.due:%d/%m/%Y}" in each for each in words)
