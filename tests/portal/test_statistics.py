"""Public statistics: the month's flows from the summaries, as page, CSV and JSON."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.working_time import LOCAL, add_months
from onestop.models import Dossier
from organizations.services.mergers import merge_unit
from portal.months import month_of, months
from portal.queries import statistics
from portal.queries.statistics import HEADER, Flow
from reports.models import Cell
from reports.queries import live
from reports.rules import By, Period
from reports.services import cells
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier

FIGURES = {"online": 1, "direct": 4, "early": 2, "on_time": 1, "late": 1}


@pytest.fixture
def last_month():
    return add_months(timezone.localdate().replace(day=1), -1)


def put(unit, month, field="Đất đai", **figures):
    facts = {**FIGURES, **figures}
    Cell.objects.create(
        span="month", starts_on=month, unit=unit, level="tinh", field=field, **facts
    )


def test_divisions_count_for_their_agency(scope, town, last_month):
    put(town.agency, last_month)
    put(town.division, last_month)
    put(town.commune, last_month, field="Hộ tịch")
    put(town.commune, add_months(last_month, -1))
    rows = {row.code: row for row in statistics.flows(last_month, By.AGENCY)}
    assert set(rows) == {town.agency.code, town.commune.code}
    agency = rows[town.agency.code]
    assert (agency.received, agency.received_online, agency.finished) == (10, 2, 8)
    assert (agency.finished_early, agency.finished_on_time, agency.finished_late) == (4, 2, 2)
    fields = {row.name: row.received for row in statistics.flows(last_month, By.FIELD)}
    assert fields == {"Đất đai": 10, "Hộ tịch": 5}


def test_after_a_merger_a_past_month_is_still_that_of_the_agency_of_then(scope, town, last_month):
    put(town.agency, last_month)
    put(town.division, last_month)
    before = statistics.flows(last_month, By.AGENCY)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    merge_unit(
        town.agency.pk, town.other_agency.pk, actor=town.superuser, on=yesterday, reason="NQ"
    )
    assert statistics.flows(last_month, By.AGENCY) == before
    assert [row.code for row in before] == [town.agency.code]


def test_the_figures_are_those_of_the_dossiers(scope, town, last_month):
    for day in (3, 4, 5):
        at = dt.datetime.combine(last_month.replace(day=day), dt.time(8), tzinfo=LOCAL)
        made = make_dossier(town, at=at)
        Dossier.objects.filter(pk=made.pk).update(
            status=9, finished_at=at + dt.timedelta(days=20 if day == 5 else 2)
        )
    cells.note_everything()
    cells.settle_all()
    (row,) = statistics.flows(last_month, By.AGENCY)
    period = Period(last_month, add_months(last_month, 1) - dt.timedelta(days=1))
    (figures,) = live.figures(period, By.AGENCY).values()
    assert (row.received, row.finished) == (figures.online + figures.direct, figures.finished)
    assert (row.finished_early, row.finished_on_time, row.finished_late) == (
        figures.early, figures.on_time, figures.late,
    )  # fmt: skip
    assert (row.received, row.finished_late) == (3, 1)


@pytest.mark.parametrize(
    ("finished", "late", "percent"),
    [(0, 0, None), (3, 0, "100.0"), (3, 1, "66.6"), (10_000, 1, "99.9")],
)
def test_a_hundred_percent_says_that_nothing_was_late(finished, late, percent):
    row = Flow("", "", 0, 0, finished, 0, finished - late, late)
    assert row.kept_percent == (None if percent is None else Decimal(percent))


def test_the_csv_has_its_fixed_header_and_no_formula(client, province, town, last_month):
    with tenant_scope(province):
        put(town.agency, last_month, field="=1+1")
    answer = client.get("/thong-ke/so-lieu.csv", {"theo": "linh-vuc"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "max-age=300" in answer["Cache-Control"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert tuple(row) == HEADER == (
        "month", "by", "code", "name", "received", "received_online", "finished",
        "finished_early", "finished_on_time", "finished_late",
    )  # fmt: skip
    assert list(row.values()) == [
        f"{last_month:%Y-%m}", "field", "", "'=1+1", "5", "1", "4", "2", "1", "1",
    ]  # fmt: skip


def test_the_json_says_the_same(client, province, town, last_month):
    with tenant_scope(province):
        put(town.agency, last_month)
    found = json.loads(client.get("/thong-ke/so-lieu.json").content)
    assert (found["province"], found["by"], found["month"]) == (
        province.code, "agency", f"{last_month:%Y-%m}",
    )  # fmt: skip
    assert found["rows"] == [{
        "month": f"{last_month:%Y-%m}", "by": "agency", "code": town.agency.code,
        "name": town.agency.name, "received": 5, "received_online": 1, "finished": 4,
        "finished_early": 2, "finished_on_time": 1, "finished_late": 1,
    }]  # fmt: skip


def test_another_province_has_figures_of_its_own(client, other_client, province, town, last_month):
    with tenant_scope(province):
        put(town.agency, last_month)
    assert json.loads(other_client.get("/thong-ke/so-lieu.json").content)["rows"] == []
    assert town.agency.name not in other_client.get("/thong-ke/").text


def test_the_page_costs_the_same_for_one_unit_and_for_many(client, province, town, last_month):
    costs = []
    for units in ([town.agency], [town.commune], [town.other_agency, town.division]):
        with tenant_scope(province):
            for unit in units:
                put(unit, last_month)
        with CaptureQueriesContext(connection) as seen:
            assert units[0].name in client.get("/thong-ke/").text
        costs.append(len(seen))
    assert costs[1] == costs[2] < 9


@pytest.mark.parametrize("month", ["", "2026", "9999-99", "2026-13", "x" * 500, "\u0662-1"])
def test_anything_in_the_address_is_answered(client, month):
    for path in ("/thong-ke/", "/thong-ke/so-lieu.csv", "/thong-ke/so-lieu.json"):
        assert client.get(path, {"thang": month, "theo": month}).status_code == 200


def test_the_running_month_is_not_offered():
    running = timezone.localdate().replace(day=1)
    assert running not in months()
    assert month_of(f"{running:%Y-%m}") == months()[0]
