"""Pages of a form cost the same number of queries whatever its size."""

from __future__ import annotations

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ranking.models import Cycle
from ranking.services import answers, evidence
from ranking.services.answers import AnswerFacts
from tenancy.scope import tenant_scope
from tests.ranking import years
from tests.ranking.test_evidence import FACTS

pytestmark = pytest.mark.django_db
PLAIN = years.FORM


def wide_form(count):
    """The form of the tests with `count` criteria in its first area."""
    form = copy.deepcopy(PLAIN) | {"code": f"rong-{count}"}
    form["areas"][0]["criteria"] = [
        {"code": f"1.{n}", "title": f"Tiêu chí {n}", "max": "1",
         "rule": {"type": "proportion", "a": "có", "b": "tất cả"}}
        for n in range(1, count + 1)
    ]  # fmt: skip
    form["areas"][0]["max"] = str(count)
    form["scale"] = {"maximum": str(count + 60)}
    return form


def costs(client, province, town, count, monkeypatch):
    """Queries of the three pages with `count` criteria, half of them answered and proved."""
    monkeypatch.setattr(years, "FORM", wide_form(count))
    with tenant_scope(province):
        year = years.make_year(town)
        for n in range(1, count // 2 + 1):
            node = year.node(f"1.{n}").pk
            facts = AnswerFacts(node, 0, {"a": "1", "b": "2"})
            answers.save(year.own.pk, facts, actor=town.leader)
            evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[node])
        node = year.node("1.1").pk
    client.sign_in(town.leader)
    own = f"/xep-hang/tu-danh-gia/{year.own.pk}/"
    found = {}
    for path in (own, f"{own}1/", f"{own}xem-lai/", f"{own}tieu-chi/{node}/minh-chung/"):
        client.get(path)  # what is kept between requests
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        found[path.removeprefix(own).split("/")[-2 if "minh" in path else 0]] = list(queries)
    return found


COST = {"": 15, "1": 14, "xem-lai": 16, "minh-chung": 16}


def test_pages_of_a_form_cost_the_same_with_many_criteria_and_read_each_table_once(
    client, province, town, monkeypatch
):
    few = costs(client, province, town, 6, monkeypatch)
    with tenant_scope(province):
        Cycle.objects.update(year=2025)  # room for another one
    many = costs(client, province, town, 200, monkeypatch)
    assert {key: len(queries) for key, queries in many.items()} == COST
    assert {key: len(queries) for key, queries in few.items()} == COST
    for key in ("", "1", "xem-lai"):
        for table in ("ranking_criterion", "ranking_answer"):
            reads = [q for q in many[key] if q["sql"].startswith(f'SELECT "{table}"')]
            assert len(reads) == 1, (key, table)
