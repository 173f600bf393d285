"""The form on paper for a wet signature, and the receipt of its submission."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from ranking import papers
from ranking.models import Assessment, Cycle
from ranking.queries.sheets import Sheet
from ranking.services import answers, evidence, submission
from ranking.services.answers import AnswerFacts
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.test_evidence import FACTS
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(scope, town):
    found = make_year(town)
    facts = AnswerFacts(found.node("1.9").pk, 0, {"a": "3", "b": "4"}, explanation="Còn thiếu")
    answers.save(found.own.pk, facts, actor=town.leader)
    evidence.cite(found.own.pk, FACTS, actor=town.leader, criterion_ids=[found.node("1.9").pk])
    return found


def paper(year, actor):
    rows = Assessment.objects.select_related("cycle__framework", "unit__parent", "submitted_by")
    return papers.form_paper(Sheet.of(rows.get(pk=year.own.pk)), actor)


def test_the_paper_carries_figures_explanation_evidence_and_sums(year, town):
    found = paper(year, town.leader)
    line = next(each for each in found["lines"] if each["code"] == "1.9")
    assert [(each["label"], each["words"]) for each in line["told"]] == [
        ("có máy", "3"), ("cán bộ", "4"), ("Giải trình", "Còn thiếu"),
    ]  # fmt: skip
    assert line["proofs"] == ["Báo cáo máy tính (số 12/BC-SNN ngày 05/01/2026 của Sở Nông nghiệp)"]
    assert line["points"] == "15,00"
    assert [each["code"] for each in found["lines"]] == ["1", "1.9", "1.10", "2", "2.1", "2.1.1"]
    assert [(each["points"], each["count"]) for each in found["areas"]] == [
        ("15,00", "1/2"), ("0,00", "0/1"),
    ]  # fmt: skip
    assert (found["is_draft"], found["is_illustration"], found["sum"]) == (True, True, "15,00")
    assert (found["total"], found["range"], found["classes"], found["gaps"]) == (
        "", "15,00", "Yếu", 2,
    )  # fmt: skip


def test_the_sums_are_those_of_the_areas_also_when_something_does_not_apply(year, town):
    facts = AnswerFacts(
        year.node("1.10").pk, 0, None, not_applicable=True, explanation="Không có nhiệm vụ"
    )
    answers.save(year.own.pk, facts, actor=town.leader)
    found = paper(year, town.leader)
    assert [each["most"] for each in found["areas"]] == ["20,00", "60,00"]
    assert found["most"] == "80,00"


def test_the_digest_is_of_what_the_unit_says_and_of_nothing_else(year, town):
    first = paper(year, town.leader)["digest"]
    assert paper(year, year.runner)["digest"] == first
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    done = paper(year, town.leader)
    assert (done["digest"], done["is_draft"]) == (first, False)
    submission.reopen(year.own.pk, actor=year.chair, reason="Thiếu số liệu")
    facts = AnswerFacts(year.node("1.9").pk, 1, {"a": "4", "b": "4"}, explanation="Còn thiếu")
    answers.save(year.own.pk, facts, actor=town.leader)
    assert paper(year, town.leader)["digest"] != first


def test_a_kept_paper_does_not_say_if_it_were_submitted_and_a_draft_does(year, town):
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    kept = year.own.submissions.get().paper
    submission.reopen(year.own.pk, actor=year.chair, reason="Thiếu số liệu")
    draft = paper(year, town.leader)
    with translation.override("vi"):
        done, again = (render_to_string("ranking/papers/form.html", data) for data in (kept, draft))
    assert "Tổng điểm phần đã trả lời" in done
    assert "Nếu nộp bây giờ" not in done
    assert "Nếu nộp bây giờ" in again


def test_who_may_sign_stands_below_with_his_capacity_and_else_the_head_alone(year, town):
    deputy = make_person("leader", town.agency, title="Phó Giám đốc", full_name="Lê Thị Phó")
    found = paper(year, deputy)
    assert found["capacity"] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    assert found["signer"] == "Lê Thị Phó"
    assert paper(year, year.runner)["capacity"] == []
    submission.submit(year.own.pk, actor=deputy, with_gaps=True)
    assert paper(year, town.leader)["signer"] == "Lê Thị Phó"


def test_a_commune_signs_for_its_committee_on_the_form_and_on_the_receipt(year, town):
    head = make_person("leader", town.commune, title="Chủ tịch", full_name="Lê Thị Chủ")
    submission.submit(year.commune.pk, actor=head, with_gaps=True)
    rows = Assessment.objects.select_related("cycle__framework", "unit__parent", "submitted_by")
    sheet = Sheet.of(rows.get(pk=year.commune.pk))
    lines = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
    assert papers.form_paper(sheet, head)["capacity"] == lines
    assert papers.receipt_paper(sheet)["capacity"] == " / ".join(lines)


def test_the_form_is_printed_and_the_receipt_only_when_it_was_submitted(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
    own = f"/xep-hang/tu-danh-gia/{year.own.pk}"
    client.sign_in(town.leader)
    assert client.get(f"{own}.pdf").content.startswith(b"%PDF")
    assert client.get(f"{own}/bien-nhan.pdf").status_code == 404
    with tenant_scope(province):
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    assert client.get(f"{own}/bien-nhan.pdf").content.startswith(b"%PDF")


def test_a_long_form_is_ordered_and_a_colleague_prints_nothing(client, province, town, monkeypatch):
    with tenant_scope(province):
        year = make_year(town)
        answers.give_to(
            year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=town.officer.pk
        )
    monkeypatch.setattr(papers, "AT_ONCE", 2)
    own = f"/xep-hang/tu-danh-gia/{year.own.pk}.pdf"
    client.sign_in(town.leader)
    assert "text/html" in client.get(own)["Content-Type"]
    assert client.post(own).status_code == 302
    client.sign_in(town.officer)
    assert client.get(own).status_code == 404


def test_without_a_rule_a_late_form_is_not_said_to_be_in_time(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        terms = {name: rule for name, rule in year.cycle.terms.items() if name != "lateness"}
        due = year.cycle.due
        Cycle.objects.update(terms=terms, due=timezone.localdate() - dt.timedelta(days=1))
    client.sign_in(town.leader)
    overview = f"/xep-hang/tu-danh-gia/{year.own.pk}/"
    assert "note-warning" in client.get(overview).content.decode()
    with tenant_scope(province):
        rows = Assessment.objects.select_related("cycle__framework", "unit__parent", "submitted_by")
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        assert papers.receipt_paper(Sheet.of(rows.get(pk=year.own.pk)))["is_late"] is True
        Cycle.objects.update(due=due)
        assert papers.receipt_paper(Sheet.of(rows.get(pk=year.own.pk)))["is_late"] is False
