"""The pages of the evaluation: who sees which rows, every figure opens as many, paper and Excel."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Evaluation, EvaluationRow, SheetKind
from reports.queries.evaluation_facts import gather
from reports.queries.evaluation_people import crew_of
from reports.queries.statements import Places
from reports.rules_evaluation import FIGURES, Month
from reports.services import evaluations
from tenancy.scope import tenant_scope
from tests.marks import first
from tests.onestop.test_query_counts import cost
from tests.people import make_person, make_town
from tests.reports.evaluated import LONG_BEFORE, MARCH, appraisal, example, on, opened

LIST = reverse("reports:evaluation_list")
DETAIL, ROW, LIST_COST, ITEMS = 10, 9, 6, 9


def stand():
    found = example(make_town())
    opened(found.town)
    return found


@pytest.fixture
def made(standing):
    return standing


@pytest.fixture
def town(made):
    return made.town


@pytest.fixture
def rows(province, made):
    with tenant_scope(province):
        return made.rows()


def page_of(row, what="evaluation_row"):
    return reverse(f"reports:{what}", args=[row.evaluation_id, row.pk])


def sheet_of(row, what="evaluation_detail"):
    return reverse(f"reports:{what}", args=[row.evaluation_id])


def test_a_person_remarks_the_head_decides_the_leader_confirms(client, province, town, rows):
    row = rows["officer"]
    client.sign_in(town.officer)
    mine = client.get(reverse("reports:evaluation_mine")).content.decode()
    assert page_of(row) in mine
    client.post(page_of(row, "evaluation_remark"), {"text": "Nghỉ ốm một tuần"})
    client.sign_in(town.head)
    assert "Nghỉ ốm một tuần" in client.get(page_of(row)).content.decode()
    wrong = client.post(page_of(row, "evaluation_judge"), {"grade": "good", "comment": "Đã xem"})
    assert wrong.status_code == 422
    assert "reason" in wrong.context["judge_form"].errors
    words = {"grade": "good", "comment": "Đã xem", "reason": "Ốm"}
    assert client.post(page_of(row, "evaluation_judge"), words).status_code == 302
    client.sign_in(town.leader)
    early = client.post(sheet_of(row, "evaluation_confirm"))
    assert early.status_code == 409  # not all are decided
    client.post(sheet_of(row, "evaluation_accept"))
    assert client.post(sheet_of(row, "evaluation_confirm")).status_code == 302
    shown = client.get(sheet_of(row)).content.decode()
    assert town.leader.full_name in shown
    assert sheet_of(row, "evaluation_confirm") not in shown
    client.sign_in(town.officer)
    answer = client.post(page_of(row, "evaluation_remark"), {"text": "Muộn rồi"})
    assert answer.status_code == 409
    assert "Đã xem" in answer.content.decode()


@pytest.mark.parametrize(
    ("whose", "who"),
    first(
        2,
        [
            ("officer", ["officer", "head", "leader", "overseer", "superuser"]),
            ("colleague", ["colleague", "head", "leader", "overseer", "superuser"]),
            ("clerk", ["clerk", "leader", "overseer", "superuser"]),
            ("head", ["head", "leader", "overseer", "superuser"]),
            ("leader", ["leader", "overseer", "superuser"]),
        ],
    ),
)
def test_a_row_is_seen_by_the_person_his_heads_and_oversight_only(
    client, town, made, rows, whose, who
):
    everybody = {
        "colleague": made.colleague,
        **{key: getattr(town, key) for key in (
            "clerk", "officer", "head", "leader", "records_clerk", "agency_admin", "overseer",
            "editor", "outsider", "superuser",
        )},
    }  # fmt: skip
    answers = {}
    for key, person in everybody.items():
        client.sign_in(person)
        for path in (page_of(rows[whose]), page_of(rows[whose], "evaluation_items") + "?so=given"):
            answers[key] = {*answers.get(key, ()), client.get(path).status_code}
    assert answers == {key: {200 if key in who else 404} for key in everybody}


def test_a_head_sees_the_rows_of_his_division_only(client, province, town, made, rows):
    with tenant_scope(province):
        second = make_person("head", town.division)  # a head beside him is not below him
        evaluations.correct(rows["officer"].evaluation_id, actor=town.leader, reason="Thêm người")
        rows = made.rows()
    client.sign_in(town.head)
    shown = client.get(sheet_of(rows["officer"]))
    names = {row.person_id for row in shown.context["sheet"].rows}
    assert names == {town.officer.pk, made.colleague.pk}
    assert shown.context["sheet"].is_extract
    client.sign_in(second)
    assert client.get(page_of(rows["head"])).status_code == 404


def test_who_heads_nobody_is_sent_to_his_own(client, town, made):
    client.sign_in(town.officer)
    assert client.get(LIST).status_code == 403


@pytest.mark.slow
def test_every_linked_figure_opens_as_many_rows(client, town, rows):
    client.sign_in(town.leader)
    shown = client.get(sheet_of(rows["officer"])).content.decode()
    links = re.findall(r'href="([^"]*/chi-tiet/\?[^"]*)">(\d+)<', shown)
    assert len(links) > 8
    for href, value in links:
        page = client.get(href.replace("&amp;", "&"))
        assert len(page.context["page"].rows) == int(value), href
    assert {key for href, _n in links for key in [href.split("=")[1]]} <= {f.key for f in FIGURES}


def test_behind_a_figure_stands_how_each_step_was_judged(client, town, made, rows):
    client.sign_in(town.officer)
    page = client.get(page_of(rows["officer"], "evaluation_items") + "?so=late")
    judged = {row["id"]: row for row in page.context["page"].rows}
    late = judged[made.steps["received late, and late"].pk]
    assert (late["since"], late["until"], late["left"]) == (on(6), on(17), on(18))
    assert late["late"]
    for wrong in ("", "?so=", "?so=khac"):
        assert client.get(page_of(rows["officer"], "evaluation_items") + wrong).status_code == 404


def test_the_list_can_be_narrowed_to_a_month(client, town, made):
    client.sign_in(town.overseer)
    assert len(client.get(LIST).context["page"].rows) == 2
    assert len(client.get(LIST, {"thang": "2026-03"}).context["page"].rows) == 2
    assert len(client.get(LIST, {"thang": "2026-02"}).context["page"].rows) == 0
    for wrong in ("2026-13", "x", "-01", "0000-00"):
        assert client.get(LIST, {"thang": wrong}).status_code == 200


def test_the_sheet_on_paper_and_as_a_workbook(client, province, town, rows):
    client.sign_in(town.leader)
    paper = client.get(sheet_of(rows["officer"], "evaluation_print"))
    assert paper.headers["Content-Type"] == "application/pdf"
    assert b"".join(paper)[:5] == b"%PDF-"
    answer = client.get(sheet_of(rows["officer"], "evaluation_export"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    found = {row[1]: row for row in sheet.iter_rows(min_row=8, values_only=True)}
    assert found[town.officer.full_name][4:7] == (15, 9, 6)


@pytest.mark.parametrize("who", first(1, ["head", "leader", "overseer"]))
def test_a_page_costs_the_same_for_six_people_and_for_eleven(client, province, town, made, who):
    def more(count):
        for _ in range(count):
            person = make_person("official", town.division, valid_from=LONG_BEFORE)
            appraisal(town, opened=on(3), closed=on(13), by=person)
        sheet = Evaluation.objects.get(kind=SheetKind.STAFF, superseded_at=None)
        return evaluations.correct(sheet.pk, actor=town.leader, reason="Thêm người")

    def costs():
        sheet = Evaluation.objects.get(kind=SheetKind.STAFF, superseded_at=None)
        row = EvaluationRow.objects.get(evaluation=sheet, person=town.officer)
        return sheet_of(row), page_of(row), page_of(row, "evaluation_items") + "?so=given"

    person, found = getattr(town, who), []
    for count in (1, 5):
        with tenant_scope(province):
            more(count)
            pages = costs()
        found.append([cost(client, person, page)[1] for page in (LIST, *pages)])
    assert found[0] == found[1]
    assert all(n <= most for n, most in zip(found[0], (LIST_COST, DETAIL, ROW, ITEMS), strict=True))


@pytest.mark.slow
def test_counting_a_month_asks_as_often_for_five_people_as_for_thirty(province, town, made):
    def asked():
        places = Places()
        with CaptureQueriesContext(connection) as captured:
            gather(crew_of(town.agency, Month.of(MARCH), places), Month.of(MARCH))
        return len(captured)

    with tenant_scope(province):
        asked()  # the calendar is read once
        before = asked()
        for _ in range(25):
            person = make_person("official", town.division, valid_from=LONG_BEFORE)
            appraisal(town, opened=on(6), closed=on(13), by=person)
        assert asked() == before
