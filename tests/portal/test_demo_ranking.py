"""The three years of the ranking in the demo are what the services themselves would make."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter

import pytest

from common.digests import digest_of_data
from portal.demo import loader, ranking
from ranking.exports import open_data
from ranking.models import Appeal, Assessment, Cycle, Figure, Inquiry, Publication
from ranking.rules.dry_run import dry_run
from ranking.services.publication import differing, faults_of
from tenancy.scope import tenant_scope

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(province, settings):
    settings.GOVIT_DEMO = True
    with tenant_scope(province):
        loader._ground(province)
    ranking.make(province)
    with tenant_scope(province):
        yield


def test_the_years_of_the_demo_show_all_that_can_happen(demo):
    cycles = {each.year: each for each in Cycle.objects.filter(parent=None)}
    assert [cycles[2020].state, cycles[2025].state] == ["published", "published"]
    assert cycles[max(cycles)].state == "appraisal"
    first, second = Publication.objects.filter(cycle=cycles[2020]).order_by("number")
    units = second.snapshot["units"]
    assert Counter(unit["group"] for unit in units) == {"1": 21, "2": 9, "3": 8}
    assert [unit["name"] for unit in units if not unit["is_ranked"]] == [
        "Ủy ban nhân dân huyện Trường Sa"
    ]
    assert [unit["name"] for unit in units if unit["is_forced"]] == ["Ban Dân tộc"]
    late = [
        {unit["name"] for unit in each.snapshot["units"] if unit["deduction"] == "100"}
        for each in (first, second)
    ]
    assert late == [{"Sở Du lịch", "Ủy ban nhân dân huyện Diên Khánh"}, {"Sở Du lịch"}]
    ranks = Counter((unit["group"], unit["rank"]) for unit in units if unit["rank"])
    assert max(ranks.values()) == 2
    assert any(unit["not_applicable"] for unit in units)
    assert Appeal.objects.get().is_granted
    assert Inquiry.objects.count() == 3
    assert Inquiry.objects.exclude(replied_at=None).count() == 1


def test_a_town_assessed_its_communes_and_the_province_reads_what_they_reached(demo):
    below = Cycle.objects.get(parent__isnull=False)
    assert (below.year, below.state, below.assessments.count()) == (2020, "published", 4)
    figure = Figure.objects.get(source="below", superseded_at=None)
    assert (figure.assessment.unit_id, figure.points) == (below.owner_id, None)
    assert "4" in figure.input["text"]
    assert len(figure.rows["units"]) == 4


def test_a_form_of_the_demo_has_a_file_and_documents_one_of_them_for_several_criteria(demo):
    played = Assessment.objects.get(
        cycle__state="appraisal", unit__name="Ủy ban nhân dân phường Nha Trang"
    )
    uses = sorted(each.uses.count() for each in played.evidence.all())
    assert uses == [1, 2, 4]
    assert played.evidence.filter(file__isnull=False).count() == 1


def test_the_year_that_runs_has_work_in_every_stage(demo):
    running = Assessment.objects.filter(cycle__state="appraisal")
    written = [(unit.answers.count(), unit.is_submitted) for unit in running]
    asked = max(count for count, _submitted in written)
    assert any(count == 0 for count, _submitted in written)
    assert any(0 < count < asked / 2 for count, _submitted in written)
    assert any(submitted for _count, submitted in written)
    assert all(unit.own_total is not None for unit in running if unit.is_submitted)


def test_every_published_table_follows_from_its_snapshot_and_its_files(demo):
    made = list(Publication.objects.filter(state="published"))
    assert len(made) == 4  # one of a year below
    for each in made:
        assert digest_of_data(each.snapshot) == each.digest
        assert faults_of(each.snapshot) == []
        assert differing(each) == []
        files = zipfile.ZipFile(io.BytesIO(open_data(each)))
        again = dry_run(files.read("framework.yaml"), files.read("scores.csv"))
        rows = {row["unit"]: row for row in csv.DictReader(io.StringIO(again.as_csv()))}
        for unit in each.snapshot["units"]:
            if unit["is_ranked"]:
                row = rows[unit["name"]]
                assert (row["total"], row["class"], row["rank"]) == (
                    unit["total"], unit["class"], str(unit["rank"]),
                )  # fmt: skip
