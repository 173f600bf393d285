"""Files that are refused, each with its fault; and the command around them."""

from __future__ import annotations

import re

import pytest
from django.core.management import ManagementUtility

from tests.ranking.tables import EXAMPLE, PLAIN, codes, one

# --- refused -------------------------------------------------------------------------------------

REFUSED_SCORES = {
    "unit,a,b,c\nA,1,1,1\n": ["unknown_column"],
    "unit,a,b,total\nA,1,1,1\n": ["unknown_column"],
    "unit,a\nA,1\n": ["missing_column"],
    "name,a,b\nA,1,1\n": ["unknown_column", "missing_column"],
    "unit,a,b,a\nA,1,1,1\n": ["column_twice"],
    "unit,a,b,\nA,1,1,\n": ["column_without_name"],
    "unit,a,b\nA,1\n": ["cells_differ"],
    "unit,a,b\nA,5,5,1\n": ["cells_differ"],
    "unit,a,b\nA,601,1\n": ["above_maximum"],
    "unit,a,b\nA,600.0001,1\n": ["above_maximum"],
    "unit,a,b\nA,-1,1\n": ["negative"],
    "unit,a,b\nA,−1,1\n": ["negative"],
    'unit,a,b\nA,"1.234,5",1\n': ["two_marks"],
    "unit,a,b\nA,1.2.3,1\n": ["two_marks"],
    "unit,a,b\nA,tốt,1\n": ["not_a_number"],
    "unit,a,b\nA,1e2,1\n": ["not_a_number"],
    "unit,a,b\nA,1 000,1\n": ["not_a_number"],
    "unit,a,b\nA,nan,inf\n": ["not_a_number", "not_a_number"],
    "unit,a,b\nA,n/a,1\n": ["not_a_number"],
    "unit,a,b\nA,١,1\n": ["not_a_number"],
    "unit,a,b\n,1,1\n": ["no_value"],
    "unit,a,b\nA,1,1\nA,2,2\n": ["unit_twice", "unit_twice"],
    "unit,a,b\nSở  A,1,1\nsở A,2,2\n": ["unit_twice", "unit_twice"],
    "unit,max,a,b\nA,0,1,1\n": ["must_be_positive"],
    "unit,max,a,b\nA,-5,1,1\n": ["negative"],
    "unit,max,a,b\nA,sáu mươi,1,1\n": ["not_a_number"],
    "unit,submitted_on,a,b\nA,2020-02-30,1,1\n": ["not_a_day"],
    "unit,submitted_on,a,b\nA,hôm qua,1,1\n": ["not_a_day"],
    "unit,submitted_on,a,b\nA,2020-11-15 25:00,1,1\n": ["not_a_day"],
    'unit,a,b\n"A,1,1\n': ["not_csv"],
    "unit,a,b\nA\0,1,1\n": ["not_csv"],
    "": ["empty_file"],
    "unit,a,b\nA,-1,601\nB,x,1\n": ["negative", "above_maximum", "not_a_number"],
}


@pytest.mark.parametrize("scores", REFUSED_SCORES, ids=lambda text: repr(text)[:40])
def test_scores_with_a_fault_are_refused(scores):
    assert codes(EXAMPLE, scores) == REFUSED_SCORES[scores]


def test_scores_in_another_encoding_or_too_long_are_refused():
    assert codes(PLAIN, "unit,a,b\nSở,1,1\n".encode("utf-16")) == ["not_utf8"]
    assert codes(PLAIN, b"unit,a,b\n" + b"x,1,1\n" * 20_001) == ["too_many_rows"]


REFUSED_FRAMEWORKS = {
    "name: x": ["missing_key"],
    "components: []": ["missing_key"],
    PLAIN + "\nfoo: 1": ["unknown_key"],
    "components: [{code: a, max: 1, points: 2}]": ["unknown_key"],
    PLAIN + "\nscale: {max: 1000}": ["unknown_key"],
    PLAIN + "\nclasses: [{label: x, form: 5}]": ["unknown_key"],
    PLAIN + "\nlateness: {due: 2020-11-15, days: 5}": ["unknown_key"],
    PLAIN + "\nlateness: {deduction: 5}": ["missing_key"],
    "components: [{max: 1}]": ["missing_key"],
    "components: [{code: a, max: 1}, {code: a, max: 2}]": ["twice"],
    "components: [{code: unit, max: 1}]": ["code_is_taken"],
    "components: [{code: a, max: -1}]": ["negative"],
    "components: [{code: a, max: 1, weight: -1}]": ["negative"],
    "components: [{code: a, max: many}]": ["not_a_number"],
    "components: [{code: a, max: }]": [],
    PLAIN + "\nscale: {precision: 1.5}": ["not_whole"],
    PLAIN + "\nscale: {precision: 12}": ["above_highest"],
    PLAIN + "\nscale: {rank_by: name}": ["not_one_of"],
    PLAIN + "\nscale: {maximum: 0}": ["must_be_positive"],
    PLAIN + "\nclasses: [{label: A}, {label: B, from: 5}]": ["class_without_bound"],
    PLAIN + "\nclasses: [{label: A, from: 50}, {label: B, from: 50}]": ["classes_not_falling"],
    PLAIN + "\nclasses: [{label: A, from: 50}, {label: A}]": ["twice"],
    PLAIN + "\nclasses: [{label: A, from: 101}]": ["above_highest"],
    PLAIN + "\nclasses: [{label: A}]\nlateness: {due: 2020-11-15, after_grace: B}": [
        "unknown_class"
    ],
    PLAIN + "\nlateness: {due: 2020-31-12}": ["not_a_day"],
    PLAIN + "\nlateness: {due: 2020-11-15, due_day_is_late: maybe}": ["not_true_or_false"],
    PLAIN + "\nlateness: {due: 2020-11-15, grace_days: -1}": ["negative"],
    PLAIN + "\nareas: [{code: x, title: X}]": ["components_and_areas"],
    "- a": ["not_a_mapping"],
    "": ["not_a_mapping"],
    "components: a": ["not_a_list"],
    "components: [a]": ["not_a_mapping"],
    "components: [": ["not_yaml"],
    PLAIN + "\n" + PLAIN: ["yaml_key_twice"],
    "a: &x [1]\ncomponents: *x": ["yaml_anchor"],
    "components: !!python/object/apply:os.system [ls]": ["not_yaml"],
    "components: " + "[" * 3000: ["yaml_too_deep"],
    "a: \x07": ["not_yaml"],
}


@pytest.mark.parametrize("framework", REFUSED_FRAMEWORKS, ids=lambda text: repr(text)[-40:])
def test_a_framework_with_a_fault_is_refused(framework):
    expected = REFUSED_FRAMEWORKS[framework]
    if expected:
        assert codes(framework, "unit,a,b\nA,1,1\n") == expected
    else:  # a maximum that is not known is none
        assert codes(framework, "unit,a\nA,1\n") == ["no_maximum"]


def test_a_framework_without_maxima_needs_those_of_the_units():
    framework = "components: [{code: a}, {code: b}]"
    assert one(framework, "unit,max,a,b\nA,20,5,6\n")[:2] == ("11.00", "55.00")
    assert codes(framework, "unit,max,a,b\nA,20,NA,6\n") == ["no_maximum"]


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the command on two texts; gives its exit code, standard error and the output file."""

    def called(framework: str, scores: str, *, output: str = "out.csv"):
        (tmp_path / "f.yaml").write_text(framework, encoding="utf-8")
        (tmp_path / "s.csv").write_text(scores, encoding="utf-8")
        target = tmp_path / output
        words = ["--framework", f"{tmp_path}/f.yaml", "--scores", f"{tmp_path}/s.csv"]
        try:
            ManagementUtility(
                ["manage.py", "ranking_dry_run", *words, "--output", str(target)]
            ).execute()
            code = 0
        except SystemExit as left:
            code = left.code
        printed = capsys.readouterr()
        assert printed.out == ""
        return code, printed.err, target

    return called


def test_the_command_writes_the_table_and_nothing_else(run, tmp_path):
    code, told, target = run(EXAMPLE, "unit,a,b\nSở Nội vụ,500,400\n")
    assert (code, told) == (0, "")
    assert target.read_bytes() == (
        "unit,group,total,percent,class,rank\nSở Nội vụ,,900.00,90.00,Tốt,1\n".encode()
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.yaml", "out.csv", "s.csv"]


def test_a_fault_is_one_sentence_and_the_old_output_stays(run, tmp_path):
    (tmp_path / "out.csv").write_text("old")
    code, told, target = run(EXAMPLE, "unit,a,b\nA,601,x\n")
    assert code == 2
    assert told.startswith("ranking_dry_run: ")
    assert told.count("\n") == 1
    assert re.search(r"\([^()]*1[^()]*\)\.\n$", told)
    assert "601" in told
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3


def test_what_is_odd_is_told_and_the_table_made(run):
    code, told, target = run(f"scale: {{maximum: 900}}\n{PLAIN}", "unit,a,b\nA,1,1\n")
    assert code == 0
    assert "900" in told
    assert "1000" in told
    assert target.exists()


@pytest.mark.parametrize("output", ["nowhere/out.csv", ".", "s.csv"])
def test_an_output_that_cannot_be_written_is_a_sentence(run, output):
    code, told, _target = run(PLAIN, "unit,a,b\nA,1,1\n", output=output)
    assert code == 2
    assert told.count("\n") == 1


def test_a_line_break_in_a_cell_does_not_break_the_sentence(run):
    code, told, _target = run(PLAIN, 'unit,a,b\nA,"1\n2",1\n')
    assert code == 2
    assert told.count("\n") == 1
