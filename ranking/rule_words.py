"""A scoring rule as people read it before they answer by it: of a framework's page, of the method.

How points were found afterwards is another sentence (`ranking.wording.explained`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from ranking.rules.framework import Framework
from ranking.scoring import Rule, dump_rule, parse_rule
from ranking.vocabulary import KINDS, key_words, plain_words, value_words

Plain = Mapping[str, Any]


def rules_in_words(content: Framework) -> dict[str, str]:
    """How each criterion is scored, by its code; none where the source does not tell."""
    rules = ((node.code, getattr(node, "rule", None)) for node in content.nodes())
    return {code: rule_words(rule) for code, rule in rules if rule is not None}


def rule_words(rule: Rule) -> str:
    """On one line: "Tỷ lệ a/b (Số liệu a: Đúng hạn; Số liệu b: Đã giải quyết)"."""
    plain = dump_rule(rule)
    facts = [fact for key, value in plain.items() for fact in _facts(key, value)]
    kind = str(KINDS[plain["type"]])
    return f"{kind} ({'; '.join(facts)})" if facts else kind


def _facts(key: str, value: Any) -> Iterator[str]:
    if key in LISTS:
        yield from (LISTS[key](each) for each in value)
    elif key != "type" and (words := value_words(key, value)):
        yield f"{key_words(key)}: {words}"


def _step(row: Plain) -> str:
    bound = {"figure": plain_words(row["from"]), "points": plain_words(row["points"])}
    if row.get("inclusive", True):
        return _("from %(figure)s on: %(points)s points") % bound
    return _("above %(figure)s: %(points)s points") % bound


def _option(row: Plain) -> str:
    return _("%(title)s: %(points)s points") % {
        "title": row["title"], "points": plain_words(row["points"]),
    }  # fmt: skip


def _part(row: Plain) -> str:
    return _("%(title)s, at most %(points)s points: %(rule)s") % {
        "title": row["title"], "points": plain_words(row["max"]),
        "rule": rule_words(parse_rule(row["rule"], row["max"])),
    }  # fmt: skip


LISTS = {"steps": _step, "options": _option, "parts": _part}
