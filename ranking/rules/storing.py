"""What keeps a framework from being kept in the portal at all: too long, too large, no year.

The dry run takes any of it; a draft is refused with a sentence before the database would.
The limits are those of the columns (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ranking.rules.faults import Fault
from ranking.rules.framework import Criterion, Framework, Node
from ranking.rules.numbers import plain

YEARS = (2000, 2100)
MOST_NODES = 3_000
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")  # also the name of its file
LISTS = re.compile("[,;]")  # between the groups of a criterion in a spreadsheet
LONGEST = {"code": 40, "name": 300, "decision": 300, "source": 1000}
LONGEST_OF_NODE = {
    "code": 30, "title": 1000, "source": 500, "gap": 500, "evidence": 2000, "verifier": 300,
    "measure": 60,
}  # fmt: skip
LONGEST_GROUP, LONGEST_LABEL = 20, 60
DIGITS = (10, 20)  # of points: before and after the mark
DIGITS_OF_WEIGHT = (4, 4)


def storing_faults(content: Framework) -> list[Fault]:
    """All that keeps it from being stored as a draft."""
    return [*heading_faults(content), *term_faults(content), *tree_faults(content)]


def heading_faults(content: Framework) -> Iterator[Fault]:
    for key in ("code", "year"):
        if not getattr(content, key):
            yield Fault("missing_key", (), {"key": key})
    if content.code and not CODE.fullmatch(content.code):
        yield Fault("not_a_code", ("code",), {"given": content.code})
    if content.year and not YEARS[0] <= content.year <= YEARS[1]:
        facts = {"given": str(content.year), "lowest": str(YEARS[0]), "highest": str(YEARS[1])}
        yield Fault("year_out_of_range", ("year",), facts)
    for key, highest in LONGEST.items():
        value = getattr(content, key)
        text = "\n".join(value) if isinstance(value, tuple) else value
        yield from length_faults(text, highest, key)


def term_faults(content: Framework) -> Iterator[Fault]:
    scale = content.scale
    yield from digit_faults(scale.maximum, DIGITS, "scale", "maximum")
    yield from digit_faults(scale.floor, DIGITS, "scale", "floor")
    if content.lateness:
        yield from digit_faults(content.lateness.deduction, DIGITS, "lateness", "deduction")
        yield from length_faults(
            content.lateness.after_grace or "", LONGEST_LABEL, "lateness", "after_grace"
        )
    for group in content.groups:
        if not group.code:
            yield Fault("no_value", ("groups", "code"))
        if LISTS.search(group.code):
            yield Fault("group_of_several", ("groups", group.code, "code"))
        yield from length_faults(group.code, LONGEST_GROUP, "groups", group.code, "code")
    for grade in content.classes:
        yield from length_faults(grade.label, LONGEST_LABEL, "classes", grade.label, "label")


def tree_faults(content: Framework) -> Iterator[Fault]:
    nodes = list(content.nodes())
    if not content.areas:
        yield Fault("missing_key", (), {"key": "areas"})
    if len(nodes) > MOST_NODES:
        yield Fault("too_many_nodes", (), {"given": len(nodes), "highest": MOST_NODES})
        return
    for node in nodes:
        yield from node_faults(node)


def node_faults(node: Node) -> Iterator[Fault]:
    if not node.title:
        yield Fault("no_value", (node.code, "title"))
    for key, highest in LONGEST_OF_NODE.items():
        yield from length_faults(getattr(node, key, ""), highest, node.code, key)
    yield from digit_faults(node.maximum, DIGITS, node.code, "max")
    yield from digit_faults(node.weight, DIGITS_OF_WEIGHT, node.code, "weight")
    if isinstance(node, Criterion):
        for group in node.groups:
            yield from length_faults(group, LONGEST_GROUP, node.code, "groups")


def length_faults(text: str, highest: int, *where: str) -> Iterator[Fault]:
    if len(text) > highest:
        facts = {"given": text[:30] + "…", "length": len(text), "highest": highest}
        yield Fault("too_long", where, facts)


def digit_faults(value: Decimal | None, most: tuple[int, int], *where: str) -> Iterator[Fault]:
    """What the column would refuse, or keep with fewer decimals than were written."""
    if value is None:
        return
    whole, _mark, decimals = plain(value.copy_abs()).partition(".")
    if len(whole.lstrip("0")) > most[0] or len(decimals) > most[1]:
        facts = {"given": plain(value), "whole": most[0], "decimals": most[1]}
        yield Fault("too_many_digits", where, facts)
