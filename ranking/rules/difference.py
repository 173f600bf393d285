"""What changed between two frameworks, and whether years under them can be compared.

Years compare where their frameworks ask and score the same. What decides: the codes, their titles
(but for capitals, blanks and marks), level, maximum, weight, rule and groups of every node; the
scale with its rounding and ties; classes with their bounds; what coming late costs; the groups
that are ranked apart. What does not: days (the due day of lateness, schedule, data window), council
and standing body, evidence, verifier, measure, sources and gaps, names of the form and of groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ranking.rules.codes import code_key
from ranking.rules.framework import Area, Component, Criterion, Framework, Grade, Node, Section
from ranking.scoring import dump_rule, parse_rule

ZERO = Decimal(0)
NOT_SAID = re.compile(r"[\W_]+")


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    LEVEL = "level"
    TITLE = "title"
    MAXIMUM = "maximum"
    WEIGHT = "weight"
    RULE = "rule"
    GROUPS = "groups"
    EVIDENCE = "evidence"
    VERIFIER = "verifier"
    MEASURE = "measure"
    SOURCE = "source"
    GAP = "gap"
    TERM = "term"


OF_NODES = {
    Change.TITLE: "title", Change.MAXIMUM: "maximum", Change.WEIGHT: "weight",
    Change.GROUPS: "groups", Change.EVIDENCE: "evidence", Change.VERIFIER: "verifier",
    Change.MEASURE: "measure", Change.SOURCE: "source", Change.GAP: "gap",
}  # fmt: skip
DECIDES = {
    Change.ADDED, Change.REMOVED, Change.LEVEL, Change.MAXIMUM, Change.WEIGHT, Change.RULE,
    Change.GROUPS,
}  # fmt: skip
SCORING = {
    "scale.maximum", "scale.precision", "scale.rank_by", "scale.floor", "scale.ties", "classes",
    "lateness.due_day_is_late", "lateness.grace_days", "lateness.deduction", "lateness.after_grace",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One change of one node or, without a code, of the terms: `key` is what of them.

    `before` and `after` are what stood there; "" is nothing.
    """

    code: str
    title: str
    change: Change
    before: object = ""
    after: object = ""
    key: str = ""  # of terms and rules: "scale.maximum", "steps.1.points"

    @property
    def decides(self) -> bool:
        """Whether years are not comparable because of it."""
        if self.change is Change.TERM:
            is_other_group = self.key == "groups" and "" in {self.before, self.after}
            return self.key in SCORING or is_other_group
        if self.change is Change.TITLE:
            return said(self.before) != said(self.after)
        return self.change in DECIDES


def said(words: object) -> str:
    """Words without capitals, blanks and marks of punctuation."""
    return NOT_SAID.sub("", str(words).casefold())


def differences(old: Framework, new: Framework) -> list[Difference]:
    """Every change: terms first, then nodes in the order of their codes."""
    return [*of_terms(old, new), *of_nodes(old, new)]


def are_comparable(old: Framework, new: Framework) -> bool:
    """Whether a unit's points of the one year say something beside those of the other."""
    return not any(each.decides for each in differences(old, new))


# --- nodes ---------------------------------------------------------------------------------------


def of_nodes(old: Framework, new: Framework) -> Iterator[Difference]:
    before = {node.code: node for node in old.nodes()}
    after = {node.code: node for node in new.nodes()}
    for code in sorted({*before, *after}, key=code_key):
        if code not in before:
            node = after[code]
            yield Difference(code, node.title, Change.ADDED, "", shown_maximum(node))
        elif code not in after:
            node = before[code]
            yield Difference(code, node.title, Change.REMOVED, shown_maximum(node), "")
        else:
            yield from of_node(before[code], after[code])


def shown_maximum(node: Node) -> object:
    return "" if node.maximum is None else node.maximum


def of_node(old: Node, new: Node) -> Iterator[Difference]:
    """What changed in a node that is in both."""
    if type(old) is not type(new):
        yield Difference(new.code, new.title, Change.LEVEL, level_of(old), level_of(new))
    for change, name in OF_NODES.items():
        before, after = getattr(old, name, None), getattr(new, name, None)
        if change is Change.GROUPS:
            before, after = sorted(before or ()), sorted(after or ())
        if before != after and (before or after or change is Change.MAXIMUM):
            given = ("" if value is None else value for value in (before, after))
            yield Difference(new.code, new.title, change, *given)
    if isinstance(old, Criterion) and isinstance(new, Criterion):
        yield from of_rule(old, new)


def level_of(node: Node) -> str:
    """As files of spreadsheets call it."""
    names: dict[type[Any], str] = {
        Area: "area", Section: "section", Criterion: "criterion", Component: "component",
    }  # fmt: skip
    return names[type(node)]


def of_rule(old: Criterion, new: Criterion) -> Iterator[Difference]:
    """Every key of the rule that differs, or the two types where they are others."""
    if old.kind != new.kind:
        yield Difference(new.code, new.title, Change.RULE, old.kind, new.kind, "type")
        return
    before, after = flat_rule(old), flat_rule(new)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key, "") != after.get(key, ""):
            yield Difference(new.code, new.title, Change.RULE, before.get(key, ""),
                             after.get(key, ""), key)  # fmt: skip


def flat_rule(criterion: Criterion) -> dict[str, object]:
    """The rule as one level of keys, defaults left out: {"steps.1.points": 20}."""
    if criterion.plain_rule is None:
        return {}
    rule = parse_rule(criterion.plain_rule, criterion.maximum or ZERO)
    return dict(flattened(dump_rule(rule), ""))


def flattened(value: Any, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and "type" in value and "rule" in path:
        value = dump_rule(parse_rule(value, ZERO))
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flattened(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            yield from flattened(inner, f"{path}.{place}")
    else:
        yield path, value


# --- terms ---------------------------------------------------------------------------------------

Terms = dict[tuple[str, str], object]


def of_terms(old: Framework, new: Framework) -> Iterator[Difference]:
    """What is said besides the tree; code and year are the identity of the two."""
    before, after = terms_by_key(old), terms_by_key(new)
    for key, name in dict.fromkeys([*before, *after]):
        found = before.get((key, name), ""), after.get((key, name), "")
        if found[0] != found[1]:
            yield Difference("", name, Change.TERM, *found, key)


def terms_by_key(content: Framework) -> Terms:
    """Every term under its key and, in lists, the name of its row. What is not said is left out.

    The order of the classes is that of their bounds, and the rest have no order.
    """
    found: Terms = {}
    for key in ("name", "decision", "is_sample", "notice", "standing_body"):
        found[key, ""] = getattr(content, key)
    found |= {("source", each): each for each in content.source}
    found |= {("gaps", each): each for each in content.gaps}
    found |= parts_of("scale", content.scale)
    found |= {("classes", each.label): bound_of(each) for each in content.classes}
    if content.lateness:
        found |= parts_of("lateness", content.lateness)
    found |= {("groups", each.code): (each.name, each.scope) for each in content.groups}
    for place, step in enumerate(content.schedule, 1):
        again = sum(each.step == step.step for each in content.schedule[: place - 1])
        found["schedule", step.step + (f" {again + 1}" if again else "")] = (step.day, step.note)
    found |= parts_of("council", content.council) | parts_of("data_window", content.data_window)
    return {place: value for place, value in found.items() if value not in ("", (), None)}


def parts_of(key: str, made: Any) -> Terms:
    """The fields of one shape; `floor: null` is something that is said."""
    return {
        (f"{key}.{each.name}", ""): "none" if value is None and each.name == "floor" else value
        for each in fields(made)
        for value in [getattr(made, each.name)]
    }


def bound_of(grade: Grade) -> object:
    """(None, True) is what is left."""
    return grade.lowest, grade.inclusive or grade.lowest is None
