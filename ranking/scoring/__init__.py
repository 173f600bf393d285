"""How an answer becomes points: pure functions in exact decimals, no Django.

rule = parse_rule({"type": "proportion", "a": "invitations sent"}, maximum=Decimal(10))
rule.score({"a": "394", "b": "508"}).points      # 7.7559…, rounded by nobody yet
"""

from ranking.scoring.answers import Best, Input, Scored, State, Step
from ranking.scoring.rule import RULES, Rule, dump_rule, parse_rule

__all__ = [
    "RULES", "Best", "Input", "Rule", "Scored", "State", "Step", "dump_rule", "parse_rule",
]  # fmt: skip
