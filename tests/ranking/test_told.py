"""Figures of departments and surveys: the council's until it releases its results."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from ranking.models import Figure
from ranking.services import answers, appraisal, council, cycles, submission
from ranking.services.answers import AnswerFacts
from ranking.services.appraisal import VerdictFacts, seen_of
from ranking.services.council import RemitFacts
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(province, town):
    """1.9 has the portal's figure, and a newer one of a survey; the form is open."""
    with tenant_scope(province):
        year = make_year(town)
        node = year.node("1.9")
        answers.save(year.own.pk, AnswerFacts(node.pk, 0, {"a": "3", "b": "4"}), actor=town.leader)
        for source, points, note in (("system", 10, ""), ("survey", 5, "Đoàn đếm hai máy")):
            Figure.objects.create(
                assessment=year.own, criterion=node, source=source, points=Decimal(points),
                input={"a": "1", "b": "4"}, note=note, cut_at=timezone.now(),
            )  # fmt: skip
    return year


def figures(province):
    with tenant_scope(province):
        return {each.source: each for each in Figure.objects.all()}


def area(year):
    return f"/xep-hang/tu-danh-gia/{year.own.pk}/1/"


def test_the_unit_sees_the_portals_figure_and_no_survey_before_the_release(
    client, province, year, town
):
    found = figures(province)
    behind = f"/xep-hang/tu-danh-gia/{year.own.pk}/so-lieu/"
    with tenant_scope(province):
        seated = make_person("official", town.division, full_name="Người Trong Sở")
        council.seat(
            year.cycle.pk, actor=year.runner, username=seated.username, part="support",
            remits=[RemitFacts()],
        )  # fmt: skip
    answers_of = {"told": (200, 404), "judging": (200, 200)}
    for person, kind in (
        (town.leader, "told"), (seated, "told"), (year.appraiser, "judging"),
        (year.runner, "judging"),
    ):  # fmt: skip
        client.sign_in(person)
        got = tuple(
            client.get(f"{behind}{found[each].pk}/").status_code for each in ("system", "survey")
        )
        assert got == answers_of[kind], person
    client.sign_in(town.leader)
    page = client.get(area(year)).text
    assert f"so-lieu/{found['system'].pk}/" in page
    assert f"so-lieu/{found['survey'].pk}/" not in page
    release(province, year, town)
    assert client.get(f"{behind}{found['survey'].pk}/").status_code == 200
    page = client.get(area(year)).text
    assert f"so-lieu/{found['survey'].pk}/" in page


def test_the_column_of_the_system_shows_the_portals_figure_and_others_stand_beside(
    client, province, year, town
):
    with tenant_scope(province):
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    client.sign_in(year.appraiser)
    page = client.get(f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/")
    case = next(each for each in page.context["cases"] if each.item.node.code == "1.9")
    assert (case.item.system.points, case.item.difference) == (10, 5)
    assert [each.source for each in case.item.others] == ["survey"]
    row = page.text.split("1.9. Máy tính")[1].split("</tr>")[0]
    assert 'data-label="Hệ thống" class="num">10' in row
    assert f"so-lieu/{figures(province)['survey'].pk}/" in row


def release(province, year, town):
    with tenant_scope(province):
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
        node = year.node("1.9").pk
        facts = VerdictFacts(node, "own", seen_of(year.own.pk, node))
        appraisal.decide(year.own.pk, facts, actor=year.appraiser)
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
