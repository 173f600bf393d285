"""The ranking of any table: a framework and a file of scores in, the published table out.

Nothing is stored. The same functions rank the portal's own years (`ranking.rules.standing`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar

from common.working_time import LOCAL
from ranking.rules.checks import weighted
from ranking.rules.faults import Fault, Faulty, refuse_if_any
from ranking.rules.framework import COLUMNS, Criterion, Framework, Node, below, children_of
from ranking.rules.numbers import exactly, number_of
from ranking.rules.plain import day_of
from ranking.rules.sheets import NOT_APPLICABLE, Row, Sheet, read_sheet, write_sheet
from ranking.rules.standing import (
    Share,
    Standing,
    needed,
    ranked,
    raw_total,
    standing,
    timing,
)
from ranking.rules.yaml_files import read_framework
from ranking.scoring.judged import Deduction

Value = TypeVar("Value")

HEADER = ("unit", "group", "total", "percent", "class", "rank")


@dataclass(frozen=True)
class Column:
    """A code of the framework that the file has scores for; `weight` with those above it."""

    code: str
    maximum: Decimal | None
    weight: Decimal
    lowest: Decimal | None = Decimal(0)  # None: no bound
    groups: frozenset[str] = frozenset()  # empty: every group


@dataclass(frozen=True)
class Entry:
    """One unit as the file has it."""

    unit: str
    group: str
    shares: tuple[Share, ...]
    maximum: Decimal | None  # its own
    submitted_on: dt.date | None


@dataclass(frozen=True)
class Outcome:
    """The table in the order of the file, and what is odd about the input but no mistake."""

    rows: tuple[tuple[Entry, Standing], ...]
    warnings: tuple[Fault, ...]

    def as_csv(self) -> str:
        return write_sheet(HEADER, [printed(entry, line) for entry, line in self.rows])


def dry_run(framework: bytes, scores: bytes) -> Outcome:
    """Rank the units of a CSV file by the framework of a YAML file. Raises `Faulty`."""
    try:
        terms = read_framework(framework)
    except Faulty as wrong:
        raise wrong.within("framework") from wrong
    try:
        sheet = read_sheet(scores)
        columns = columns_of(terms, sheet.header)
        entries = entries_of(terms, columns, sheet)
        return outcome(terms, columns, entries)
    except Faulty as wrong:
        raise wrong.within("scores") from wrong


# --- which columns are scored ------------------------------------------------------------------


def columns_of(framework: Framework, header: Sequence[str]) -> list[Column]:
    """The scored columns: each criterion is covered once, by itself, its section or its area."""
    codes = {node.code for node in framework.nodes()}
    faults = [
        Fault("unknown_column", (), {"column": name, "known": ", ".join(COLUMNS)})
        for name in header
        if name not in COLUMNS and name not in codes
    ]
    if "unit" not in header:
        faults.append(Fault("missing_column", (), {"column": "unit"}))
    refuse_if_any(faults)
    given = frozenset(header)
    found = [column for node in framework.top for column in covered(node, given, Decimal(1))]
    refuse_if_any(found_twice(framework, given))
    return found


@exactly
def covered(node: Node, given: frozenset[str], above: Decimal) -> list[Column]:
    """The columns for one node: its own, or those of its children."""
    weight = above * node.weight
    if isinstance(node, Criterion) and node.kind == "information":
        return []  # without points, also where the file has a column for it
    if node.code in given:
        return [column_of(node, weight)]
    children = children_of(node)
    if not children:
        raise Faulty.of("missing_column", column=node.code)
    return [column for child in children for column in covered(child, given, weight)]


def column_of(node: Node, weight: Decimal) -> Column:
    if not isinstance(node, Criterion):
        return Column(node.code, node.maximum, weight)
    lowest: Decimal | None = Decimal(0)
    rule = node.rule
    if isinstance(rule, Deduction):
        lowest = None if rule.most is None else -rule.most
    return Column(node.code, node.maximum, weight, lowest, frozenset(node.groups))


def found_twice(framework: Framework, given: frozenset[str]) -> Iterator[Fault]:
    """A column below another column would count twice."""
    for node in framework.nodes():
        for child in children_of(node):
            covers = [each.code for each in below(child) if each.code in given]
            if node.code in given and covers:
                yield Fault("column_covered", (), {"column": covers[0], "by": node.code})


# --- the rows ------------------------------------------------------------------------------------


def entries_of(framework: Framework, columns: Sequence[Column], sheet: Sheet) -> list[Entry]:
    """All units of the file; every fault of every row is told."""
    known = frozenset(group.code for group in framework.groups)
    entries: list[Entry] = []
    faults = [*doubled(sheet)]
    for row in sheet.rows:
        try:
            entries.append(entry_of(row, columns, known))
        except Faulty as wrong:
            faults += wrong.within(str(row.line)).within("line").faults
    refuse_if_any(faults)
    return entries


def doubled(sheet: Sheet) -> Iterator[Fault]:
    """A unit has one line, however its name is spaced or capitalised."""
    names = [" ".join(row.cell("unit").split()).casefold() for row in sheet.rows]
    times = Counter(names)
    for name, row in zip(names, sheet.rows, strict=True):
        if name and times[name] > 1:
            yield Fault("unit_twice", ("line", str(row.line)), {"unit": row.cell("unit")})


def entry_of(row: Row, columns: Sequence[Column], groups: frozenset[str]) -> Entry:
    """One unit; a cell with a fault does not keep the other cells from being looked at."""
    faults: list[Fault] = []
    if not row.cell("unit"):
        faults.append(Fault("no_value", ("unit",)))
    maximum = cell_as(positive, row, "max", faults)
    day = cell_as(day_or_moment, row, "submitted_on", faults)
    group = row.cell("group")
    shares = [
        cell_as(partial(share_of, column, group, groups), row, column.code, faults, blank=True)
        for column in columns
    ]
    refuse_if_any(faults)
    return Entry(row.cell("unit"), group, tuple(filter(None, shares)), maximum, day)


def cell_as(
    read: Callable[[str], Value],
    row: Row,
    column: str,
    faults: list[Fault],
    *,
    blank: bool = False,  # empty cells mean something, too
) -> Value | None:
    """What a cell says; None when it is empty or wrong, and then the fault is noted."""
    text = row.cell(column)
    if not text and not blank:
        return None
    try:
        return read(text)
    except Faulty as wrong:
        faults += wrong.within(column).faults
        return None


def share_of(column: Column, group: str, groups: frozenset[str], text: str) -> Share:
    """A cell of scores: a number, NA, or empty for what is not appraised."""
    is_others = bool(column.groups) and group in groups and group not in column.groups
    if is_others and text and text.upper() != NOT_APPLICABLE:
        raise Faulty.of("not_of_group", group=group)
    if is_others or text.upper() == NOT_APPLICABLE:
        return Share(None, column.maximum, column.weight, is_applicable=False)
    if not text:
        return Share(None, column.maximum, column.weight)
    points = number_of(text, signed=True)
    if column.lowest is not None and points < column.lowest:
        code = "below_lowest" if column.lowest else "negative"
        raise Faulty.of(code, given=text, lowest=column.lowest)
    if column.maximum is not None and points > column.maximum:
        raise Faulty.of("above_maximum", given=text, highest=column.maximum)
    return Share(points, column.maximum, column.weight)


def positive(text: str) -> Decimal:
    number = number_of(text)
    if not number:
        raise Faulty.of("must_be_positive")
    return number


def day_or_moment(text: str) -> dt.date:
    """A day; of a moment its day in Vietnam: a form sent at 23:59:59 on the last day is in time."""
    day, _blank, clock = text.replace("T", " ").partition(" ")
    if not clock:
        return day_of(day)
    try:
        at = dt.datetime.fromisoformat(f"{day_of(day).isoformat()}T{clock.strip()}")
    except ValueError as error:
        raise Faulty.of("not_a_day", given=text) from error
    return (at.astimezone(LOCAL) if at.tzinfo else at).date()


# --- the table -----------------------------------------------------------------------------------


def outcome(framework: Framework, columns: Sequence[Column], entries: Sequence[Entry]) -> Outcome:
    """Totals, classes and ranks of all units."""
    whole = framework.scale.maximum or weighted(columns) or None
    lines: list[tuple[Entry, Standing]] = []
    faults: list[Fault] = []
    for entry in entries:
        try:
            lines.append((entry, line_of(framework, entry, whole)))
        except Faulty as wrong:
            faults += wrong.within(entry.unit).faults
    refuse_if_any(faults)
    placed = ranked([(entry.group, line) for entry, line in lines], framework.scale)
    rows = tuple((entry, line) for (entry, _line), line in zip(lines, placed, strict=True))
    return Outcome(rows, (*unknown_groups(framework, entries), *oddities(columns, whole, rows)))


def line_of(framework: Framework, entry: Entry, whole: Decimal | None) -> Standing:
    raw = raw_total(entry.shares, whole)
    late = timing(framework.lateness, entry.submitted_on)
    own = needed(entry.maximum or whole)
    return standing(raw, late, own, framework.scale, framework.classes)


def unknown_groups(framework: Framework, entries: Sequence[Entry]) -> Iterator[Fault]:
    """Groups of the file that the framework does not have: all its criteria count for them."""
    known = {group.code for group in framework.groups}
    if known:
        for group in dict.fromkeys(entry.group for entry in entries):
            if group not in known:
                yield Fault("unknown_group", (), {"group": group})


def oddities(
    columns: Sequence[Column], whole: Decimal | None, rows: Sequence[tuple[Entry, Standing]]
) -> Iterator[Fault]:
    """What is worth a word although the table can be made."""
    added = weighted(columns)
    if added is not None and whole is not None and added != whole:
        yield Fault("sum_differs", (), {"said": whole, "sum": added})
    for entry, line in rows:
        maximum = entry.maximum or whole
        if line.total is not None and maximum is not None and line.total > maximum:
            facts = {"unit": entry.unit, "total": line.total, "maximum": maximum}
            yield Fault("total_above_maximum", (), facts)
        if line.total is None and all(
            share.points is not None or not share.is_applicable for share in entry.shares
        ):
            yield Fault("nothing_applicable", (), {"unit": entry.unit})


def printed(entry: Entry, line: Standing) -> list[str]:
    """A row of the table; what is not known is empty."""
    found = (line.total, line.percent, line.label, line.rank)
    return [entry.unit, entry.group, *("" if each is None else f"{each}" for each in found)]
