"""Every fault and every step has its sentence, and every sentence is used."""

from __future__ import annotations

import ast
import re
from decimal import Decimal

import pytest
from django.utils import translation

from ranking.rules.faults import Fault, Faulty
from ranking.scoring import Best, parse_rule
from ranking.wording import SENTENCES, STEPS, explained, sentence_of
from tests.ranking.test_scoring import EXAMPLES, PARTS
from tests.test_architecture import code, name_of, tree_of


def said(names: set[str]) -> set[str]:
    """First arguments of these calls in the app, where they are words."""
    return {
        each.value
        for path in code(tests=False)
        if name_of(path).startswith("ranking/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names and node.args
        for each in words_of(node.args[0])
    }


def words_of(node: ast.expr) -> list[ast.Constant]:
    """ "x", or both words of `"x" if … else "y"`."""
    found = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [each for each in found if isinstance(each, ast.Constant)]


def test_every_fault_has_its_sentence():
    chosen_by_name = {"below_lowest", "negative"}  # `code = … if … else …`
    assert said({"Fault", "Faulty.of"}) | chosen_by_name == set(SENTENCES)


def test_every_step_has_its_words():
    chosen_by_name = {
        "best_of_group", "best_so_far", "target_met", "target_missed", "per_item", "per_item_full",
    }  # fmt: skip
    in_wording = {"proportion_of_target", "waits_for_group"}
    assert said({"Step"}) | chosen_by_name | in_wording == set(STEPS)


def test_sentences_name_their_facts_in_both_languages():
    for words in [*SENTENCES.values(), *STEPS.values()]:
        names = []
        for language in ("en", "vi"):
            with translation.override(language):
                names.append(sorted(set(re.findall(r"%\((\w+)\)s", str(words)))))
        assert names[0] == names[1]


def test_a_fault_says_where_it_is():
    fault = Fault("above_maximum", ("scores", "line", "5", "a"),
                  {"given": "601", "highest": Decimal(600)})  # fmt: skip
    with translation.override("en"):
        assert sentence_of(fault) == "Scores, line 5, a: The score 601 is above the maximum 600."
    with translation.override("vi"):
        assert sentence_of(fault) == "Bảng điểm, dòng 5, a: Điểm 601 lớn hơn điểm tối đa 600."


ANSWERS = {
    "proportion": ({"a": 40, "b": 100}, "40/100 ÷ 80 % × 10 = 5"),
    "step_table": ({"a": 3}, "3, từ 3 trở lên: 15 điểm"),
    "options": ({"choice": "head"}, "Bí thư/Chủ tịch: 10 điểm"),
    "parts": (
        {"parts": {"wan": {"a": 3, "b": 4}, "apps": {"count": 2}}},
        "3/4 × 45 = 33,75; 2 × 1 = 2; 33,75 + 2 = 35,75",
    ),
    "per_item": ({"count": 3}, "3 × 0,5 = 1,5"),
    "target": ({"value": 91}, "Đạt chỉ tiêu: 6 điểm"),
    "survey": ({"mean": 4}, "(4 − 1)/(5 − 1) × 20 = 15"),
    "graded": ({"points": "4,5"}, "Chấm 4,5/5"),
    "deduction": ({"count": 3}, "Trừ 3 × 5: -15"),
    "information": ({"text": "x"}, "Chỉ để biết, không tính điểm."),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_points_are_explained_in_vietnamese(kind):
    answer, sentence = ANSWERS[kind]
    data, maximum = EXAMPLES[kind]
    with translation.override("vi"):
        assert explained(parse_rule(data, Decimal(maximum)).score(answer).steps) == sentence


def test_the_appraisers_figures_give_7_76():
    found = parse_rule({"type": "proportion"}, Decimal(10)).score({"a": 394, "b": 508})
    with translation.override("vi"):
        assert explained(found.steps) == "394/508 × 10 = 7,76"


def test_what_can_still_change_says_so():
    data, maximum = EXAMPLES["best_of_group"]
    found = parse_rule(data, Decimal(maximum)).score({"a": 10, "b": 1}, Best(Decimal(20), False))
    with translation.override("vi"):
        assert explained(found.steps) == (
            "10/20 (cao nhất đến nay) × 40 = 20, chưa cuối cùng vì còn đơn vị chưa trả lời"
        )


def test_long_and_broken_input_is_quoted_on_one_short_line():
    with pytest.raises(Faulty) as refused:
        parse_rule(PARTS, Decimal(50)).score({"parts": {"wan": {"a": "x\n" * 500}}})
    [sentence] = map(sentence_of, refused.value.faults)
    assert "\n" not in sentence
    assert len(sentence) < 300
