"""From the rows of a workbook to the framework they describe, and from its faults to their cells.

The rows become the same plain data that a file of YAML holds; every node, step, option and row of
the terms remembers its row, so that a fault anywhere in the data is told with sheet and cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ranking.rules.faults import Fault, Faulty, refuse_if_any
from ranking.rules.framework import Framework
from ranking.rules.plain import read
from ranking.workbooks.layout import (
    CLASSES,
    DETAILS,
    GENERAL,
    GROUPS,
    LISTS,
    OF_RULE,
    PATHS,
    SCHEDULE,
    TREE,
    row_names,
)
from ranking.workbooks.layout import plain_name as named
from ranking.workbooks.read import Row, Rows, Spot, rows_of

Data = dict[str, Any]
Path = tuple[str, ...]
OF_NODE = ("code", "title", "max", "weight", "source", "gap")
OF_LEVEL = {
    "component": {"code", "title", "max", "weight"},
    "area": {*OF_NODE}, "section": {*OF_NODE},
    "criterion": {*OF_NODE, "groups", "evidence", "verifier", "measure",
                  *(each.key for each in OF_RULE)},
}  # fmt: skip
OF_KIND = {
    "steps": {"from", "points", "inclusive"}, "options": {"code", "title", "points"},
    "parts": {"code", "title", "max", *(each.key for each in OF_RULE)},
}  # fmt: skip
BELOW = {"section": "sections", "criterion": "criteria"}
NAMES = {"type": "rule", **{each.key: "rule" for each in OF_RULE}}


@dataclass
class Node:
    """An area, section or criterion while it is put together."""

    level: str
    data: Data
    path: Path


@dataclass
class Brought:
    """What a workbook holds, and where each piece of it stands."""

    spots: dict[Path, Spot] = field(default_factory=dict)
    by_code: dict[str, Spot] = field(default_factory=dict)
    data: Data = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def framework(self) -> Framework:
        """Raises `Faulty`, with sheets and cells."""
        refuse_if_any(self.faults)
        try:
            return read(Framework, self.data)
        except Faulty as wrong:
            raise Faulty(self.located(fault) for fault in wrong.faults) from wrong

    def located(self, fault: Fault) -> Fault:
        """The same fault with its sheet and cell, where there is one."""
        for length in range(len(fault.where), 0, -1):
            spot = self.spots.get(fault.where[:length])
            if spot is None and length == 1:
                spot = self.by_code.get(fault.where[0])
            if spot is not None:
                return at_cell(fault, spot, fault.where[length:])
        return fault


def at_cell(fault: Fault, spot: Spot, rest: Path) -> Fault:
    """Keys of the data as the columns in which they stand."""
    key = str(fault.facts.get("key", ""))
    if fault.code in {"missing_key", "unknown_key"} and key in spot.columns:
        code = "no_value" if fault.code == "missing_key" else "not_for_rule"
        return Fault(code, spot.where(spot.columns[key]))
    if fault.code == "missing_key" and key in OF_KIND:
        return Fault("rows_missing", spot.where(spot.columns.get("type", "")))
    names = [each for each in rest if each in spot.columns]
    column = spot.columns[names[-1]] if names else spot.columns.get("type", "")
    if not names and "rule" not in rest:
        column = ""
    return Fault(fault.code, spot.where(column), fault.facts)


def read_workbook(content: bytes) -> tuple[Framework, Brought]:
    """The framework of a workbook, and where its pieces stand. Raises `Faulty`."""
    rows, faults = rows_of(content)
    brought = Brought(faults=faults)
    add_general(brought, rows)
    for sheet in (GROUPS, CLASSES, SCHEDULE):
        add_list(brought, sheet.key, rows[sheet.key])
    add_details(brought, rows[DETAILS.key], add_tree(brought, rows[TREE.key]))
    return brought.framework(), brought


def add_general(brought: Brought, rows: Rows) -> None:
    """The terms that are single values or lists of text."""
    for row in rows[GENERAL.key]:
        name = str(row.values.get("key", ""))
        key = row_names().get(named(name))
        if key is None:
            brought.faults.append(Fault("unknown_row", row.spot.where(), {"name": name}))
            continue
        if "value" not in row.values:
            continue
        path = tuple(PATHS.get(key, key).split("."))
        place = brought.data
        for piece in path[:-1]:
            place = place.setdefault(piece, {})
        cell = Spot(row.spot.sheet, row.spot.row, column=row.spot.columns.get("value", ""))
        if key in LISTS:
            place.setdefault(path[-1], []).append(row.values["value"])
            path = (*path, str(len(place[path[-1]])))
        elif path[-1] in place:
            brought.faults.append(Fault("twice", row.spot.where(), {"code": name}))
        else:
            place[path[-1]] = row.values["value"]
        brought.spots[path] = cell


def add_list(brought: Brought, key: str, rows: list[Row]) -> None:
    """Groups, classes, steps of the year: a row is an object."""
    for number, row in enumerate(rows, 1):
        brought.data.setdefault(key, []).append(dict(row.values))
        name = str(row.values.get("code", number))
        brought.spots.setdefault((key, name), row.spot)


def add_tree(brought: Brought, rows: list[Row]) -> dict[str, Node]:
    """Areas, sections and criteria in each other; criteria by code."""
    above: list[Node] = []
    found: dict[str, Node] = {}
    for row in rows:
        level, code = row.values.get("level"), str(row.values.get("code", ""))
        if level not in OF_LEVEL:
            words = ", ".join(map(str, OF_LEVEL))
            facts = {"given": level or "", "known": words}
            code_of_fault = "not_one_of" if level else "no_value"
            where = row.spot.where(row.spot.columns.get("level", ""))
            brought.faults.append(Fault(code_of_fault, where, facts))
            continue
        parent = parent_of(brought, row, level, above)
        if parent is None and level not in {"area", "component"}:
            continue
        node = Node(level, node_data(brought, row, level), ())
        key = BELOW.get(level, "areas" if level == "area" else "components")
        place = parent.data if parent else brought.data
        place.setdefault(key, []).append(node.data)
        number = len(place[key])
        node.path = (*(parent.path if parent else ()), key, code or str(number))
        brought.spots.setdefault(node.path, row.spot)
        brought.by_code.setdefault(code, row.spot)
        above.append(node)
        if level == "criterion":
            found.setdefault(code, node)
    return found


def parent_of(brought: Brought, row: Row, level: str, above: list[Node]) -> Node | None:
    """The area or section in which a row stands: the one it names, else the last one above."""
    holders = {"section": {"area"}, "criterion": {"area", "section"}}.get(level, set())
    wanted = row.values.get("parent")
    if not holders:
        if wanted is not None:
            where = row.spot.where(row.spot.columns["parent"])
            brought.faults.append(Fault("not_for_level", where))
        return None
    for node in reversed(above):
        if node.level in holders and wanted in {None, node.data.get("code")}:
            return node
    where = row.spot.where(row.spot.columns.get("parent", ""))
    brought.faults.append(Fault("parent_missing", where, {"given": wanted or ""}))
    return None


def node_data(brought: Brought, row: Row, level: str) -> Data:
    """The row as a node of the plain data; a cell that its level does not have is a fault."""
    data: Data = {}
    rule: Data = {}
    for key, value in row.values.items():
        if key in {"level", "parent"}:
            continue
        if key not in OF_LEVEL[level]:
            where = row.spot.where(row.spot.columns[key])
            brought.faults.append(Fault("not_for_level", where))
        elif key in NAMES:
            rule[key] = value
        elif key == "groups":
            data[key] = [
                each.strip() for each in str(value).replace(",", ";").split(";") if each.strip()
            ]
        else:
            data[key] = value
    if rule:
        data["rule"] = rule
    return data


def add_details(brought: Brought, rows: list[Row], criteria: Mapping[str, Node]) -> None:
    """Steps, options and parts, each into the rule of its criterion or of its part."""
    for row in rows:
        node = criteria.get(str(row.values.get("criterion", "")))
        kind = str(row.values.get("kind", ""))
        if node is None or kind not in OF_KIND:
            key = "kind" if node else "criterion"
            where = row.spot.where(row.spot.columns.get(key, ""))
            brought.faults.append(
                Fault("not_one_of", where, {"given": kind, "known": ", ".join(OF_KIND)})
                if node
                else Fault("criterion_missing", where, {"given": row.values.get("criterion", "")})
            )
            continue
        add_detail(brought, row, node, kind)


def add_detail(brought: Brought, row: Row, node: Node, kind: str) -> None:
    rule, path = node.data.setdefault("rule", {}), (*node.path, "rule")
    part = row.values.get("part")
    if part is not None:
        parts = {each.get("code"): each for each in rule.get("parts", [])}
        if part not in parts or kind == "parts":
            where = row.spot.where(row.spot.columns["part"])
            brought.faults.append(Fault("part_missing", where, {"given": part}))
            return
        rule, path = parts[part].setdefault("rule", {}), (*path, "parts", str(part), "rule")
    values: Data = {}
    inner: Data = {}
    for key, value in row.values.items():
        if key in {"criterion", "part", "kind"}:
            continue
        if key not in OF_KIND[kind]:
            where = row.spot.where(row.spot.columns[key])
            brought.faults.append(Fault("not_for_rule", where))
        else:
            (inner if key in NAMES else values)[key] = value
    if inner:
        values["rule"] = inner
    rule.setdefault(kind, []).append(values)
    name = str(values.get("code", len(rule[kind])))
    brought.spots.setdefault((*path, kind, name), row.spot)
