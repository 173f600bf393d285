"""One chooser for whom criteria are given to: it scales to a unit of hundreds of people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import OutboxEvent
from ranking.services import answers, frameworks
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(client, province, town):
    client.sign_in(town.leader)
    with tenant_scope(province):
        return make_year(town)


def address(year, code="1.9"):
    return reverse("ranking:criterion_give", args=[year.own.pk, year.node(code).pk])


def crowd(province, town, count, first=0):
    with tenant_scope(province):
        return [
            make_person("official", town.agency, full_name=f"Phan Thị Đông {n:03d}")
            for n in range(first, first + count)
        ]


def test_the_page_of_an_area_lists_no_names(client, province, town, year):
    crowd(province, town, 2)
    page = client.get(reverse("ranking:assessment_area", args=[year.own.pk, "1"])).text
    assert "Phan Thị Đông" not in page
    assert address(year) in page


def test_of_many_people_twenty_are_listed_and_the_others_are_found(client, province, town, year):
    crowd(province, town, 30)
    page = client.get(address(year))
    assert page.text.count('type="radio"') == 20
    assert "Còn người khác" in page.text
    found = client.post(address(year), {"act": "find", "q": "dong 029", "criteria": [
        year.node("1.10").pk]})  # fmt: skip
    assert (found.status_code, found.text.count('type="radio"')) == (200, 1)
    assert "Phan Thị Đông 029" in found.text
    assert f'value="{year.node("1.10").pk}" checked' in found.text  # what was ticked stays
    none = client.post(address(year), {"act": "find", "q": "không ai"})
    assert "Không có ai trong đơn vị" in none.text


def test_several_criteria_are_given_in_one_act_and_one_is_taken_back(client, province, town, year):
    mate = crowd(province, town, 1)[0]
    other = year.node("1.10")
    given = client.post(address(year), {"colleague": mate.pk, "criteria": [other.pk]})
    assert given.status_code == 302
    with tenant_scope(province):
        held = year.own.answers.filter(colleague=mate.pk).order_by("criterion__order")
        assert [each.criterion.code for each in held] == ["1.9", "1.10"]
        told = OutboxEvent.objects.filter(action="ranking.criterion_given")
        assert [each.data["criterion"] for each in told] == ["1.9, 1.10"]
    assert "đang giữ 2 tiêu chí" in client.get(address(year)).text
    assert client.post(address(year), {"act": "back"}).status_code == 302
    with tenant_scope(province):
        assert [each.criterion.code for each in held.all()] == ["1.10"]


def test_who_does_not_work_in_the_unit_is_not_chosen(client, province, town, year):
    assert client.post(address(year), {"colleague": town.outsider.pk}).status_code == 422
    refused = client.post(address(year), {})
    assert (refused.status_code, "Chọn một đồng nghiệp" in refused.text) == (422, True)
    with tenant_scope(province):
        assert not year.own.answers.exists()


def test_the_chooser_costs_the_same_with_few_and_many(client, province, town, year):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(year)).status_code == 200
        return len(captured)

    mates = crowd(province, town, 1)
    with tenant_scope(province):
        answers.give_to(
            year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=mates[0].pk
        )
    cost()
    few = cost()
    crowd(province, town, 15, first=1)
    assert cost() == few


def test_who_has_a_criterion_now_is_named_beside_it_in_the_chooser(client, province, town, year):
    mates = crowd(province, town, 2)
    held = year.node("1.10")
    with tenant_scope(province):
        answers.give_to(year.own.pk, held.pk, actor=town.leader, colleague_id=mates[1].pk)
    label = client.get(address(year)).text.split(f'for="give-{held.pk}">')[1].split("</label>")[0]
    assert f"Đang giao cho: {mates[1].full_name}" in " ".join(label.split())
    free = year.node("2.1.1")
    label = client.get(address(year)).text.split(f'for="give-{free.pk}">')[1].split("</label>")[0]
    assert "Đang giao" not in label


def lost(year):
    told = OutboxEvent.objects.filter(action="ranking.criterion_given", subject_id=year.own.pk)
    return told.order_by("pk").last().data["lost"]


def test_who_loses_criteria_to_another_is_kept_beside_who_gets_them(province, town, year):
    first, second, third = (each.pk for each in crowd(province, town, 3))
    codes = ("1.9", "1.10", "2.1.1")
    one, two, three = (year.node(code).pk for code in codes)

    def give(who, *nodes):
        given = answers.give_to(year.own.pk, *nodes, actor=town.leader, colleague_id=who)
        return [(each.criterion_id, each.colleague_id) for each in given]

    with tenant_scope(province):
        assert give(first, two, one) == [(one, first), (two, first)]
        assert lost(year) == []
        give(second, three)
        assert give(third, one, two, three) == [(one, third), (two, third), (three, third)]
        assert lost(year) == [
            {"person": first, "criterion": "1.9, 1.10"}, {"person": second, "criterion": "2.1.1"},
        ]  # fmt: skip
        give(third, one)
        assert lost(year) == []
        assert give(None, one) == [(one, None)]
        assert lost(year) == [{"person": third, "criterion": "1.9"}]


AREA = {
    "code": "1", "title": "Hạ tầng", "max": "100",
    "criteria": [
        {"code": f"1.{n}", "title": f"Tiêu chí {n}", "max": points,
         "rule": {"type": "proportion", "a": "có", "b": "cả"}}
        for n, points in enumerate(["20", "20", "20", "20", "10", "5", "5"], 1)
    ],
}  # fmt: skip


def test_giving_five_criteria_costs_what_giving_one_costs(province, town):
    with tenant_scope(province):
        year = make_year(town, areas=[AREA])
        first, second = (make_person("official", town.agency).pk for _each in range(2))
        *nodes, last = (year.node(f"1.{n}").pk for n in range(1, 8))

        def cost(who, *nodes):
            with CaptureQueriesContext(connection) as captured:
                answers.give_to(year.own.pk, *nodes, actor=town.leader, colleague_id=who)
            return len(captured)

        cost(first, last)  # the rights of who asks are remembered
        assert cost(first, nodes[0]) == cost(first, *nodes[1:])  # that nobody had
        assert cost(second, nodes[0]) == cost(second, *nodes[1:])  # that another had


def test_a_refusal_keeps_who_and_what_was_chosen(client, province, town, year, monkeypatch):
    mate, other, give = crowd(province, town, 1)[0], year.node("1.10"), answers.give_to

    def withdrawn_meanwhile(*args, **more):
        frameworks.withdraw(other.pk, actor=year.runner, reason="Trùng với 1.9.")
        return give(*args, **more)

    monkeypatch.setattr(answers, "give_to", withdrawn_meanwhile)
    refused = client.post(address(year), {"colleague": mate.pk, "criteria": [other.pk]})
    assert refused.status_code == 422
    assert "Trùng với 1.9." in refused.text
    assert f'value="{mate.pk}" checked' in refused.text
    assert f'value="{other.pk}" checked' in refused.text
    with tenant_scope(province):
        assert not year.own.answers.exists()
