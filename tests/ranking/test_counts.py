"""What a page of the ranking asks does not grow with the units."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Unit
from ranking.models import Assessment, Verdict
from ranking.queries.progress import matrix_of
from ranking.queries.results import overclaims
from ranking.services import appraisal, cycles
from ranking.totals import Basis, Side, table_of
from tenancy.scope import tenant_scope
from tests.people import make_unit
from tests.ranking.test_appraisal import appraised_year, verdict

pytestmark = pytest.mark.django_db
CODES = ("1.9", "1.10", "2.1.1")


@pytest.fixture
def year(province, town):
    """Everything of one unit is decided."""
    with tenant_scope(province):
        made = appraised_year(town)
        for code in CODES:
            appraisal.decide(made.own.pk, verdict(made, code), actor=made.appraiser)
    return made


def more_units(year, town, count):
    """Copies of the decided form, each of a unit of its own."""
    first = Unit.objects.count()
    numbers = range(first, first + count)
    units = [make_unit(f"{town.root.code}.8{each:03d}", parent=town.root) for each in numbers]
    forms = Assessment.objects.bulk_create(
        Assessment(cycle=year.cycle, unit=unit, unit_name=unit.name, group="1") for unit in units
    )
    rows = list(Verdict.objects.filter(assessment=year.own))
    copies = [
        Verdict(
            assessment=form, criterion_id=row.criterion_id, choice="other", input=row.input,
            points=row.points, reason="Như đơn vị đầu", made_at=row.made_at,
            made_by_id=row.made_by_id, is_final=True,
        )
        for form in forms
        for row in rows
    ]  # fmt: skip
    Verdict.objects.bulk_create(copies)


def asked(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_a_table_a_matrix_and_the_overclaims_ask_the_same_of_5_and_of_many_units(
    province, year, town
):
    acts = (
        lambda: table_of(year.cycle, Side.DECIDED), lambda: matrix_of(year.cycle),
        lambda: overclaims(Basis.of(year.cycle, Side.DECIDED)),
    )  # fmt: skip
    with tenant_scope(province):
        more_units(year, town, 2)
        assert len(table_of(year.cycle, Side.DECIDED)) == 5  # its framework is read from here on
        few = [asked(act) for act in acts]
    with tenant_scope(province):
        more_units(year, town, 45)
        assert [asked(act) for act in acts] == few
        assert len(table_of(year.cycle, Side.DECIDED)) == 50


PAGES = {
    "results": "/xep-hang/ky/{cycle}/ket-qua/",
    "progress": "/xep-hang/ky/{cycle}/tien-do/",
    "one unit": "/xep-hang/ky/{cycle}/tham-dinh/{own}/",
    "own result": "/xep-hang/tu-danh-gia/{own}/ket-qua/",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_council_asks_the_same_with_many_units(client, province, year, town, page):
    with tenant_scope(province):
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
        more_units(year, town, 2)
    client.sign_in(year.chair)
    path = PAGES[page].format(cycle=year.cycle.pk, own=year.own.pk)
    assert client.get(path).status_code == 200  # what is remembered from here on
    few = asked(lambda: client.get(path))
    with tenant_scope(province):
        more_units(year, town, 20)
    assert asked(lambda: client.get(path)) == few


def test_the_results_read_the_tree_the_units_and_the_verdicts_once(client, province, year, town):
    with tenant_scope(province):
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
        more_units(year, town, 2)
    client.sign_in(year.chair)
    path = PAGES["results"].format(cycle=year.cycle.pk)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    read = [each["sql"] for each in captured]
    for table in ("criterion", "verdict", "answer"):
        times = [sql for sql in read if f'FROM "ranking_{table}"' in sql]
        assert len(times) == 1, table
