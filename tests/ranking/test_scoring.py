"""Rules of scoring: points, what they are not yet, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ranking.rules.faults import Faulty
from ranking.rules.numbers import half_up
from ranking.rules.standing import Share, raw_total
from ranking.scoring import RULES, Best, State, dump_rule, parse_rule

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "type": "parts",
    "parts": [
        {"code": "wan", "title": "KNWAN", "max": 45, "rule": {"type": "proportion"}},
        {"code": "apps", "title": "ƯDKNWAN", "max": 5, "rule": {"type": "per_item", "each": 1}},
    ],
}
MEETINGS = {
    "type": "step_table",
    "steps": [{"from": at, "points": points} for at, points in ((4, 20), (3, 15), (2, 10), (1, 5))],
}
HEAD = {
    "type": "options",
    "options": [
        {"code": "head", "title": "Bí thư/Chủ tịch", "points": 10},
        {"code": "deputy", "title": "Phó Bí thư/Phó Chủ tịch", "points": 5},
        {"code": "none", "title": "chưa có Ban chỉ đạo", "points": 0},
    ],
}
EXAMPLES = {  # of every type: plain data, maximum
    "proportion": ({"type": "proportion", "a": "có", "b": "tất cả", "full_at": 80}, 10),
    "step_table": (MEETINGS, 20),
    "options": (HEAD, 10),
    "parts": (PARTS, 50),
    "per_item": ({"type": "per_item", "each": "0.5"}, 5),
    "best_of_group": ({"type": "best_of_group", "a": "băng thông", "b": "người"}, 40),
    "target": ({"type": "target", "target": 90, "side": "above"}, 6),
    "survey": ({"type": "survey", "lowest": 1, "highest": 5}, 20),
    "graded": ({"type": "graded", "guide": "theo minh chứng"}, 5),
    "deduction": ({"type": "deduction", "each": 5, "most": 20}, 0),
    "information": ({"type": "information", "label": "số máy"}, 0),
}


def rule_of(data, maximum):
    return parse_rule(data, Decimal(maximum))


def points(data, maximum, answer, **kwargs):
    """Rounded as a table would print them; None while there are none."""
    found = rule_of(data, maximum).score(answer, **kwargs)
    return None if found.points is None else half_up(found.points, 2)


def faults(data, maximum, answer):
    with pytest.raises(Faulty) as refused:
        rule_of(data, maximum).score(answer)
    return [(fault.code, *fault.where) for fault in refused.value.faults]


def test_there_is_an_example_of_every_rule():
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_is_read_back_from_what_it_writes(kind):
    rule = rule_of(*EXAMPLES[kind])
    assert parse_rule(dump_rule(rule), rule.maximum) == rule
    assert dump_rule(rule)["type"] == kind


@pytest.mark.parametrize("kind", RULES)
def test_an_unknown_key_is_refused_in_every_rule(kind):
    data, maximum = EXAMPLES[kind]
    with pytest.raises(Faulty) as refused:
        rule_of({**data, "colour": "red"}, maximum)
    assert [fault.code for fault in refused.value.faults] == ["unknown_key"]


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("answer", [None, {}])
def test_no_answer_is_not_yet_and_never_zero(kind, answer):
    found = rule_of(*EXAMPLES[kind]).score(answer)
    assert (found.state, found.points) == (State.NOT_YET, None)


@pytest.mark.parametrize("kind", RULES)
def test_what_the_rule_does_not_ask_for_is_refused(kind):
    assert faults(*EXAMPLES[kind], {"colour": "red"})[0][0] == "unknown_input"


def test_scoring_needs_no_django():
    source = [*(ROOT / "ranking/scoring").glob("*.py"), *(ROOT / "ranking/rules").glob("*.py")]
    assert len(source) > 10
    assert [path.name for path in source if "django" in path.read_text("utf-8").lower()
            .replace("no django", "")] == []  # fmt: skip


# --- proportion --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (394, 508, "7.76"),  # Tây Ninh 4.14: the appraiser's own figures, who entered 0
        ("1", "3", "3.33"), ("0", "5", "0.00"), ("5", "5", "10.00"), ("0,5", "2", "2.50"),
        (6, 5, "10.00"),  # more than all: capped
    ],
)  # fmt: skip
def test_a_proportion_is_a_share_of_the_maximum(a, b, expected):
    assert str(points({"type": "proportion"}, 10, {"a": a, "b": b})) == expected


def test_points_are_not_rounded_before_they_are_added_up():
    thirds = rule_of({"type": "proportion"}, 1).score({"a": 1, "b": 3}).points
    sixths = rule_of({"type": "proportion"}, 1).score({"a": 1, "b": 6}).points
    parts = [Share(each, Decimal(1)) for each in (thirds, sixths, Decimal("0.005"))]
    assert str(half_up(raw_total(parts, None), 2)) == "0.51"  # 0.505, as on paper


def test_six_of_seven_contents_are_17_14_of_20():
    """Tây Ninh 4.1."""
    assert str(points({"type": "proportion", "out_of": 7}, 20, {"a": 6})) == "17.14"


@pytest.mark.parametrize(
    ("a", "expected"), [(40, "1.00"), (80, "2.00"), (90, "2.00"), (79, "1.98")]
)
def test_a_share_that_is_enough_gives_the_maximum(a, expected):
    """QĐ 766: min(2, 2 × ratio / 80 %)."""
    data = {"type": "proportion", "full_at": 80}
    assert str(points(data, 2, {"a": a, "b": 100})) == expected


@pytest.mark.parametrize(
    ("policy", "state", "expected"),
    [("not_applicable", State.NOT_APPLICABLE, None), ("zero", State.SCORED, 0),
     ("full", State.SCORED, 6)],
)  # fmt: skip
def test_what_no_cases_mean_is_said_by_the_framework(policy, state, expected):
    found = rule_of({"type": "proportion", "on_empty": policy}, 6).score({"a": 0, "b": 0})
    assert (found.state, found.points) == (state, expected)


def test_a_part_of_nothing_and_more_than_the_whole_can_be_refused():
    assert faults({"type": "proportion"}, 6, {"a": 1, "b": 0}) == [("part_of_nothing", "a")]
    strict = {"type": "proportion", "on_excess": "refuse"}
    assert faults(strict, 6, {"a": 3, "b": 2}) == [("above_whole", "a")]


def test_all_of_all_is_the_maximum_and_refused_by_nobody():
    strict = {"type": "proportion", "on_excess": "refuse"}
    found = rule_of(strict, 6).score({"a": 2, "b": 2})
    assert (found.points, found.is_final) == (6, True)
    assert found.steps[0].kind == "proportion"  # reached, not cut off


@pytest.mark.parametrize("full_at", [0, "100.1"])
def test_a_share_that_cannot_be_enough_is_refused(full_at):
    with pytest.raises(Faulty, match="not_a_percent"):
        rule_of({"type": "proportion", "full_at": full_at}, 6)


@pytest.mark.parametrize(
    ("kind", "changed", "reachable"),
    [("parts", {}, 50), ("options", {}, 10), ("step_table", {}, 20), ("deduction", {}, 0),
     ("information", {}, 0), ("graded", {}, 5), ("best_of_group", {}, 40), ("per_item", {}, 5),
     ("parts", {"parts": PARTS["parts"][:1]}, 45)],
)  # fmt: skip
def test_a_rule_knows_the_most_that_it_can_give(kind, changed, reachable):
    data, maximum = EXAMPLES[kind]
    assert rule_of({**data, **changed}, maximum).reachable == reachable


@pytest.mark.parametrize(
    ("given", "code"),
    [("1.234,5", "two_marks"), ("-1", "negative"), ("mười", "not_a_number"), (True, "not_a_number"),
     ("1e3", "not_a_number"), ([1], "not_a_number"), ("9" * 16, "too_many_digits")],
)  # fmt: skip
def test_figures_that_are_no_figures_are_refused(given, code):
    assert faults({"type": "proportion"}, 6, {"a": given, "b": 2}) == [(code, "a")]


# --- tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "expected"), [(5, 20), (4, 20), (3, 15), (1, 5), (0, 0)])
def test_steps_of_meetings(count, expected):
    """District DTI 1.1."""
    assert points(MEETINGS, 20, {"a": count}) == expected


def test_steps_say_which_side_they_include_and_can_be_of_a_percentage():
    steps = [{"from": 90, "points": 10, "inclusive": False}, {"from": 50, "points": 5}]
    data = {"type": "step_table", "a": "x", "b": "y", "steps": steps}
    assert points(data, 10, {"a": 9, "b": 10}) == 5
    assert points(data, 10, {"a": "9.01", "b": 10}) == 10
    assert points(data, 10, {"a": 1, "b": 2}) == 5
    assert faults(data, 10, {"a": 1, "b": 0}) == [("must_be_positive", "b")]


def test_steps_that_do_not_fall_are_refused():
    for steps in (MEETINGS["steps"][::-1], [{"from": 3, "points": 5}, {"from": 3, "points": 2}]):
        with pytest.raises(Faulty, match="steps_not_falling"):
            rule_of({**MEETINGS, "steps": steps}, 20)


@pytest.mark.parametrize(("choice", "expected"), [("head", 10), ("deputy", 5), ("none", 0)])
def test_options_give_their_points(choice, expected):
    """Đồng Tháp 1.1."""
    assert points(HEAD, 10, {"choice": choice}) == expected


def test_an_option_that_is_none_and_doubled_options_are_refused():
    assert faults(HEAD, 10, {"choice": "uncle"}) == [("unknown_choice", "choice")]
    with pytest.raises(Faulty, match="twice"):
        rule_of({**HEAD, "options": HEAD["options"] * 2}, 10)


# --- parts -------------------------------------------------------------------------------------


def test_parts_add_up_each_to_its_cap():
    """Phụ lục 1B, I.4: ratio × 45 + 1 for each application, at most 5."""
    answer = {"parts": {"wan": {"a": 3, "b": 4}, "apps": {"count": 9}}}
    assert str(points(PARTS, 50, answer)) == "38.75"
    assert str(points(PARTS, 36, answer)) == "36.00"


def test_while_a_part_is_missing_there_are_no_points():
    found = rule_of(PARTS, 50).score({"parts": {"wan": {"a": 3, "b": 4}}})
    assert (found.state, found.steps[0].facts["names"]) == (State.NOT_YET, ["apps"])


def test_a_part_that_does_not_apply_is_taken_out_and_the_rest_rescaled():
    answer = {"parts": {"wan": {"a": 0, "b": 0}, "apps": {"count": 4}}}
    assert str(points(PARTS, 50, answer)) == "40.00"


def test_when_no_part_applies_the_whole_does_not():
    data = {**PARTS, "parts": PARTS["parts"][:1]}
    found = rule_of(data, 45).score({"parts": {"wan": {"a": 0, "b": 0}}})
    assert (found.state, found.points) == (State.NOT_APPLICABLE, None)
    assert found.steps[0].kind == "empty_not_applicable"


def test_a_fault_in_a_part_tells_where():
    answer = {"parts": {"wan": {"a": 3, "b": "x"}, "apps": {"count": 1}}}
    assert faults(PARTS, 50, answer) == [("not_a_number", "parts", "wan", "b")]
    assert faults(PARTS, 50, {"parts": {"x": {}}}) == [("unknown_input", "parts")]
    assert faults(PARTS, 50, {"parts": []}) == [("not_a_mapping", "parts")]


def test_rules_that_need_others_cannot_be_parts():
    part = {"code": "a", "title": "a", "max": 1, "rule": {"type": "best_of_group"}}
    with pytest.raises(Faulty, match="not_as_part"):
        rule_of({"type": "parts", "parts": [part]}, 1)


# --- the others --------------------------------------------------------------------------------

HEADS = EXAMPLES["best_of_group"]


def test_the_best_of_the_group_is_final_when_all_have_answered():
    """Phụ lục 1B, I.3: bandwidth per head ÷ highest of the group × 40."""
    rule = rule_of(*HEADS)
    answers = [{"a": 100, "b": 10}, {"a": 400, "b": 20}, None]
    so_far = Best.of(rule.figure(answer) for answer in answers)
    found = rule.score(answers[0], so_far)
    assert (found.points, found.is_final) == (20, False)
    whole = Best.of(rule.figure(answer) for answer in [*answers[:2], {"a": 500, "b": 10}])
    found = rule.score(answers[0], whole)
    assert (found.points, found.is_final) == (8, True)


def test_without_any_figure_of_the_group_it_is_not_yet():
    assert rule_of(*HEADS).score({"a": 1, "b": 2}).state is State.NOT_YET
    assert Best.of([None, None]) is None


def test_an_own_figure_above_the_known_best_gets_no_more_than_the_maximum():
    assert points(*HEADS, {"a": 9, "b": 1}, best=Best(Decimal(3), True)) == 40


def test_all_figures_zero_are_zero_points():
    assert points(*HEADS, {"a": 0, "b": 1}, best=Best(Decimal(0), True)) == 0


@pytest.mark.parametrize(
    ("side", "met"),
    [("at_least", (False, True, True)), ("above", (False, False, True)),
     ("at_most", (True, True, False)), ("below", (True, False, False))],
)  # fmt: skip
def test_a_target_gives_all_or_nothing(side, met):
    data = {"type": "target", "target": 90, "side": side}
    found = [points(data, 6, {"value": value}) for value in (89, 90, 91)]
    assert found == [6 * each for each in met]


def test_a_target_without_a_figure_is_a_yes_or_no():
    """QĐ 766, 5.c."""
    assert points({"type": "target"}, 6, {"met": True}) == 6
    assert points({"type": "target"}, 6, {"met": False}) == 0
    assert faults({"type": "target"}, 6, {"met": "yes"}) == [("not_true_or_false", "met")]


def test_a_survey_is_a_share_of_its_range():
    assert points(*EXAMPLES["survey"], {"mean": 4}) == 15
    assert points(*EXAMPLES["survey"], {"mean": 1}) == 0
    assert points(*EXAMPLES["survey"], {"mean": 5}) == 20
    with pytest.raises(Faulty, match="must_be_above"):
        rule_of({"type": "survey", "lowest": 5, "highest": 5}, 20)
    assert faults(*EXAMPLES["survey"], {"mean": "0.9"}) == [("below_lowest", "mean")]
    assert faults(*EXAMPLES["survey"], {"mean": "5.1"}) == [("above_highest", "mean")]


def test_a_grade_lies_between_nothing_and_the_maximum():
    assert str(points(*EXAMPLES["graded"], {"points": "4,5"})) == "4.50"
    assert points(*EXAMPLES["graded"], {"points": 5}) == 5
    assert points(*EXAMPLES["graded"], {"points": 0}) == 0
    assert faults(*EXAMPLES["graded"], {"points": "5.01"}) == [("above_highest", "points")]


def test_deductions_are_below_zero_and_end_at_their_most():
    assert points(*EXAMPLES["deduction"], {"count": 3}) == -15
    assert points(*EXAMPLES["deduction"], {"count": 9}) == -20
    assert faults(*EXAMPLES["deduction"], {"count": "1.5"}) == [("not_whole", "count")]


def test_information_has_no_points_at_all():
    found = rule_of(*EXAMPLES["information"]).score({"text": "12 máy"})
    assert (found.state, found.points) == (State.INFORMATION, None)


@pytest.mark.parametrize("data", [None, [], "graded", {}, {"type": "magic"}, {"type": ["graded"]}])
def test_what_is_no_rule_is_refused(data):
    with pytest.raises(Faulty):
        rule_of(data, 1)
