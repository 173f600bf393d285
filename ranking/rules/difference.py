"""What changed between two frameworks, in the words of their criteria."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ranking.rules.codes import code_key
from ranking.rules.framework import Component, Criterion, Framework, Node


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    TITLE = "title"
    MAXIMUM = "maximum"
    WEIGHT = "weight"
    RULE = "rule"
    OTHER = "other"  # evidence, verifier, groups, measure


@dataclass(frozen=True)
class Difference:
    """One change of one node; `before` and `after` are what stood there, "" for nothing."""

    code: str
    title: str
    change: Change
    before: object = ""
    after: object = ""


def differences(old: Framework, new: Framework) -> list[Difference]:
    """Every change, in the order of the codes. Years are comparable where there is none."""
    before = {node.code: node for node in old.nodes()}
    after = {node.code: node for node in new.nodes()}
    found: list[Difference] = []
    for code in sorted({*before, *after}, key=code_key):
        if code not in before:
            node = after[code]
            found.append(Difference(code, node.title, Change.ADDED, "", node.maximum))
        elif code not in after:
            node = before[code]
            found.append(Difference(code, node.title, Change.REMOVED, node.maximum, ""))
        else:
            found += of_node(before[code], after[code])
    return found


def of_node(old: Node, new: Node) -> Iterator[Difference]:
    """What changed in a node that is in both."""
    for change, before, after in (
        (Change.TITLE, old.title, new.title),
        (Change.MAXIMUM, old.maximum, new.maximum),
        (Change.WEIGHT, old.weight, new.weight),
    ):
        if before != after:
            yield Difference(new.code, new.title, change, before, after)
    if isinstance(old, Component) or isinstance(new, Component):
        return
    if not isinstance(old, Criterion) or not isinstance(new, Criterion):
        if type(old) is not type(new):
            yield Difference(new.code, new.title, Change.OTHER)
        return
    if old.plain_rule != new.plain_rule:
        yield Difference(new.code, new.title, Change.RULE, old.kind, new.kind)
    if (old.evidence, old.verifier, old.groups, old.measure) != (
        new.evidence, new.verifier, new.groups, new.measure,
    ):  # fmt: skip
        yield Difference(new.code, new.title, Change.OTHER)
