"""The frameworks that are shipped: readable, honest about their gaps, the samples complete."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from ranking.rules.checks import publishing_faults
from ranking.rules.codes import code_key
from ranking.rules.dry_run import dry_run
from ranking.rules.framework import Criterion, Framework
from ranking.rules.yaml_files import read_framework, write_framework

FOLDER = Path(__file__).resolve().parents[2] / "ranking" / "frameworks"
MEASURES = ("onestop.on_time", "onestop.online", "ranking.children_mean")
SAMPLES = ("kh-1278-2020", "kh-1299-2025-minh-hoa")
WITH_GAPS = {  # what a source does not tell, as the faults that keep it from being published
    "btttt-2392-2017-huyen": {"nothing_below": 2},
    "btttt-2392-2017-xa": {"no_maximum": 1, "no_own_maximum": 2, "nothing_below": 2},
    "kh-1299-2025": {"no_maximum": 1, "no_own_maximum": 8, "nothing_below": 8},
    "tayninh-xa-2025": {"no_rule": 28},
    "ttg-766-2022": {"no_rule": 4, "no_own_maximum": 3},
}
AREAS_OF_1278 = [  # Điều 5
    "Hạ tầng kỹ thuật công nghệ thông tin",
    "Nguồn nhân lực công nghệ thông tin",
    "Ứng dụng công nghệ thông tin",
    "Chính sách và đầu tư cho ứng dụng công nghệ thông tin",
    "Trang/cổng thông tin điện tử",
    "An toàn thông tin số",
]


def content(code: str) -> bytes:
    return (FOLDER / f"{code}.yaml").read_bytes()


def framework(code: str) -> Framework:
    return read_framework(content(code))


def criteria(code: str) -> list[Criterion]:
    return [node for node in framework(code).nodes() if isinstance(node, Criterion)]


def test_these_frameworks_are_shipped():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted([*SAMPLES, *WITH_GAPS])


@pytest.mark.parametrize("code", [*SAMPLES, *WITH_GAPS])
def test_a_shipped_framework_is_read_and_written_without_loss(code):
    found = framework(code)
    assert found.code == code
    assert found.name
    assert found.year
    assert found.source
    assert found.gaps
    assert read_framework(write_framework(found).encode()) == found


@pytest.mark.parametrize("code", SAMPLES)
def test_a_sample_is_marked_has_a_thousand_points_and_can_be_published(code):
    found = framework(code)
    assert found.is_sample
    assert found.notice.startswith("Phiếu minh họa")
    assert sum(area.maximum for area in found.areas) == found.scale.maximum == 1000
    assert publishing_faults(found, MEASURES) == []
    assert 60 <= len(criteria(code)) <= 70


@pytest.mark.parametrize("code", SAMPLES)
def test_every_criterion_of_a_sample_names_its_source(code):
    scored = [each for each in criteria(code) if each.kind != "information"]
    assert [each.code for each in scored if ", mã " not in each.source] == []
    assert all(each.source for each in criteria(code))


@pytest.mark.parametrize("code", WITH_GAPS)
def test_gaps_keep_a_framework_from_being_published(code):
    faults = publishing_faults(framework(code), MEASURES)
    assert Counter(fault.code for fault in faults) == WITH_GAPS[code]


@pytest.mark.parametrize("code", [*SAMPLES, *WITH_GAPS])
def test_codes_stand_in_the_order_of_their_numbers(code):
    for area in framework(code).areas:
        for children in (area.sections, area.criteria, *(each.criteria for each in area.sections)):
            codes = [each.code for each in children]
            assert codes == sorted(codes, key=code_key)


def test_the_illustration_of_1278_has_the_areas_groups_and_classes_of_the_decision():
    found = framework("kh-1278-2020")
    assert [area.title for area in found.areas] == AREAS_OF_1278
    assert [group.code for group in found.groups] == ["1", "2", "3"]
    assert [(grade.label, grade.lowest, grade.inclusive) for grade in found.classes] == [
        ("Tốt", 85, True), ("Khá", 70, True), ("Trung bình", 50, True), ("Yếu", None, True),
    ]  # fmt: skip
    assert (found.lateness.grace_days, found.lateness.deduction) == (5, 100)
    assert [step.day.isoformat() for step in found.schedule] == [
        "2020-10-30", "2020-11-15", "2020-12-30",
    ]  # fmt: skip


def test_766_has_its_published_maxima():
    found = framework("ttg-766-2022")
    assert [area.maximum for area in found.areas] == [18, 20, 22, 22, 18]
    whole = [area for area in found.areas if area.code != "4"]
    for area in whole:
        assert sum((each.maximum for each in area.criteria), Decimal(0)) == area.maximum


def test_tay_ninh_has_62_criteria_of_960_points():
    assert len(criteria("tayninh-xa-2025")) == 62
    assert sum(each.maximum for each in criteria("tayninh-xa-2025")) == 960
    assert [each.code for each in criteria("tayninh-xa-2025")][-9:] == [
        "5.4", *(f"6.{place}" for place in range(1, 9)),
    ]  # fmt: skip


def test_a_commune_of_tay_ninh_is_63_percent_where_it_claimed_82():
    """Published working figures: 787.84 claimed and 606.27 appraised of 960."""
    maxima = [area.maximum for area in framework("tayninh-xa-2025").areas]
    lines = ["unit,1,2,3,4,5,6"]
    for name, total in (("claimed", Decimal("787.84")), ("appraised", Decimal("606.27"))):
        cells = [maximum * total / 960 for maximum in maxima[:-1]]
        cells = [cell.quantize(Decimal("0.01")) for cell in cells]
        lines.append(",".join(map(str, [name, *cells, total - sum(cells)])))
    found = dry_run(content("tayninh-xa-2025"), "\n".join(lines).encode())
    assert [(str(line.total), str(line.percent)) for _entry, line in found.rows] == [
        ("787.84", "82.07"), ("606.27", "63.15"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", SAMPLES)
def test_a_sample_ranks_units_by_its_areas(code):
    found = framework(code)
    codes = [area.code for area in found.areas]
    full = [str(area.maximum) for area in found.areas]
    scores = [
        ",".join(["unit", "group", "submitted_on", *codes]),
        ",".join(["Sở A", "1", "2020-11-15", *full]),
        ",".join(["Sở B", "1", "2020-11-15", *["0"] * len(full)]),
    ]
    rows = dry_run(content(code), "\n".join(scores).encode()).rows
    assert [(line.total, line.label, line.rank) for _entry, line in rows] == [
        (1000, "Tốt", 1), (0, "Yếu", 2),
    ]  # fmt: skip
