"""What must be in order before a framework is published.

Children add up to their parent, areas to the maximum; no code stands outside its parent; every
criterion has a maximum that its rule can reach; measures and groups are known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Protocol

from ranking.rules.codes import is_below
from ranking.rules.faults import Fault
from ranking.rules.framework import Area, Criterion, Framework, Node, Section, children_of
from ranking.rules.numbers import exactly
from ranking.scoring.rule import WITHOUT_MAXIMUM


def publishing_faults(framework: Framework, measures: Collection[str] = ()) -> list[Fault]:
    """All that keeps this framework from being published; `measures` are those that exist."""
    found = [*sum_fault(framework)]
    for node in framework.nodes():
        found += node_faults(node)
        if isinstance(node, Criterion):
            found += criterion_faults(node, framework, measures)
    return found


class Weighed(Protocol):
    """Anything with a maximum and a weight."""

    @property
    def maximum(self) -> Decimal | None: ...
    @property
    def weight(self) -> Decimal: ...


@exactly
def weighted(nodes: Sequence[Weighed]) -> Decimal | None:
    """Σ weight × maximum; None while one of them has none."""
    maxima = [None if node.maximum is None else node.weight * node.maximum for node in nodes]
    return None if None in maxima else sum(filter(None, maxima), Decimal(0))


def sum_fault(framework: Framework) -> Iterator[Fault]:
    """The top adds up to the maximum of the scale."""
    found, said = weighted(framework.top), framework.scale.maximum
    if found is None or (said is None and not found):
        yield Fault("no_maximum")
    elif said is not None and found != said:
        yield Fault("sum_differs", ("scale", "maximum"), {"said": said, "sum": found})


def node_faults(node: Node) -> Iterator[Fault]:
    """Of an area or a section: its children are its own and add up to it."""
    place = (node.code,)
    if node.maximum is None:
        yield Fault("no_own_maximum", place)
    children = children_of(node)
    if not isinstance(node, Area | Section):
        return
    if not children:
        yield Fault("nothing_below", place)
    for child in children:
        if not is_below(child.code, node.code):
            yield Fault("orphan", (child.code,), {"parent": node.code})
    found = weighted(children)
    if children and found is not None and node.maximum is not None and found != node.maximum:
        yield Fault("children_differ", place, {"said": node.maximum, "sum": found})


def criterion_faults(
    criterion: Criterion, framework: Framework, measures: Collection[str]
) -> Iterator[Fault]:
    """Of one criterion: rule, reachable maximum, measure, groups."""
    place = (criterion.code,)
    rule = criterion.rule
    if criterion.plain_rule is None:
        yield Fault("no_rule", place)
    if criterion.maximum and criterion.kind in WITHOUT_MAXIMUM:
        yield Fault("needs_no_maximum", place, {"type": criterion.kind})
    elif rule is not None and rule.reachable != criterion.maximum:
        facts = {"said": criterion.maximum, "reachable": rule.reachable}
        yield Fault("not_reachable", place, facts)
    if criterion.measure and criterion.measure not in measures:
        yield Fault("unknown_measure", place, {"measure": criterion.measure})
    known = {group.code for group in framework.groups}
    for group in criterion.groups:
        if group not in known:
            yield Fault("unknown_group", place, {"group": group})
