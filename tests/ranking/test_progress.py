"""The matrix of a year: how far each unit is, and in which heap it lies."""

from __future__ import annotations

import pytest

from ranking.queries.progress import Stage, matrix_of
from ranking.services import answers, appraisal, submission
from ranking.services.answers import AnswerFacts
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.test_appraisal import appraised, appraised_year, verdict
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


def stages(year):
    return {row.unit: row.stage for row in matrix_of(year.cycle).rows}


def test_a_unit_goes_from_not_started_to_appraised(scope, town):
    year = make_year(town)
    assert set(stages(year).values()) == {Stage.EMPTY}
    filler = make_person("ranking_officer", town.other_agency)
    facts = AnswerFacts(year.node("1.9").pk, 0, {"a": "1", "b": "4"})
    answers.save(year.other.pk, facts, actor=filler)
    assert stages(year)[year.other] == Stage.FILLING
    appraised(year, town)
    assert stages(year)[year.own] == Stage.SUBMITTED
    for code, expected in (
        ("1.9", Stage.APPRAISING), ("1.10", Stage.APPRAISING), ("2.1.1", Stage.APPRAISED),
    ):  # fmt: skip
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
        assert stages(year)[year.own] == expected
    submission.reopen(year.own.pk, actor=year.chair, reason="Thiếu số liệu")
    assert stages(year)[year.own] == Stage.REOPENED
    assert stages(year)[year.commune] == Stage.EMPTY


def test_the_page_shows_one_heap_and_counts_all(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
    client.sign_in(year.runner)
    path = f"/xep-hang/ky/{year.cycle.pk}/tien-do/"
    everybody = client.get(path)
    assert [each["count"] for each in everybody.context["heaps"]] == [3, 2, 1, 0]
    assert everybody.text.count("/nhac/") == 2  # who has not submitted can be reminded
    page = client.get(f"{path}?xem=cho-tham-dinh")
    assert [row.unit for row in page.context["rows"]] == [year.own]
    assert f"/tham-dinh/{year.other.pk}/" not in page.text
    assert client.get(f"{path}?xem=khong-co").context["rows"] == everybody.context["rows"]
    assert "Không có đơn vị nào" in client.get(f"{path}?xem=xong").text
