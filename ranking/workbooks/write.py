"""A framework as a workbook: numbers as numbers, days as days, everything else as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from common.spreadsheets import Spreadsheet
from ranking.rules.difference import level_of
from ranking.rules.framework import Component, Criterion, Framework, Node, children_of
from ranking.rules.numbers import plain
from ranking.rules.plain import dump
from ranking.vocabulary import KEYS, KINDS, NO, NONE, YES
from ranking.workbooks.layout import (
    DETAILS,
    GENERAL,
    GUIDE,
    LISTS,
    OF_RULE,
    PATHS,
    ROWS,
    SHEETS,
    TREE,
    VALUES_OF,
    Column,
    Sheet,
)

ROWS_TO_FILL = 1_000  # below what is there, with their lists of choices
SURE_DIGITS = 15  # that a cell of a spreadsheet keeps
LISTED = ("steps", "options", "parts")
Record = Mapping[str, Any]


def write_workbook(framework: Framework) -> bytes:
    """The file; `read_workbook` makes the same framework of it."""
    target = Writer(framework)
    for sheet, rows in target.content():
        target.fill(sheet, rows)
    target.guide()
    return target.file.content()


class Writer:
    """One workbook while it is written."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.file = Spreadsheet(str(SHEETS[0].words))
        self.text = self.file.look(num_format="@", text_wrap=True, valign="top")
        self.number = self.file.look(valign="top")
        self.day = self.file.look(num_format="dd/mm/yyyy", valign="top", align="left")
        self.strong = self.file.look(num_format="@", text_wrap=True, valign="top", bold=True)

    def content(self) -> Iterator[tuple[Sheet, list[Record]]]:
        """Every sheet with its rows as plain data."""
        data = dump(self.framework)
        for sheet in SHEETS:
            if sheet is TREE:
                yield sheet, list(tree_rows(self.framework))
            elif sheet is DETAILS:
                yield sheet, list(detail_rows(self.framework))
            elif sheet is GENERAL:
                yield sheet, list(general_rows(data))
            else:
                yield sheet, data.get(sheet.key, [])

    def fill(self, sheet: Sheet, rows: Sequence[Record]) -> None:
        """Heads, rows, and lists of choices also below them."""
        if sheet is not SHEETS[0]:
            self.file.add_sheet(str(sheet.words))
        target = self.file.sheet
        self.file.set_widths([each.width for each in sheet.columns])
        for place, column in enumerate(sheet.columns):
            target.set_column(place, place, column.width, self.look_of(column))
        self.file.write_heads([each.words for each in sheet.columns])
        target.freeze_panes(1, 4 if sheet is TREE else 1)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(sheet.columns):
                kind = row.get(":column", column) if column.key == "value" else column
                self.write(number, place, kind, row.get(column.key), row)
        for place, column in enumerate(sheet.columns):
            if column.kind == "choice":
                target.data_validation(1, place, len(rows) + ROWS_TO_FILL, place, {
                    "validate": "list", "source": choices_range(column.values),
                    "error_type": "warning",
                })  # fmt: skip

    def look_of(self, column: Column) -> Any:
        return {"number": self.number, "day": self.day}.get(column.kind, self.text)

    def write(self, row: int, place: int, column: Column, value: Any, record: Record) -> None:
        """One cell; what is not said stays empty."""
        if value is None and ":none" not in record:
            return
        look = self.strong if record.get("level") in {"area", "section"} else self.look_of(column)
        if column.key == "value" and value is None:
            self.file.sheet.write_string(row, place, str(NONE), self.text)
        elif column.kind == "day" and isinstance(value, dt.date):
            self.file.sheet.write_datetime(row, place, as_moment(value), self.day)
        elif column.kind == "number" and (sure := sure_number(value)) is not None:
            self.file.sheet.write_number(row, place, sure, self.number)
        elif text := words_of(column, value):
            self.file.sheet.write_string(row, place, text, look)

    def guide(self) -> None:
        """How to fill in, and the lists from which cells are chosen."""
        self.file.add_sheet(str(GUIDE.words))
        self.file.set_widths([30, 90])
        for number, (head, text) in enumerate(guide_lines()):
            self.file.write_texts(number, 0, [head], self.strong)
            self.file.write_texts(number, 1, [text], self.text)
        for place, words in enumerate(VALUES_OF.values(), FIRST_LIST):
            for number, each in enumerate(words.values()):
                self.file.write_texts(number, place, [each], self.text)


FIRST_LIST = 25  # column of the guide; far to the right, nobody needs to see it


def choices_range(values: str) -> str:
    """Where the guide has these choices."""
    column = xl_col_to_name(FIRST_LIST + list(VALUES_OF).index(values))
    name = str(GUIDE.words).replace("'", "''")
    return f"='{name}'!${column}$1:${column}${len(VALUES_OF[values])}"


def guide_lines() -> Iterator[tuple[str, str]]:
    yield (
        _("Tree"),
        _(
            "One row for each area, section and criterion. A criterion stands in the area or"
            " section above it, or in the one whose code is in “Stands in”."
        ),
    )
    yield (
        _("Codes"),
        _("Codes are text: format the cells as text before you type, or 4.10 becomes 4.1."),
    )
    yield (
        _("Values"),
        _("Only values, no formulas; no merged cells. An empty cell is as if it was not said."),
    )
    yield _("Weights"), _("Children add up to their parent: weight × maximum of each.")
    yield (
        _("Details of rules"),
        _(
            "Steps from the highest down, options, and parts with rules of their own: one row each,"
            " under the code of the criterion."
        ),
    )
    for kind, words in KINDS.items():
        keys = [str(each.words) for each in OF_RULE[1:] if each.key in KEYS_OF_KINDS[kind]]
        keys += [str(KEYS[key]) for key in LISTED if key in KEYS_OF_KINDS[kind]]
        yield str(words), "; ".join(keys) or "–"


KEYS_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "proportion": ("a", "b", "out_of", "full_at", "on_empty", "on_excess"),
    "step_table": ("a", "b", "steps"), "options": ("options",), "parts": ("parts",),
    "per_item": ("each", "label"), "best_of_group": ("a", "b"),
    "target": ("label", "target", "side"), "survey": ("label", "lowest", "highest"),
    "graded": ("guide",), "deduction": ("each", "most", "label"), "information": ("label",),
}  # fmt: skip


# --- rows ----------------------------------------------------------------------------------------


def tree_rows(framework: Framework) -> Iterator[Record]:
    """Each node before what is below it."""
    for node in framework.top:
        yield from node_rows(node, "")


def node_rows(node: Node, parent: str) -> Iterator[Record]:
    weight = None if node.weight == 1 else node.weight
    row: dict[str, Any] = {
        "level": level_of(node), "code": node.code, "parent": parent or None,
        "title": node.title, "max": node.maximum, "weight": weight,
    }  # fmt: skip
    if not isinstance(node, Component):
        row |= {"source": node.source, "gap": node.gap}
    if isinstance(node, Criterion):
        row |= {
            "groups": "; ".join(node.groups), "evidence": node.evidence,
            "verifier": node.verifier, "measure": node.measure, **scalars_of(node.plain_rule),
        }  # fmt: skip
    yield row
    for child in children_of(node):
        yield from node_rows(child, node.code)


def scalars_of(rule: Record | None) -> Record:
    """What a rule says in single values."""
    return {key: value for key, value in (rule or {}).items() if key not in LISTED}


def detail_rows(framework: Framework) -> Iterator[Record]:
    for node in framework.nodes():
        if isinstance(node, Criterion) and node.plain_rule:
            yield from rule_rows(node.plain_rule, node.code, None)


def rule_rows(rule: Record, criterion: str, part: str | None) -> Iterator[Record]:
    """Steps, options and parts of one rule; those of a part below it."""
    for kind in LISTED:
        for each in rule.get(kind) or ():
            inner = each.get("rule") or {}
            values = {key: value for key, value in each.items() if key != "rule"}
            yield {
                **scalars_of(inner), **values, "criterion": criterion, "part": part, "kind": kind,
            }  # fmt: skip
            yield from rule_rows(inner, criterion, each.get("code"))


def general_rows(data: Record) -> Iterator[Record]:
    """One row a value, in lists one row each."""
    for row in ROWS:
        found: Any = data
        for key in PATHS.get(row.key, row.key).split("."):
            found = found.get(key, MISSING) if isinstance(found, Mapping) else MISSING
        if found is MISSING:
            continue
        for value in found if row.key in LISTS else [found]:
            more = {":none": True} if value is None else {}
            as_value = Column("value", row.words, row.kind, values=row.values)
            yield {"key": str(row.words), "value": value, ":column": as_value, **more}


MISSING = object()


# --- cells ---------------------------------------------------------------------------------------


def words_of(column: Column, value: Any) -> str:
    """What a cell of text says."""
    if isinstance(value, bool):
        return str(YES if value else NO)
    if column.values and str(value) in VALUES_OF[column.values]:
        return str(VALUES_OF[column.values][str(value)])
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def sure_number(value: Any) -> float | None:
    """The number of a cell, where it says exactly what was written; else it is kept as text."""
    text = plain(value) if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool) or len(text.replace("-", "").replace(".", "")) > SURE_DIGITS:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if plain(Decimal(repr(number))) == text else None


def as_moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001  a cell has no zone
