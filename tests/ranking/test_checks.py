"""What keeps a framework from being published."""

from __future__ import annotations

import copy

import pytest

from ranking.rules.checks import publishing_faults
from ranking.rules.framework import Framework
from ranking.rules.plain import dump, read
from ranking.rules.yaml_files import read_framework, write_framework

GOOD = """
scale: {maximum: 40}
groups: [{code: so, name: Sở}]
areas:
  - code: 1
    title: Hạ tầng
    max: 30
    sections:
      - code: 1.1
        title: Máy tính
        max: 10
        criteria:
          - {code: 1.1.9, title: Có máy, max: 4, rule: {type: proportion, a: có, b: tất cả}}
          - {code: 1.1.10, title: Có mạng, max: 6, rule: {type: graded}, measure: heads}
    criteria:
      - {code: 1.2, title: Họp, max: 20, groups: [so],
         rule: {type: step_table, steps: [{from: 2, points: 20}, {from: 1, points: 10}]}}
      - {code: 1.3, title: Vi phạm, max: 0, rule: {type: deduction, each: 2}}
  - code: 2
    title: Nhân lực
    max: 5
    weight: 2
    criteria: [{code: 2.1, title: Đào tạo, max: 5, rule: {type: target}}]
"""


def found(text: str, measures=("heads",)) -> list[tuple[str, ...]]:
    return [
        (fault.code, *fault.where)
        for fault in publishing_faults(read_framework(text.encode()), measures)
    ]


def test_a_framework_in_order_can_be_published():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("maximum: 40", "maximum: 45", [("sum_differs", "scale", "maximum")]),
        ("max: 30", "max: 32",
         [("sum_differs", "scale", "maximum"), ("children_differ", "1")]),
        ("weight: 2", "weight: 1.5", [("sum_differs", "scale", "maximum")]),
        ("max: 4,", "max: 3,", [("children_differ", "1.1")]),
        ("points: 20", "points: 15", [("not_reachable", "1.2")]),
        ("points: 10}", "points: 30}", [("not_reachable", "1.2")]),
        ("measure: heads", "measure: tails", [("unknown_measure", "1.1.10")]),
        ("groups: [so]", "groups: [xã]", [("unknown_group", "1.2")]),
        ("code: 2.1", "code: 3.1", [("orphan", "3.1")]),
        ("code: 1.1.9", "code: 1.9", [("orphan", "1.9")]),
        (", rule: {type: target}", "", [("no_rule", "2.1")]),
        ("max: 5, rule", "rule", [("no_own_maximum", "2.1")]),
        ("rule: {type: target}", "rule: {type: information}", [("needs_no_maximum", "2.1")]),
        ("[{code: 2.1, title: Đào tạo, max: 5, rule: {type: target}}]", "[]",
         [("nothing_below", "2")]),
    ],
)  # fmt: skip
def test_each_fault_is_found(old, new, faults):
    assert old in GOOD
    assert found(GOOD.replace(old, new, 1)) == faults


def test_a_maximum_that_nobody_knows_is_found():
    framework = "areas: [{code: 1, title: Nhận thức số}]"
    assert found(framework) == [("no_maximum",), ("no_own_maximum", "1"), ("nothing_below", "1")]


def test_maxima_that_are_all_zero_are_no_maximum():
    framework = (
        "areas: [{code: 1, title: A, max: 0, criteria: [{code: 1.1, title: B, max: 0, RULE}]}]"
    )
    text = framework.replace("RULE", "rule: {type: information}")
    assert found(text) == [("no_maximum",)]
    assert found(f"scale: {{maximum: 5}}\n{text}") == [("sum_differs", "scale", "maximum")]


def test_the_mismatch_of_the_schools_form_is_found():
    """HCMC schools 2020: area 4 has 10 points, its criteria 3 + 3 + 3 + 3."""
    criteria = [
        {"code": f"4.{place}", "title": "x", "max": 3, "rule": {"type": "graded"}}
        for place in range(1, 5)
    ]
    area = {"code": "4", "title": "Tổ chức thực hiện", "max": 10, "criteria": criteria}
    faults = publishing_faults(read(Framework, {"areas": [area]}))
    assert [(fault.code, str(fault.facts["sum"])) for fault in faults] == [
        ("children_differ", "12")
    ]


def test_a_framework_is_read_back_from_what_is_written():
    framework = read_framework(GOOD.encode())
    assert read_framework(write_framework(framework).encode()) == framework
    assert read(Framework, copy.deepcopy(dump(framework))) == framework


def test_codes_days_and_words_survive_other_readers_of_yaml():
    text = (
        "components: [{code: 4.10, max: 1.50, title: No}]\nclasses: [{label: 'null'}]\n"
        "lateness: {due: 15/11/2020}\n"
    )
    written = write_framework(read_framework(text.encode()))
    assert "code: '4.10'" in written
    assert "max: 1.5\n" in written
    assert "title: 'No'" in written
    assert "due: 2020-11-15" in written
    assert "label: 'null'" in written
