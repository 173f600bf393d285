"""Results that were published, found again where the published figures suffice."""

from __future__ import annotations

import pytest

from tests.ranking.tables import ranks, table


def rows(framework: str, *lines: str) -> list[tuple[str, str, str]]:
    return [(row["total"], row["class"], row["rank"]) for row in table(framework, "\n".join(lines))]


def test_khanh_hoa_par_index_2019_has_two_firsts():
    """baokhanhhoa.vn 2020-01-30: two departments share the highest index, 93.43."""
    framework = "components: [{code: index, max: 100}]"
    assert ranks(
        framework,
        "unit,group,index\nSở LĐTBXH,sở,93.43\nSở TT&TT,sở,93.43\nSở GD&ĐT,sở,75.71\n"
        "UBND huyện Khánh Vĩnh,huyện,92.08\nNgân hàng Nhà nước,ngành dọc,95.45\n",
    ) == ["1", "1", "3", "1", "1"]


def test_thua_thien_hue_2017_is_ranked_by_percent_of_own_maxima():
    """thanhtra.thuathienhue.gov.vn tc=1383: maxima 70, 60, 65, 73; 53/60 beside 62.3/70."""
    framework = "scale: {rank_by: percent}\ncomponents: [{code: diem, max: 73}]"
    found = table(framework, "unit,max,diem\nA,60,53\nB,70,62.3\n")
    assert [(row["percent"], row["rank"]) for row in found] == [("88.33", "2"), ("89.00", "1")]


def test_thua_thien_hue_2020_has_five_firsts_and_then_a_sixth():
    """thanhtra.thuathienhue.gov.vn tc=12172: five departments with 100 % share rank 1."""
    framework = "components: [{code: diem, max: 100}]"
    lines = [*(f"Sở {number},100" for number in range(5)), "Sở 6,91.4"]
    assert ranks(framework, "\n".join(["unit,diem", *lines])) == ["1"] * 5 + ["6"]


def test_the_published_structure_of_dti_922_adds_up_to_a_thousand():
    """QĐ 922/QĐ-BTTTT 2022: 5 × 100, smart city without points, then 200, 150, 150."""
    maxima = [100, 100, 100, 100, 100, 0, 200, 150, 150]
    parts = ", ".join(f"{{code: {place}, max: {each}}}" for place, each in enumerate(maxima, 1))
    framework = f"scale: {{maximum: 1000, precision: 4}}\ncomponents: [{parts}]"
    header = ",".join(["unit", *map(str, range(1, 10))])
    full = ",".join(["A", *map(str, maxima)])
    assert rows(framework, header, full) == [("1000.0000", "", "1")]


@pytest.mark.parametrize(
    ("percent", "label"),
    [("95.2", "Tốt"), ("75.71", "Khá"), ("65.32", "Trung bình"), ("49", "Yếu")],
)
def test_indices_of_khanh_hoa_2018_in_the_classes_of_1278(percent, label):
    """baokhanhhoa.vn 2019-02-11 (PAR index 2018), by Điều 8 khoản 1 of QĐ 1278."""
    framework = """
components: [{code: index, max: 100}]
classes: [{label: Tốt, from: 85}, {label: Khá, from: 70}, {label: Trung bình, from: 50},
          {label: Yếu}]
"""
    assert rows(framework, "unit,index", f"A,{percent}")[0][1] == label
