"""Specialised departments confirm or correct figures, and see nothing else of others' forms."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import DomainError
from organizations.access import RefusedError
from ranking import rights
from ranking.forms.answers import told_input
from ranking.models import Answer, Assessment, Criterion, Figure, FigureSource, Verification
from ranking.queries.verifications import lines_of, tasks_of, waiting_for
from ranking.services import answers, figures, submission, verifications
from ranking.services.answers import AnswerFacts
from ranking.services.council import OwnAgency
from ranking.services.verifications import Seen
from tenancy.scope import tenant_scope
from tests.people import make_person, make_unit
from tests.ranking.test_appraisal import appraised_year
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
DUE = timezone.localdate() + dt.timedelta(days=9)


def checked_by(year, unit, code="1.9"):
    node = year.node(code)
    verifications.give(year.cycle.pk, {node.pk: unit.pk}, actor=year.runner, due=DUE)
    return Verification.objects.select_related("cycle", "criterion", "unit").get(criterion=node)


@pytest.fixture
def year(scope, town):
    return appraised_year(town)


@pytest.fixture
def checker(scope, town):
    """Of the other agency, which checks 1.9 of everybody else."""
    return make_person("ranking_officer", town.other_agency, full_name="Người Đối Chiếu")


def test_confirming_keeps_the_declared_figure_with_who_and_when(year, town, checker):
    found = checked_by(year, town.other_agency)
    assert waiting_for(checker).count() == 1
    done = verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    assert (done.count, done.stale) == (1, 0)
    figure = Figure.objects.get(source="department")
    assert (figure.input, figure.points) == ({"a": "3", "b": "4"}, 15)
    assert (figure.made_by, figure.unit) == (checker, town.other_agency)
    assert waiting_for(checker).count() == 0
    line = next(each for each in lines_of(found, checker) if each.assessment == year.own)
    assert line.is_confirmed
    assert not line.may_confirm
    assert [(task.done, task.whole) for task in tasks_of(Verification.objects.all())] == [(1, 1)]


def test_what_the_unit_changed_since_the_page_is_not_confirmed(year, town, checker):
    found = checked_by(year, town.other_agency)
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    facts = AnswerFacts(year.node("1.9").pk, 1, {"a": "4", "b": "4"})
    answers.save(year.own.pk, facts, actor=town.leader)
    open_again = verifications.confirm(found.pk, [Seen(year.own.pk, 2)], actor=checker)
    assert open_again.count == 0  # the unit is writing
    submission.submit(year.own.pk, actor=town.leader)
    done = verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    assert (done.count, done.stale) == (0, 1)


def test_what_the_unit_changed_after_it_was_confirmed_is_looked_at_again(year, town, checker):
    found = checked_by(year, town.other_agency)
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    submit_again(year, town, AnswerFacts(year.node("1.9").pk, 1, {"a": "3,0", "b": "4"}))
    assert waiting_for(checker).count() == 0  # the same figure as before
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    submit_again(year, town, AnswerFacts(year.node("1.9").pk, 2, {"a": "4", "b": "4"}))
    assert not Figure.objects.filter(superseded_at=None).exists()
    assert waiting_for(checker).count() == 1
    assert [task.done for task in tasks_of(Verification.objects.all())] == [0]
    verifications.correct(
        found.pk, year.own.pk, actor=checker, given={"a": "2", "b": "4"}, note="Sổ tài sản 2026"
    )
    assert waiting_for(checker).count() == 0
    assert [task.done for task in tasks_of(Verification.objects.all())] == [1]
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    submit_again(year, town, AnswerFacts(year.node("1.9").pk, 3, {"a": "3", "b": "4"}))
    assert Figure.objects.get(superseded_at=None).note == "Sổ tài sản 2026"  # what it knows stays
    assert waiting_for(checker).count() == 1


def submit_again(year, town, facts):
    answers.save(year.own.pk, facts, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader)


def test_equal_points_are_not_equal_figures(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        checker = make_person("ranking_officer", town.other_agency)
        facts = AnswerFacts(year.node("1.9").pk, 0, {"a": "9000", "b": "9000"})
        answers.save(year.own.pk, facts, actor=town.leader)
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        Figure.objects.create(
            assessment=year.own, criterion=year.node("1.9"), source="system",
            cut_at=timezone.now(), input={"a": "3", "b": "3"}, points=20,
        )  # fmt: skip
        found = checked_by(year, town.other_agency)
    client.sign_in(checker)
    path = f"/xep-hang/doi-chieu/{found.pk}/"
    assert client.get(path).context["equal"] == 0
    client.post(f"{path}xac-nhan/", {"act": "equal"})
    with tenant_scope(province):
        assert not Figure.objects.filter(source="department").exists()
        Figure.objects.update(input={"a": "9000.0", "b": "9000"})
    assert client.get(path).context["equal"] == 1


def test_what_does_not_apply_is_confirmed_like_any_answer(scope, town, checker):
    year = make_year(town)
    node = year.node("1.9").pk
    away = AnswerFacts(node, 0, None, not_applicable=True, explanation="Không có cán bộ")
    answers.save(year.own.pk, away, actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    found = checked_by(year, town.other_agency)
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    line = next(each for each in lines_of(found, checker) if each.assessment == year.own)
    assert (line.is_confirmed, line.may_confirm) == (True, False)


def test_another_figure_needs_what_it_rests_on_and_supersedes_the_confirmation(year, town, checker):
    found = checked_by(year, town.other_agency)
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    with pytest.raises(DomainError, match="rests on"):
        verifications.correct(
            found.pk, year.own.pk, actor=checker, given={"a": "2", "b": "4"}, note=" "
        )
    made = verifications.correct(
        found.pk, year.own.pk, actor=checker, given={"a": "2", "b": "4"}, note="Sổ tài sản 2026"
    )
    assert made.points == 10
    assert list(Figure.objects.filter(superseded_at=None)) == [made]
    assert Figure.objects.count() == 2


def test_nobody_checks_figures_of_his_own_agency(year, town):
    found = checked_by(year, town.agency)
    leader = town.leader
    assert year.own not in [line.assessment for line in lines_of(found, leader)]
    assert verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=leader).count == 0
    with pytest.raises(OwnAgency):
        verifications.correct(
            found.pk, year.own.pk, actor=leader, given={"a": "4", "b": "4"}, note="Sổ tài sản"
        )
    assert waiting_for(leader).count() == 0


def test_who_has_no_right_in_the_checking_agency_checks_nothing(year, town):
    found = checked_by(year, town.other_agency)
    for person in (town.leader, make_person("ranking_officer", town.root), town.outsider):
        assert not Verification.objects.visible_to(person, rights.FILL).exists()
        with pytest.raises(RefusedError):
            verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=person)


def test_checking_opens_no_form(year, town, checker):
    checked_by(year, town.other_agency)
    visible = Assessment.objects.visible_to(checker, rights.FILL)
    assert list(visible) == [year.other]  # of his own agency, as before


def test_the_agency_named_in_the_criterion_is_proposed(scope, town):
    year = make_year(town)
    node = year.node("1.9")
    type(node).objects.filter(pk=node.pk).update(verifier=f"  {town.agency.name.upper()}. ")
    units = [town.agency, town.other_agency]
    assert verifications.proposed(year.cycle, units) == {node.pk: town.agency.pk}


def test_a_figure_is_told_in_the_words_of_its_rule(scope, town):
    year = make_year(town)
    assert told_input(year.node("1.9"), {"a": "3", "b": "4"}) == "có máy: 3; cán bộ: 4"
    assert told_input(year.node("1.10"), {"choice": "khong"}) == "Không"


def test_a_figure_of_parts_is_told_part_by_part():
    parts = [
        {"code": "a", "title": "Cổng", "max": "5", "rule": {"type": "target"}},
        {"code": "b", "title": "Mạng", "max": "5",
         "rule": {"type": "per_item", "each": "1", "label": "đơn vị"}},
    ]  # fmt: skip
    node = Criterion(rule={"type": "parts", "parts": parts}, maximum=10)
    given = {"parts": {"a": {"met": False}, "b": {"count": "3"}}}
    assert told_input(node, given) == "Cổng: Không; Mạng: đơn vị: 3"
    assert told_input(node, None) == ""
    node.rule = {"type": "graded", "guide": "Người thẩm định cho điểm theo minh chứng."}
    assert told_input(node, {"points": "16"}) == "Điểm: 16"


def crowd(year, town, numbers):
    """More agencies with a submitted answer to 1.9 and the portal's figure beside it."""
    node = year.node("1.9")
    for place in numbers:
        unit = make_unit(f"H32.9{place:02}", "agency", town.root)
        form = Assessment.objects.create(
            cycle=year.cycle, unit=unit, unit_name=unit.name, group="1",
            submitted_at=timezone.now(), counted_on=timezone.localdate(),
        )  # fmt: skip
        given = {"input": {"a": "1", "b": "2"}, "points": 10}
        Answer.objects.create(
            assessment=form, criterion=node, is_complete=True, revision=1, **given
        )
        Figure.objects.create(
            assessment=form, criterion=node, source="system", cut_at=timezone.now(), **given
        )


def test_the_pages_confirm_in_bulk_and_ask_the_same_for_five_units_and_for_fifty(
    client, province, town
):
    with tenant_scope(province):
        year = appraised_year(town)
        checker = make_person("ranking_officer", town.other_agency)
        found = checked_by(year, town.other_agency)
        crowd(year, town, range(5))
    client.sign_in(checker)
    path = f"/xep-hang/doi-chieu/{found.pk}/"

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert page.status_code == 200
        return len(queries), page.text

    pages = (path, "/xep-hang/doi-chieu/", "/viec/")
    for address in pages:
        asked(address)  # what a process reads once
    few = {address: asked(address)[0] for address in pages}
    with tenant_scope(province):
        crowd(year, town, range(5, 50))
    for address, number in few.items():
        assert asked(address)[0] == number, address
    text = asked("/viec/")[1]
    assert f"{DUE:%d/%m/%Y}" in text
    assert ">51<" in text
    done = client.post(f"{path}xac-nhan/", {"act": "equal"})
    assert done.status_code == 302
    with tenant_scope(province):
        assert Figure.objects.filter(source="department").count() == 50
    assert client.post(f"{path}xac-nhan/", {"seen": ["x", "1-2-3", f"{year.own.pk}-1"]})
    with tenant_scope(province):
        assert Figure.objects.filter(source="department").count() == 51
    wrong = client.post(f"{path}{year.own.pk}/", {})
    assert wrong.status_code == 422
    node = year.node("1.9").pk
    right = {f"v{node}-a": "2", f"v{node}-b": "4", f"v{node}-explanation": "Sổ tài sản năm 2026"}
    assert client.post(f"{path}{year.own.pk}/", right).status_code == 302
    assert "Sổ tài sản năm 2026" in client.get(path).text
    client.sign_in(year.appraiser)
    case = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{node}/"
    assert "Sổ tài sản năm 2026" in client.get(case).text


def test_ticked_figures_are_confirmed_and_a_row_of_its_own_alone(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
        checker = make_person("ranking_officer", town.other_agency)
        crowd(year, town, range(2))
        found = checked_by(year, town.other_agency)
        seen = [
            f"{line.assessment.pk}-{line.answer.revision}"
            for line in lines_of(found, checker) if line.answer
        ]  # fmt: skip
    assert len(seen) == 3
    client.sign_in(checker)
    path = f"/xep-hang/doi-chieu/{found.pk}/"
    assert (
        client.get(path).text.count('type="checkbox" name="picks"') == 3
    )  # portal.js counts these
    client.post(f"{path}xac-nhan/", {"picks": seen[:2], "seen": seen[2]})
    with tenant_scope(province):
        confirmed = Figure.objects.filter(source="department", superseded_at=None)
        assert [str(each.assessment_id) for each in confirmed] == [seen[2].split("-")[0]]
        verifications.correct(
            found.pk, int(seen[0].split("-")[0]), actor=checker, given={"a": "1", "b": "4"},
            note="Sổ tài sản",
        )  # fmt: skip
    # What it found otherwise itself is not overrun when it ticks all
    assert client.get(path).text.count('type="checkbox" name="picks"') == 1
    client.post(f"{path}xac-nhan/", {"picks": seen[1], "act": "ticked"})
    with tenant_scope(province):
        assert sorted(confirmed.values_list("note", flat=True)) == ["", "", "Sổ tài sản"]


def test_the_standing_body_gives_the_criteria_out_on_the_page(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
    client.sign_in(year.runner)
    path = f"/xep-hang/ky/{year.cycle.pk}/doi-chieu/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"due": ""}).status_code == 422
    data = {"due": f"{DUE:%d/%m/%Y}", f"n{year.node('1.9').pk}": town.agency.pk}
    assert client.post(path, data).status_code == 302
    with tenant_scope(province):
        assert [each.unit for each in Verification.objects.select_related("unit")] == [town.agency]
    assert client.post(path, {"due": f"{DUE:%d/%m/%Y}"}).status_code == 302
    with tenant_scope(province):
        assert not Verification.objects.exists()


def test_the_measures_do_not_touch_what_departments_found(year, town, checker):
    found = checked_by(year, town.other_agency)
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    figures.measure(year.cycle.pk, actor=year.runner)
    assert Figure.objects.filter(source="department", superseded_at=None).count() == 1


def entered(year, note="Văn bản xác nhận của Sở Tư pháp"):
    return figures.enter(
        year.own.pk, actor=year.appraiser, criterion_id=year.node("1.9").pk,
        source=FigureSource.DEPARTMENT, given={"a": "1", "b": "4"}, note=note,
    )  # fmt: skip


def test_an_appraiser_does_not_replace_what_the_department_keeps_itself(year, town, checker):
    found = checked_by(year, town.other_agency)
    with pytest.raises(DomainError, match="Sở Tư pháp"):
        entered(year)
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    verifications.give(year.cycle.pk, {}, actor=year.runner, due=DUE)  # taken away: it stays
    with pytest.raises(DomainError, match="Sở Tư pháp"):
        entered(year)
    assert Figure.objects.get(source="department", superseded_at=None).made_by == checker


def test_what_an_appraiser_entered_is_not_taken_for_the_departments_word(year, town, checker):
    entered(year)
    found = checked_by(year, town.other_agency)
    assert waiting_for(checker).count() == 1
    line = next(each for each in lines_of(found, checker) if each.assessment == year.own)
    assert line.found is None
    verifications.confirm(found.pk, [Seen(year.own.pk, 1)], actor=checker)
    assert Figure.objects.get(source="department", superseded_at=None).unit == town.other_agency


def test_the_page_says_who_entered_it_and_offers_no_department_where_one_checks(
    client, province, town
):
    with tenant_scope(province):
        year = appraised_year(town)
        entered(year)
    client.sign_in(year.appraiser)
    path = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{year.node('1.9').pk}/"
    page = client.get(path).content.decode()
    assert "do người thẩm định nhập" in page
    assert 'value="department"' in page
    with tenant_scope(province):
        checked_by(year, town.other_agency)
    page = client.get(path).content.decode()
    assert 'value="department"' not in page
    assert 'value="survey"' in page
