"""Sample answers: what one would have to say for all, half or none of a criterion's points."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from ranking.rules.numbers import HUNDRED, SURE, exactly, plain
from ranking.scoring.judged import Deduction, Graded, Information, PerItem
from ranking.scoring.ratios import BestOfGroup, Proportion, Survey, Target
from ranking.scoring.rule import Parts
from ranking.scoring.tables import Options, StepTable

ONE = Decimal(1)
MOST = Decimal(10**15 - 1)


@exactly
def sample_for(rule: Any, share: Decimal) -> dict[str, Any]:
    """An answer that gives this share of the points, or the nearest that the rule has."""
    if isinstance(rule, Parts):
        return {"parts": {part.code: sample_for(part.rule, share) for part in rule.parts}}
    if isinstance(rule, Proportion):
        whole = rule.out_of or HUNDRED
        found = {"a": written(whole * rule.full_at * share / HUNDRED)}
        return found if rule.out_of is not None else {**found, "b": written(whole)}
    if isinstance(rule, BestOfGroup):
        return {"a": written(HUNDRED * share), **({"b": "1"} if rule.b else {})}
    if isinstance(rule, StepTable):
        return {"a": written(step_figure(rule, share)), **({"b": "100"} if rule.b else {})}
    if isinstance(rule, Options):
        wanted = rule.reachable * share
        return {"choice": min(rule.options, key=lambda each: abs(each.points - wanted)).code}
    if isinstance(rule, Target):
        return target_answer(rule, is_met=share * 2 >= 1)
    if isinstance(rule, Survey):
        return {"mean": written(rule.lowest + (rule.highest - rule.lowest) * share)}
    return counted(rule, share)


def counted(rule: Any, share: Decimal) -> dict[str, Any]:
    """Of rules that count or are graded."""
    if isinstance(rule, PerItem):
        return {"count": written(whole_number(rule.maximum * share / rule.each))}
    if isinstance(rule, Deduction):
        most = rule.each if rule.most is None else rule.most
        return {"count": written(whole_number(most * (1 - share) / rule.each))}
    if isinstance(rule, Graded):
        return {"points": written(rule.maximum * share)}
    return {"text": "…"} if isinstance(rule, Information) else {}


def written(value: Decimal) -> str:
    """With as many decimals as an answer may have; never more than it was."""
    return plain(value if value == value.to_integral_value() else value.quantize(SURE, ROUND_DOWN))


def whole_number(value: Decimal) -> Decimal:
    """A count as long as one may be written: a rule of tiny points would ask for more."""
    return min(value.quantize(ONE, rounding=ROUND_HALF_UP), MOST)


def step_figure(rule: StepTable, share: Decimal) -> Decimal:
    """A figure on the step whose points are nearest; 0 where none of them is below all steps."""
    wanted = rule.reachable * share
    place, row = min(enumerate(rule.steps), key=lambda each: abs(each[1].points - wanted))
    if not wanted and rule.steps[-1].lowest > 0 and row.points > 0:
        return Decimal(0)
    if row.inclusive:
        return row.lowest
    return (row.lowest + rule.steps[place - 1].lowest) / 2 if place else row.lowest + 1


def target_answer(rule: Target, *, is_met: bool) -> dict[str, Any]:
    if rule.target is None:
        return {"met": is_met}
    beyond = {"at_least": (0, -1), "above": (1, 0), "at_most": (0, 1), "below": (-1, 0)}[rule.side]
    return {"value": written(max(rule.target + beyond[0 if is_met else 1], Decimal(0)))}
