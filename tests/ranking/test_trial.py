"""The whole form tried out: samples, areas, totals; nothing is stored."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from ranking.models import Answer, Criterion
from ranking.rules.framework import Criterion as Node
from ranking.scoring import Best, State, parse_rule
from ranking.scoring.samples import sample_for
from tenancy.scope import tenant_scope
from tests.ranking.test_frameworks import SAMPLES, criteria
from tests.ranking.test_workbooks import rules
from tests.ranking.years import make_year

ONE, HALF, ZERO = Decimal(1), Decimal("0.5"), Decimal(0)


def points(node: Node, share: Decimal) -> Decimal | None:
    rule = parse_rule(node.plain_rule, node.maximum)
    given = sample_for(rule, share)
    return rule.score(given, Best(Decimal(100), is_complete=True)).points


@pytest.mark.parametrize("code", SAMPLES)
def test_samples_of_shipped_criteria_give_all_or_none_of_their_points(code):
    for node in criteria(code):
        if node.kind == "information":
            assert points(node, ONE) is None, node.code
            continue
        assert points(node, ONE) == node.maximum, node.code
        assert points(node, ZERO) == 0, node.code
        assert 0 <= points(node, HALF) <= node.maximum


@settings(max_examples=100)
@given(rules)
def test_every_rule_takes_its_own_samples(data):
    rule = parse_rule(data, Decimal(20))
    for share in (ONE, HALF, ZERO):
        found = rule.score(sample_for(rule, share), Best(Decimal(100), is_complete=True))
        assert found.state is not State.NOT_YET


def test_a_count_of_tiny_points_is_as_long_as_one_may_be_written():
    rule = parse_rule({"type": "per_item", "each": "0.00000000000000000001"}, Decimal(20))
    assert sample_for(rule, ONE) == {"count": "9" * 15}
    assert rule.score(sample_for(rule, ONE)).points > 0


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return make_year(town)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fill", "total", "label"), [("full", "100.00", "Tốt"), ("half", "60.00", "Trung bình"),
                                 ("zero", "0.00", "Yếu")]
)  # fmt: skip
def test_a_press_fills_the_form_and_shows_the_total(client, province, year, fill, total, label):
    client.sign_in(year.runner)
    path = f"/xep-hang/bo-tieu-chi/{year.framework.pk}/cham-thu/"
    empty = client.get(path)
    assert empty.context["result"].line.total is None
    assert "chưa có câu trả lời" in empty.text
    page = client.post(path, {"group": "2", "fill": fill})
    line = page.context["result"].line
    assert (str(line.total), line.label) == (total, label)
    assert total.replace(".", ",") in page.text
    with tenant_scope(province):
        assert not Answer.objects.exists()


@pytest.mark.django_db
def test_what_is_typed_in_one_area_goes_along_to_the_next(client, year, django_assert_num_queries):
    client.sign_in(year.runner)
    path = f"/xep-hang/bo-tieu-chi/{year.framework.pk}/cham-thu/"
    mark = f"c{year.node('1.9').pk}"
    typed = {f"{mark}-revision": "0", f"{mark}-a": "3", f"{mark}-b": "4"}
    sent = {"group": "1", "filled": "full", "shown": "1", "area": "2", "typed": "{}"}
    page = client.post(path, sent | typed)
    assert page.context["area"].code == "2"
    assert str(page.context["result"].line.total) == "95.00"
    kept = page.context["typed"]
    assert json.loads(kept)["1.9"] == {"a": "3", "b": "4"}
    again = client.post(path, {**sent, "shown": "2", "area": "1", "typed": kept})
    assert str(again.context["result"].line.total) == "95.00"
    assert 'value="3"' in again.text
    wrong = client.post(path, sent | typed | {f"{mark}-a": "1.234,5"})
    assert wrong.status_code == 422
    assert wrong.context["area"].code == "1"
    assert "1.234,5" in wrong.text


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "x", "[]", '{"1.9": 5}', '{"1.9": {"a": []}}', "null"])
def test_what_no_form_would_send_is_no_answer(client, year, typed):
    client.sign_in(year.runner)
    path = f"/xep-hang/bo-tieu-chi/{year.framework.pk}/cham-thu/"
    data = {"typed": typed, "group": "zz", "shown": "9", "filled": "all"}
    assert client.post(path, data).status_code == 200


@pytest.mark.django_db
def test_a_form_of_1500_criteria_opens_by_area_with_the_same_queries(
    client, province, year, django_assert_max_num_queries
):
    path = f"/xep-hang/bo-tieu-chi/{year.framework.pk}/cham-thu/"
    with tenant_scope(province):
        area = year.framework.criteria.get(code="2")
        like = year.framework.criteria.get(code="2.1.1")
        Criterion.objects.bulk_create(
            Criterion(
                framework=year.framework, area=area, parent=like.parent, level="criterion",
                code=f"2.2.{number}", order=100 + number, title="Thêm", maximum=1, rule=like.rule,
            )
            for number in range(1_500)
        )  # fmt: skip
    client.sign_in(year.runner)
    client.get(path)
    with django_assert_max_num_queries(14):
        page = client.post(path, {"group": "1", "fill": "half"})
    assert len(page.context["items"]) == 2  # of the first area alone
    assert len(page.content) < 100_000
