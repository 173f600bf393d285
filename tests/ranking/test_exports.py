"""A publication on paper, in a workbook, and as files from which anybody computes it again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from common.digests import digest_of_data
from organizations.models import Unit
from ranking.annex import annex_of, annex_paper, number
from ranking.exports import open_data, table_sheet
from ranking.models import Assessment, Criterion, Publication, Standing, Verdict
from ranking.rules.dry_run import dry_run
from ranking.services import publication
from tenancy.scope import tenant_scope
from tests.ranking.test_publication import decided_year, publish, year

__all__ = ["year"]
pytestmark = pytest.mark.django_db


def archive_of(made: Publication) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(open_data(made)))


def test_the_dry_run_on_the_exported_files_gives_the_published_table(year):
    Assessment.objects.filter(pk=year.commune.pk).update(is_ranked=False)
    made = publish(year)
    files = archive_of(made)
    framework = files.read("framework.yaml")
    lines = []
    for name in ("scores.csv", "scores-not-ranked.csv"):
        lines += list(csv.DictReader(io.StringIO(dry_run(framework, files.read(name)).as_csv())))
    again = {
        line["unit"]: (line["group"], line["total"], line["percent"], line["class"])
        for line in lines
    }  # fmt: skip
    units = made.snapshot["units"]
    assert again == {
        unit["name"]: (unit["group"], unit["total"], unit["percent"], unit["class"])
        for unit in units
    }  # fmt: skip
    ranks = {line["unit"]: line["rank"] for line in lines}
    ranked = [unit for unit in units if unit["is_ranked"]]
    assert len(ranked) == 2
    assert all(ranks[unit["name"]] == str(unit["rank"]) for unit in ranked)
    assert {unit["class"] for unit in units} == {"Tốt", "Trung bình", "Yếu"}  # all that can happen


def test_points_that_compare_within_the_group_are_exported_as_rows_would_keep_them(year):
    """Two thirds have no end: more digits than a file of scores may have were in the snapshot."""
    node = year.framework.criteria.get(code="1.9")
    Criterion.objects.filter(pk=node.pk).update(rule={"type": "best_of_group", "a": "Máy tính"})
    rows = Verdict.objects.filter(criterion=node)
    rows.update(input={"a": "2"}, points=None)
    rows.filter(assessment=year.own).update(input={"a": "3"})
    made = publish(year)
    points = {unit["name"]: unit["points"]["1.9"] for unit in made.snapshot["units"]}
    assert points[year.own.unit_name] == "20"
    assert points[year.other.unit_name] == "13." + "3" * 20
    files = archive_of(made)
    again = dry_run(files.read("framework.yaml"), files.read("scores.csv")).as_csv()
    lines = {line["unit"]: line["total"] for line in csv.DictReader(io.StringIO(again))}
    assert lines == {unit["name"]: unit["total"] for unit in made.snapshot["units"]}


def test_the_digest_is_that_of_the_exported_snapshot(year):
    made = Publication.objects.get(pk=publish(year).pk)
    content = archive_of(made).read("snapshot.json")
    assert hashlib.sha256(content).hexdigest() == made.digest
    assert json.loads(content) == made.snapshot


def test_the_archive_is_the_same_whenever_it_is_made(year):
    made = publish(year)
    assert open_data(made) == open_data(Publication.objects.get(pk=made.pk))


def test_the_workbook_has_numbers_as_numbers_and_no_formula(year):
    Unit.objects.filter(pk=year.own.unit_id).update(name="=1+1")
    Assessment.objects.filter(pk=year.own.pk).update(unit_name="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(table_sheet(publish(year))))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    line = next(row for row in rows if row[2] == "=1+1")
    assert line == ["Sở, ban, ngành", 1, "=1+1", 35, 60, 100, 0, 95, 95, "Tốt", ""]
    types = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert types <= {"s", "n"}
    assert any("SHA-256" in str(row[0].value) for row in book.worksheets[1].iter_rows())


def test_the_annex_is_a_draft_until_it_is_published(year):
    prepared = publication.prepare(year.cycle.pk, actor=year.runner)
    paper = annex_paper(annex_of(prepared))
    assert paper["is_draft"]
    assert "……" in paper["heading"]
    published = publication.approve(
        prepared.pk, actor=year.chair, decision_number="01/QĐ",
        decided_on=timezone.localdate(),
    )  # fmt: skip
    paper = annex_paper(annex_of(published))
    assert not paper["is_draft"]
    assert "01/QĐ" in paper["heading"]
    assert paper["digest"] == published.digest
    (first, second) = paper["groups"]
    assert [row["rank"] for row in first["rows"]] == ["1", "2"]
    assert first["rows"][0]["total"] == "95,00"
    assert first["rows"][1]["deduction"] == "10"
    assert second["rows"][0]["label"] == "Yếu *"


def test_verifying_finds_a_public_line_that_is_not_the_frozen_one(year, capsys):
    made = publish(year)
    call_command("ranking_verify", "--province", "H32")
    assert capsys.readouterr().out == f"OK 2026 1 3 {made.digest}\n"
    Standing.objects.filter(publication=made, unit=year.own.unit_id).update(total=Decimal("99"))
    with pytest.raises(SystemExit):
        call_command("ranking_verify", "--province", "H32")
    assert "the public total is 99" in capsys.readouterr().out


def test_verifying_finds_a_snapshot_that_was_touched(year, capsys):
    made = publish(year)
    made.snapshot["units"][0]["points"]["1.9"] = "1"
    Publication.objects.filter(pk=made.pk).update(snapshot=made.snapshot)
    with pytest.raises(SystemExit):
        call_command("ranking_verify", "--province", "H32")
    assert "not what was frozen" in capsys.readouterr().out
    Publication.objects.filter(pk=made.pk).update(digest=digest_of_data(made.snapshot))
    with pytest.raises(SystemExit):
        call_command("ranking_verify", "--province", "H32")
    assert "total is 95.00, computed 81.00" in capsys.readouterr().out


def test_only_the_council_reads_what_is_frozen(client, province, town):
    with tenant_scope(province):
        made = decided_year(town)
        prepared = publication.prepare(made.cycle.pk, actor=made.runner)
    path = f"/xep-hang/ky/{made.cycle.pk}/cong-bo/{prepared.pk}/ket-qua.xlsx"
    for person, status in ((made.chair, 200), (made.runner, 200), (town.leader, 403)):
        client.sign_in(person)
        assert client.get(path).status_code == status
        assert client.get(f"/cong-bo/xep-hang/{made.cycle.year}.xlsx").status_code == 404


def test_figures_on_paper_are_rounded_half_up_and_not_cut_off():
    assert number(Decimal("54.1084"), 2) == "54,11"
    assert number(Decimal("2.005"), 2) == "2,01"
    assert number(Decimal("2.5")) == "2,5"
