"""Bad input through the pages: a clear sentence, and what was typed is still there.

Elsewhere: weights that do not sum (test_frameworks, test_checks), evidence of a day to come and
files (test_evidence), who is second of two at once (test_races).
"""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from ranking.models import Answer, Cycle, Evidence, Framework, Verdict
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.rules.yaml_files import write_framework
from ranking.services import answers, cycles, evidence, frameworks, submission
from ranking.services.answers import AnswerFacts
from ranking.services.evidence import DocumentFacts
from ranking.totals import Side, table_of
from tenancy.scope import tenant_scope
from tests.ranking.test_appraisal import appraised_year
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LONG, ZERO = "Dài " * 300_000, "Có số\0không"
GRADED = {
    "code": "2.2", "title": "Sáng kiến", "max": "10", "rule": {"type": "graded", "guide": "Chấm"},
}  # fmt: skip


def form_with_a_grade():
    areas = [FORM["areas"][0], {**FORM["areas"][1], "max": "60"}]
    section = {**areas[1]["sections"][0], "max": "50"}
    section["criteria"] = [{**section["criteria"][0], "max": "50"}]
    return [areas[0], {**areas[1], "sections": [section], "criteria": [GRADED]}]


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return make_year(town)


def send(client, year, values, code="1.9", form=None, **headers):
    """Post one criterion as the page does."""
    node = year.node(code).pk
    path = reverse("ranking:answer_save", args=[(form or year.own).pk, node])
    data = {f"c{node}-revision": "0"} | {f"c{node}-{name}": text for name, text in values.items()}
    return client.post(path, data, headers=headers)


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ("-3", "là số âm"),
        ("1.234,5", "có hai dấu"),
        ("ba mươi", "không phải là số"),
        ("1e5", "không phải là số"),
        ("9" * 61, "tối đa 60"),
    ],
)
def test_a_figure_that_is_none_is_told_and_stays_on_the_page(
    client, province, year, town, figure, sentence
):
    client.sign_in(town.leader)
    values = {"a": figure, "b": "40", "explanation": "Số liệu cuối năm"}
    told = send(client, year, values, **HTMX)  # the line alone; the form stays as it is
    assert (told.status_code, sentence in told.text) == (422, True)
    page = send(client, year, values)
    assert (page.status_code, sentence in page.text) == (422, True)
    for typed in (figure, 'value="40"', "Số liệu cuối năm"):
        assert typed in page.text
    with tenant_scope(province):
        assert not Answer.objects.exists()


def test_a_score_above_the_maximum_is_told_with_the_maximum(client, province, town):
    with tenant_scope(province):
        year = make_year_with(town, form_with_a_grade())
        appraised_grade(year, town)
    client.sign_in(year.appraiser)
    node = year.node("2.2").pk
    path = reverse("ranking:appraisal_decide", args=[year.cycle.pk, year.own.pk, node])
    form = client.get(path).context["form"]
    data = {form.add_prefix(name): form[name].value() for name in ("revision", "newest", "beside")}
    words = {"counts": "other", "points": "10,5", "explanation": "Sáng kiến xuất sắc"}
    data |= {form.add_prefix(name): text for name, text in words.items()}
    page = client.post(path, data)
    assert page.status_code == 422
    assert "10,5" in page.text
    assert "Sáng kiến xuất sắc" in page.text
    assert "10,5 lớn hơn 10" in page.text
    with tenant_scope(province):
        assert not Verdict.objects.filter(criterion=node).exists()


def make_year_with(town, areas):
    with mock.patch.dict(FORM, {"areas": areas}):
        return make_year(town)


def appraised_grade(year, town):
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)


def test_evidence_of_another_unit_is_not_taken(client, province, year, town):
    with tenant_scope(province):
        foreign = evidence.cite(
            year.own.pk, DocumentFacts("1/BC", dt.date(2026, 1, 5), "Sở", "Báo cáo riêng"),
            actor=town.leader, criterion_ids=[year.node("1.9").pk],
        )  # fmt: skip
        from tests.people import make_person

        stranger = make_person("ranking_officer", town.other_agency)
    client.sign_in(stranger)
    node = year.node("1.9").pk
    path = reverse("ranking:evidence_use", args=[year.other.pk, node])
    answer = client.post(path, {"evidence": foreign.pk})
    assert (answer.status_code, "tài liệu kiểm chứng của phiếu này" in answer.text) == (409, True)
    assert "Báo cáo riêng" not in answer.text
    with tenant_scope(province):
        assert not Evidence.objects.filter(assessment=year.other).exists()


def test_a_submission_one_second_after_the_deadline_is_late_and_one_before_is_not(
    client, province, year, town, monkeypatch
):
    """23:59:59 of the last day in Vietnam is in time, the next second costs what the rule says."""
    due = timezone.localdate() - dt.timedelta(days=1)  # a day ahead the session may have ended
    with tenant_scope(province):
        Cycle.objects.filter(pk=year.cycle.pk).update(due=due)
    last = timezone.make_aware(dt.datetime.combine(due, dt.time(23, 59, 59)))
    client.sign_in(town.leader)
    path = reverse("ranking:assessment_submit", args=[year.own.pk])
    for moment, days in ((last, 0), (last + dt.timedelta(seconds=1), 1)):
        with tenant_scope(province):
            type(year.own).objects.filter(pk=year.own.pk).update(
                submitted_at=None, submitted_by=None, counted_on=None
            )
        monkeypatch.setattr("ranking.services.submission.timezone.now", lambda at=moment: at)
        answer = client.post(path, {"with_gaps": "1"})
        monkeypatch.undo()
        assert answer.status_code == 302
        with tenant_scope(province):
            form = type(year.own).objects.get(pk=year.own.pk)
            assert (form.submitted_at, (form.counted_on - due).days) == (moment, days)


def test_a_criterion_withdrawn_while_it_is_filled_in_is_told_with_the_reason(
    client, province, year, town
):
    client.sign_in(town.leader)
    assert send(client, year, {"a": "3", "b": "4"}, **HTMX).status_code == 200
    with tenant_scope(province):
        frameworks.withdraw(
            year.node("1.9").pk, actor=year.runner, reason="Trùng với tiêu chí 1.10."
        )
    answer = send(client, year, {"a": "4", "b": "4", "revision": "1"}, **HTMX)
    assert answer.status_code == 409  # a line beside the form, which stays as it was typed
    assert "Trùng với tiêu chí 1.10." in answer.text
    with tenant_scope(province):
        assert Answer.objects.get().input == {"a": "3", "b": "4"}


def test_who_saves_second_reads_who_was_first_and_loses_nothing(client, province, year, town):
    with tenant_scope(province):
        answers.save(
            year.own.pk, AnswerFacts(year.node("1.9").pk, 0, {"a": "1", "b": "4"}),
            actor=town.leader,
        )  # fmt: skip
    client.sign_in(town.leader)
    page = send(client, year, {"a": "3", "b": "4", "explanation": "Tôi đếm lại"})
    assert page.status_code == 422
    for words in (town.leader.full_name, 'value="3"', "Tôi đếm lại"):
        assert words in page.text
    with tenant_scope(province):
        assert Answer.objects.get().input["a"] == "1"


def test_two_appraisers_at_once_the_second_compares_and_keeps_his_reason(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
    client.sign_in(year.appraiser)
    node = year.node("1.9").pk
    path = reverse("ranking:appraisal_decide", args=[year.cycle.pk, year.own.pk, node])
    form = client.get(path).context["form"]
    data = {form.add_prefix(name): form[name].value() for name in ("revision", "newest", "beside")}
    assert client.post(path, data | {form.add_prefix("counts"): "own"}).status_code == 302
    late = {"counts": "other", "a": "2", "b": "4", "explanation": "Chỉ thấy hai máy"}
    page = client.post(path, data | {form.add_prefix(name): text for name, text in late.items()})
    assert (page.status_code, "Chỉ thấy hai máy" in page.text) == (422, True)
    with tenant_scope(province):
        assert Verdict.objects.get().points == 15


def test_weights_that_do_not_sum_keep_a_framework_from_being_published(client, province, year):
    areas = [{**FORM["areas"][0], "weight": "0.5"}, FORM["areas"][1]]
    text = write_framework(read(Content, {**FORM, "code": "le-can", "areas": areas}))
    client.sign_in(year.runner)
    seen = client.post(reverse("ranking:framework_bring_in"), {"text": text})
    assert "80" in seen.text
    assert (
        client.post(
            reverse("ranking:framework_bring_in"), {"text": text, "act": "store"}
        ).status_code
        == 302
    )
    with tenant_scope(province):
        draft = Framework.objects.get(code="le-can")
    answer = client.post(reverse("ranking:framework_publish", args=[draft.pk]))
    assert answer.status_code == 409
    assert "80" in answer.text
    with tenant_scope(province):
        assert Framework.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize("reason", [LONG, ZERO], ids=["long", "zero"])
def test_a_reason_of_a_megabyte_or_with_a_zero_byte_is_no_fault(client, province, year, reason):
    """Reasons come without a form."""
    client.sign_in(year.runner)
    pk, node = year.cycle.pk, year.node("1.9").pk
    asked = {
        reverse("ranking:cycle_move", args=[pk]): {"to": "appraisal"},
        reverse("ranking:publication_prepare", args=[pk]): {},
        reverse("ranking:publication_correct", args=[pk]): {},
        reverse("ranking:assessment_reopen", args=[pk, year.own.pk]): {},
        reverse("ranking:criterion_withdraw", args=[year.framework.pk, node]): {},
    }
    for path, data in asked.items():
        for name in ("reason", "text"):
            assert client.post(path, {**data, name: reason}).status_code in {302, 403, 409}, path
    with tenant_scope(province):
        cycle = Cycle.objects.get(pk=pk)
        assert table_of(cycle, Side.DECIDED)
