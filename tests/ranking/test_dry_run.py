"""`ranking_dry_run`: each sentence of its description, and what strangers' files bring along."""

from __future__ import annotations

import pytest

from ranking.rules.dry_run import dry_run
from tests.ranking.tables import EXAMPLE, LATE, PLAIN, codes, one, ranks, table

# --- totals ------------------------------------------------------------------------------------


def test_output_has_the_six_columns_in_the_order_of_the_input():
    found = dry_run(EXAMPLE.encode(), b"unit,a,b\nB,100,100\nA,500,400\n")
    assert found.as_csv() == (
        "unit,group,total,percent,class,rank\nB,,200.00,20.00,Yếu,2\nA,,900.00,90.00,Tốt,1\n"
    )


def test_only_components_are_needed():
    assert one(PLAIN, "unit,a,b\nA,500,250\n") == ("750.00", "75.00", "", "1")


def test_the_total_is_the_sum_of_weight_times_score():
    weighted = "components: [{code: a, max: 100, weight: 0.4}, {code: b, max: 100, weight: 0.6}]"
    assert one(weighted, "unit,a,b\nA,50,75\n")[:2] == ("65.00", "65.00")


def test_pillars_are_weighted_as_in_the_dti_of_2020():
    """0.4 / 0.3 / 0.3 of indices from 0 to 1, four decimals."""
    pillars = (
        "scale: {precision: 4}\n"
        "components: [{code: cq, max: 1, weight: 0.4}, {code: kt, max: 1, weight: 0.3},"
        " {code: xh, max: 1, weight: 0.3}]"
    )
    assert one(pillars, "unit,cq,kt,xh\nA,0.5,0.25,0.3\n")[0] == "0.3650"


@pytest.mark.parametrize(
    ("first", "total"),
    [
        ("0.004", "0.00"),
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("2.675", "2.68"),
        ("1.0049", "1.00"),
    ],
)
def test_halves_are_rounded_up_and_once(first, total):
    assert one(PLAIN, f"unit,a,b\nA,{first},0\n")[0] == total


def test_rounding_comes_after_adding_up():
    assert one(PLAIN, "unit,a,b\nA,0.004,0.004\n")[0] == "0.01"


@pytest.mark.parametrize(("precision", "total"), [(0, "13"), (1, "12.5"), (3, "12.500")])
def test_precision_is_a_setting(precision, total):
    assert one(f"scale: {{precision: {precision}}}\n{PLAIN}", "unit,a,b\nA,12.5,0\n")[0] == total


def test_a_maximum_that_components_do_not_reach_is_told_and_calculated_as_written():
    found = dry_run(f"scale: {{maximum: 2000}}\n{PLAIN}".encode(), b"unit,a,b\nA,500,250\n")
    assert [fault.code for fault in found.warnings] == ["sum_differs"]
    assert found.rows[0][1].percent == pytest.approx(37.5)


# --- not applicable, not appraised ---------------------------------------------------------------


def test_not_applicable_is_taken_out_and_the_rest_rescaled():
    assert one(EXAMPLE, "unit,a,b\nA,450,NA\n") == ("750.00", "75.00", "Khá", "1")


def test_not_applicable_takes_out_the_weighted_maximum():
    weighted = "components: [{code: a, max: 100, weight: 0.4}, {code: b, max: 100, weight: 0.6}]"
    assert one(weighted, "unit,a,b\nA,50,NA\n")[0] == "50.00"  # 20 ÷ (100 − 60) × 100


def test_rescaling_does_not_lose_a_half():
    thirds = "components: [{code: a, max: 3}, {code: b, max: 1}]"
    assert one(thirds, "unit,a,b\nA,2.00625,NA\n")[0] == "2.68"  # 2.675 exactly
    assert one(thirds, "unit,a,b\nA,2.0062499,NA\n")[0] == "2.67"


def test_a_unit_to_which_nothing_applies_gets_nothing():
    found = dry_run(EXAMPLE.encode(), b"unit,a,b\nA,NA,na\nB,1,1\n")
    assert found.as_csv().splitlines()[1:] == ["A,,,,,", "B,,2.00,0.20,Yếu,1"]
    assert [fault.code for fault in found.warnings] == ["nothing_applicable"]


def test_an_empty_cell_is_not_zero():
    rows = table(EXAMPLE + LATE, "unit,submitted_on,a,b\nA,,600,\nB,2020-11-01,0,0\n")
    assert list(rows[0].values()) == ["A", "", "", "", "", ""]
    assert list(rows[1].values()) == ["B", "", "0.00", "0.00", "Yếu", "1"]


def test_not_appraised_beats_not_applicable():
    assert one(EXAMPLE, "unit,a,b\nA,NA,\n") == ("", "", "", "")


# --- percent and classes -------------------------------------------------------------------------


def test_percent_is_of_the_units_own_maximum_where_it_has_one():
    scores = "unit,max,a,b\nA,60,53,0\nB,70,62.3,0\nC,,500,250\n"
    assert [row["percent"] for row in table(PLAIN, scores)] == ["88.33", "89.00", "75.00"]


def test_ranking_by_percent_uses_the_own_maxima():
    """TT Huế 2017: 53/60 beside 62.3/70."""
    framework = f"scale: {{rank_by: percent}}\n{PLAIN}"
    assert ranks(framework, "unit,max,a,b\nA,60,53,0\nB,70,62.3,0\nC,,100,0\n") == ["2", "1", "3"]
    assert ranks(PLAIN, "unit,max,a,b\nA,60,53,0\nB,70,62.3,0\nC,,100,0\n") == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("total", "label"),
    [("850", "Tốt"), ("849.99", "Khá"), ("700", "Khá"), ("699.99", "Trung bình"),
     ("500", "Trung bình"), ("499.99", "Yếu"), ("0", "Yếu")],
)  # fmt: skip
def test_classes_of_1278_hold_their_lower_bound(total, label):
    framework = EXAMPLE.replace("{code: a, max: 600, weight: 1}", "{code: a, max: 1000}").replace(
        ", {code: b, max: 400, weight: 1}", ""
    )
    assert one(framework, f"unit,a\nA,{total}\n")[2] == label


@pytest.mark.parametrize(
    ("total", "label"),
    [("75.01", "Dẫn dắt"), ("75", "Nâng cao"), ("50", "Hình thành"), ("25", "Khởi động"),
     ("25.01", "Hình thành")],
)  # fmt: skip
def test_classes_of_lao_cai_leave_their_lower_bound_out(total, label):
    """Lào Cai 2022–23: > 75 / > 50 / > 25 %."""
    framework = """
components: [{code: a, max: 100}]
classes: [{label: Dẫn dắt, from: 75, inclusive: false}, {label: Nâng cao, from: 50, inclusive: no},
          {label: Hình thành, from: 25, inclusive: false}, {label: Khởi động}]
"""
    assert one(framework, f"unit,a\nA,{total}\n")[2] == label


def test_the_class_is_of_the_total_and_not_of_the_rounded_percent():
    framework = EXAMPLE.replace("{code: b, max: 400, weight: 1}", "{code: b, max: 400}")
    assert one(framework, "unit,a,b\nA,600,249.99\n") == ("849.99", "85.00", "Khá", "1")


def test_below_all_bounds_without_a_last_class_there_is_none():
    framework = f"{PLAIN}\nclasses: [{{label: Đạt, from: 50}}]"
    assert one(framework, "unit,a,b\nA,100,0\n")[2] == ""


# --- lateness ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "total", "label"),
    [("2020-11-14", "900.00", "Tốt"), ("2020-11-15", "900.00", "Tốt"),
     ("2020-11-16", "800.00", "Khá"), ("2020-11-20", "800.00", "Khá"),
     ("2020-11-21", "900.00", "Yếu"), ("", "900.00", "Yếu"),
     ("15/11/2020", "900.00", "Tốt"), ("2020-11-15 23:59:59", "900.00", "Tốt"),
     ("2020-11-15T17:00:01+00:00", "800.00", "Khá"), ("2020-11-16 00:00:00", "800.00", "Khá")],
)  # fmt: skip
def test_days_late_when_the_due_day_is_in_time(day, total, label):
    found = one(EXAMPLE + LATE, f"unit,submitted_on,a,b\nA,{day},500,400\n")
    assert (found[0], found[2]) == (total, label)
    assert found[3] == "1"


@pytest.mark.parametrize(
    ("day", "total", "label"),
    [("2020-11-14", "900.00", "Tốt"), ("2020-11-15", "800.00", "Khá"),
     ("2020-11-19", "800.00", "Khá"), ("2020-11-20", "900.00", "Yếu")],
)  # fmt: skip
def test_days_late_when_the_due_day_is_late(day, total, label):
    framework = (EXAMPLE + LATE).replace("due_day_is_late: false", "due_day_is_late: true")
    found = one(framework, f"unit,submitted_on,a,b\nA,{day},500,400\n")
    assert (found[0], found[2]) == (total, label)


def test_a_forced_class_keeps_total_and_rank():
    rows = table(EXAMPLE + LATE, "unit,submitted_on,a,b\nA,,600,400\nB,2020-11-01,500,400\n")
    assert [(row["total"], row["class"], row["rank"]) for row in rows] == [
        ("1000.00", "Yếu", "1"), ("900.00", "Tốt", "2"),
    ]  # fmt: skip


def test_without_lateness_a_missing_day_means_nothing():
    assert one(EXAMPLE, "unit,submitted_on,a,b\nA,,500,400\n") == ("900.00", "90.00", "Tốt", "1")


def test_without_the_column_nobody_has_submitted():
    assert one(EXAMPLE + LATE, "unit,a,b\nA,500,400\n")[2] == "Yếu"


def test_a_total_does_not_fall_below_the_floor():
    scores = "unit,submitted_on,a,b\nA,2020-11-16,50,0\n"
    assert one(EXAMPLE + LATE, scores)[:2] == ("0.00", "0.00")
    assert one((EXAMPLE + LATE).replace("floor: 0", "floor: 10"), scores)[0] == "10.00"
    assert one((EXAMPLE + LATE).replace("floor: 0", "floor: null"), scores)[0] == "-50.00"


def test_without_a_class_for_after_grace_every_late_one_loses_the_deduction():
    framework = f"{PLAIN}\nlateness: {{due: 2020-11-15, deduction: 100}}"
    scores = "unit,submitted_on,a,b\nA,2020-11-15,500,0\nB,2021-01-01,500,0\nC,,500,0\n"
    assert [row["total"] for row in table(framework, scores)] == ["500.00", "400.00", "400.00"]


# --- ranks ---------------------------------------------------------------------------------------


def test_equal_totals_share_a_place_and_the_next_is_left_out():
    assert ranks(PLAIN, "unit,a,b\nA,5,0\nB,7,0\nC,6,0\nD,6,0\n") == ["4", "1", "2", "2"]


def test_ties_are_those_of_the_printed_total():
    assert ranks(PLAIN, "unit,a,b\nA,5.001,0\nB,5.004,0\nC,5.006,0\n") == ["2", "2", "1"]


def test_ties_by_percent_are_those_of_the_printed_percent():
    framework = f"scale: {{rank_by: percent, precision: 1}}\n{PLAIN}"
    assert ranks(framework, "unit,a,b\nA,500.1,0\nB,500.2,0\nC,510,0\n") == ["2", "2", "1"]


def test_units_are_ranked_inside_their_group():
    scores = "unit,group,a,b\nA,sở,5,0\nB,huyện,1,0\nC,sở,6,0\nD,huyện,2,0\nE,,3,0\nF,,3,0\n"
    assert ranks(PLAIN, scores) == ["2", "2", "1", "1", "1", "1"]


def test_who_has_no_total_takes_no_place():
    assert ranks(PLAIN, "unit,a,b\nA,,0\nB,1,0\nC,2,0\n") == ["", "2", "1"]


# --- files as people save them -------------------------------------------------------------------


def test_a_mark_at_the_start_windows_lines_and_quoted_cells_are_read():
    scores = '\ufeffunit,group,a,b\r\n"Sở Văn hóa, Thể thao",1,"5,5",1\r\n\r\n,,,\r\n'
    [row] = table(PLAIN, scores)
    assert (row["unit"], row["group"], row["total"]) == ("Sở Văn hóa, Thể thao", "1", "6.50")


def test_excel_in_vietnam_saves_semicolons_and_commas():
    assert one(PLAIN, "unit;group;a;b\nA;1;5,5;1\n")[0] == "6.50"


def test_tabs_old_line_ends_and_any_order_of_columns_are_read():
    assert one(PLAIN, "b\tunit\ta\r1\tA\t5.5\r")[0] == "6.50"


def test_letters_in_two_pieces_are_the_same_letters():
    framework = "components: [{code: đường, max: 10}]"
    assert one(framework, "unit,đươ\u0300ng\nA,5\n")[0] == "5.00"


def test_codes_without_quotes_keep_their_zeros():
    framework = "components: [{code: 4.1, max: 10}, {code: 4.10, max: 10}, {code: 01, max: 1}]"
    assert one(framework, "unit,4.1,4.10,01\nA,1,2,1\n")[0] == "4.00"


def test_a_name_with_a_comma_is_quoted_again():
    found = dry_run(PLAIN.encode(), b'unit,a,b\n"A, ""B""",1,1\n')
    assert found.as_csv().splitlines()[1] == '"A, ""B""",,2.00,0.20,,1'


def test_five_hundred_units_are_ranked():
    lines = [f"Xã {number},{number % 7},{number},{number % 400}" for number in range(1, 501)]
    rows = table(EXAMPLE, "\n".join(["unit,group,a,b", *lines]))
    assert len(rows) == 500
    first = [row for row in rows if row["rank"] == "1"]
    assert {row["group"] for row in first} == {str(number) for number in range(7)}


# --- whole frameworks ----------------------------------------------------------------------------

TREE = """
groups: [{code: so, name: Sở}, {code: huyen, name: Huyện}]
areas:
  - code: 1
    title: Hạ tầng
    max: 30
    sections:
      - {code: 1.1, title: Máy tính, max: 10, criteria: [
          {code: 1.1.1, title: Tỷ lệ, max: 10, rule: {type: proportion}}]}
    criteria:
      - {code: 1.2, title: Mạng, max: 20, rule: {type: graded}, groups: [huyen]}
      - {code: 1.3, title: Số máy, max: 0, rule: {type: information}}
      - {code: 1.4, title: Vi phạm, max: 0, rule: {type: deduction, each: 2, most: 6}}
  - code: 2
    title: Nhân lực
    max: 10
    weight: 2
    criteria: [{code: 2.1, title: Đào tạo, max: 10, rule: {type: graded}}]
"""


def test_criteria_of_a_whole_framework_are_columns():
    found = one(TREE, "unit,group,1.1.1,1.2,1.3,1.4,2.1\nA,huyen,5,10,,-2,10\n")
    assert found[:2] == ("33.00", "66.00")  # 5 + 10 − 2 + 2 × 10 of 30 + 2 × 10


def test_an_area_can_be_given_as_a_whole_and_information_be_left_out():
    assert one(TREE, "unit,1,2.1\nA,15,5\n")[0] == "25.00"
    assert one(TREE, "unit,group,1.1,1.2,1.4,2\nA,huyen,10,20,0,10\n")[:2] == ("50.00", "100.00")


def test_criteria_of_other_groups_are_not_applicable():
    scores = "unit,group,1.1.1,1.2,1.4,2.1\nA,so,10,,0,5\n"
    assert one(TREE, scores)[0] == "33.33"  # 20 ÷ (50 − 20) × 50
    assert codes(TREE, scores.replace(",10,,0", ",10,3,0")) == ["not_of_group"]


def test_a_group_that_the_framework_does_not_have_is_told():
    scores = "unit,group,1,2\nA,huyen,1,1\nB,xã,1,1\nC,xã,1,1\n"
    found = dry_run(TREE.encode(), scores.encode())
    assert [(fault.code, fault.facts) for fault in found.warnings] == [
        ("unknown_group", {"group": "xã"})
    ]


def test_a_deduction_is_not_rescaled():
    assert one(TREE, "unit,group,1.1.1,1.2,1.4,2.1\nA,so,10,NA,-6,5\n")[0] == "27.33"


def test_a_deduction_lies_between_its_most_and_nothing():
    scores = "unit,1.1.1,1.2,1.4,2.1\nA,10,10,-7,5\n"
    assert codes(TREE, scores) == ["below_lowest"]
    assert codes(TREE, scores.replace("-7", "1")) == ["above_maximum"]
    assert one(TREE.replace(", most: 6", ""), scores)[0] == "23.00"


def test_a_column_and_a_part_of_it_would_count_twice():
    assert codes(TREE, "unit,1,1.1,2\nA,1,1,1\n") == ["column_covered"]
