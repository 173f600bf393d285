"""A year one level down, run by an agency for its own units, rolls up into the province's."""

from __future__ import annotations

import copy

import pytest
from django.utils import timezone

from ranking.models import Choice, Cycle, Figure, Part
from ranking.queries.levels import years_above, years_below
from ranking.services import appraisal, council, cycles, publication
from ranking.services.appraisal import VerdictFacts
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from tenancy.scope import tenant_scope
from tests.people import make_person, make_unit
from tests.ranking.years import FORM, make_framework, make_year

pytestmark = pytest.mark.django_db

BY_HAND = {  # criteria that are not known: totals are entered
    "code": "nhap-tay", "name": "Nhập tay theo QĐ 2392", "groups": [], "lateness": None,
    "areas": [{"code": "1", "title": "Tổng điểm", "max": "100", "criteria": [
        {"code": "1.1", "title": "Tổng điểm", "max": "100",
         "rule": {"type": "graded", "guide": "Theo kết quả đánh giá"}}]}],
}  # fmt: skip


def asking_areas():
    """The sample form, in which 2.1.1 asks what the units below reached."""
    areas = copy.deepcopy(FORM["areas"])
    areas[1]["sections"][0]["criteria"][0]["measure"] = "ranking.children_mean"
    return areas


def lower_year(year, town):
    """Two centres of the agency, graded by the agency's own manager; the appraisal is open."""
    manager = make_person("ranking_manager", town.agency)
    centres = [make_unit(f"{town.agency.code}.8{n}", "centre", town.agency) for n in range(2)]
    framework = make_framework(year.runner, **BY_HAND)
    made = cycles.prepare(
        CycleFacts(
            year=2026, name="Đơn vị trực thuộc năm 2026", owner_id=town.agency.pk,
            standing_unit_id=town.agency.pk, framework_id=framework.pk, parent_id=year.cycle.pk,
            data_from=year.cycle.data_from, data_to=year.cycle.data_to, due=year.cycle.due,
        ),
        actor=manager,
    )  # fmt: skip
    cycles.enrol(made.pk, [EnrolFacts(unit.pk) for unit in centres], actor=manager)
    council.seat(
        made.pk, actor=manager, username=town.leader.username, part=Part.CHAIR,
        remits=[RemitFacts()],
    )  # fmt: skip
    for step in ("open", "appraisal"):
        made = cycles.move(made.pk, step, actor=manager)
    node = framework.criteria.get(code="1.1")
    for form, points in zip(made.assessments.order_by("unit_name"), ("90", "60"), strict=True):
        facts = VerdictFacts(
            node.pk,
            Choice.OTHER,
            appraisal.seen_of(form.pk, node.pk),
            {"points": points},
            reason="Theo báo cáo của đơn vị",
        )
        appraisal.decide(form.pk, facts, actor=town.leader)
    return made, manager


def test_the_decided_year_below_is_a_figure_of_the_year_above_until_it_goes_back(scope, town):
    year = make_year(town, areas=asking_areas())
    lower, manager = lower_year(year, town)
    cycles.move(lower.pk, "provisional", actor=manager)
    assert not Figure.objects.exists()
    cycles.move(lower.pk, "decided", actor=manager)
    figure = Figure.objects.get(superseded_at=None)
    assert (figure.assessment, figure.source) == (year.own, "below")
    assert figure.input == {"a": "150", "b": "200"}
    assert figure.points == 45  # 75 percent of 60
    assert {row["percent"] for row in figure.rows["units"]} == {"90.00", "60.00"}
    cycles.move(lower.pk, "provisional", actor=manager, reason="Còn kiến nghị")
    assert not Figure.objects.filter(superseded_at=None).exists()


def test_a_year_that_asks_for_the_result_without_points_is_told_it_in_words(scope, town):
    """QĐ 1278 Điều 9 khoản 3 has it counted in, and says nothing of points."""
    areas = copy.deepcopy(FORM["areas"])
    areas[1]["criteria"] = [
        {"code": "2.2", "title": "Đơn vị cấp dưới", "max": "0", "measure": "ranking.children_mean",
         "rule": {"type": "information", "label": "Kết quả"}},
    ]  # fmt: skip
    year = make_year(town, areas=areas)
    lower, manager = lower_year(year, town)
    for step in ("provisional", "decided"):
        cycles.move(lower.pk, step, actor=manager)
    figure = Figure.objects.get(superseded_at=None)
    assert figure.input == {"text": "Mean 75.00 percent of 2 units"}
    assert (figure.points, figure.not_applicable) == (None, False)


def test_a_year_that_asks_nothing_of_units_below_gets_nothing(scope, town):
    year = make_year(town)
    lower, manager = lower_year(year, town)
    for step in ("provisional", "decided"):
        cycles.move(lower.pk, step, actor=manager)
    assert not Figure.objects.exists()


def test_a_published_year_below_leads_to_its_own_table_and_not_to_that_of_the_province(
    client, province, town
):
    with tenant_scope(province):
        year = make_year(town)
        lower, manager = lower_year(year, town)
        for step in ("provisional", "decided"):
            cycles.move(lower.pk, step, actor=manager)
        made = publication.prepare(lower.pk, actor=manager)
        publication.approve(
            made.pk, actor=town.leader, decision_number="5/QĐ-SNN", decided_on=timezone.localdate()
        )
    client.sign_in(manager)
    page = client.get(f"/xep-hang/ky/{lower.pk}/ket-qua/").text
    assert "/cong-bo/xep-hang/2026/" not in page
    for name in ("phu-luc.pdf", "ket-qua.xlsx"):
        address = f"/xep-hang/ky/{lower.pk}/cong-bo/{made.pk}/{name}"
        assert address in page
        assert client.get(address).status_code == 200


def test_the_managers_of_agencies_roll_up_into_the_years_above_them(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        lower, manager = lower_year(year, town)
        assert list(years_above(manager)) == [year.cycle]
        assert list(years_above(year.runner)) == []
        assert [each.units for each in years_below(year.cycle)] == [2]
        assert list(Cycle.objects.visible_to(manager, "fill_assessments")) == [lower]
    client.sign_in(manager)
    page = client.get("/xep-hang/ky/moi/")
    assert 'name="parent"' in page.text
    for path in ("", "sua/", "don-vi/", "tien-do/", "ket-qua/"):
        assert client.get(f"/xep-hang/ky/{lower.pk}/{path}").status_code == 200, path
    assert client.get(f"/xep-hang/ky/{year.cycle.pk}/").status_code == 404
    client.sign_in(year.runner)
    assert 'name="parent"' not in client.get("/xep-hang/ky/moi/").text
    assert lower.name in client.get(f"/xep-hang/ky/{year.cycle.pk}/").text
