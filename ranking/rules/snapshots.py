"""What a published table was judged by, as its snapshot has it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ranking.rules.framework import COLUMNS, Criterion, Framework, Scale, terms_of
from ranking.rules.numbers import exactly
from ranking.rules.plain import read
from ranking.rules.sheets import NOT_APPLICABLE, write_sheet


@dataclass(frozen=True)
class Content:
    """The framework of a publication and the terms of its year."""

    framework: Framework
    terms: Framework

    @classmethod
    def of(cls, framework: Mapping[str, Any], terms: Mapping[str, Any]) -> Content:
        return cls(read(Framework, framework), terms_of(terms))

    @property
    def scale(self) -> Scale:
        return self.terms.scale

    @property
    def areas(self) -> list[tuple[str, str]]:
        """Code and title of what totals are made of."""
        return [(node.code, node.title or node.code) for node in self.framework.top]

    def group_name(self, code: str) -> str:
        """Of a group of the year, or its code where the terms do not name it."""
        return self._grouped.group_name(code)

    def group_order(self, code: str) -> tuple[int, str]:
        """As the framework lists them; others behind."""
        codes = [group.code for group in self._grouped.groups]
        return (codes.index(code) if code in codes else len(codes), code)

    @property
    def _grouped(self) -> Framework:
        """Where the groups stand."""
        return self.terms if self.terms.groups else self.framework


def counts(part: Mapping[str, Any]) -> bool:
    """Whether an area gave or took anything: deductions alone have no maximum."""
    return bool(Decimal(part["maximum"]) or Decimal(part["points"]))


def points_in(parts: Sequence[Mapping[str, Any]], areas: Iterable[str]) -> list[Decimal | None]:
    """A unit's points of each of these areas; None where nothing was asked of it."""
    found = {part["code"]: Decimal(part["points"]) for part in parts if counts(part)}
    return [found.get(code) for code in areas]


@exactly
def sum_of(parts: Sequence[Mapping[str, Any]], key: str) -> Decimal:
    """The points, or the maxima, of a unit's areas together."""
    return sum((Decimal(part[key]) for part in parts), Decimal(0))


def framework_of(snapshot: Mapping[str, Any]) -> Framework:
    """The framework with what the year said instead: a file of it ranks as the year did."""
    content = Content.of(snapshot["framework"], snapshot["terms"])
    late = content.terms.lateness
    due = dt.date.fromisoformat(snapshot["due"])
    return replace(
        content.framework, scale=content.scale, classes=content.terms.classes,
        groups=content.terms.groups, lateness=late and late.due_on(due),
    )  # fmt: skip


def scores_of(snapshot: Mapping[str, Any], *, ranked: bool) -> str:
    """The points of every unit as `ranking_dry_run` reads them: those that are ranked, or the
    others, which would take places from them."""
    nodes = [
        node for node in framework_of(snapshot).nodes()
        if isinstance(node, Criterion) and node.kind != "information"
    ]  # fmt: skip
    times = Counter(unit["name"] for unit in snapshot["units"])
    rows = []
    for unit in snapshot["units"]:
        if unit["is_ranked"] != ranked:
            continue
        name = unit["name"] if times[unit["name"]] == 1 else f"{unit['name']} ({unit['unit_id']})"
        cells = [_cell(snapshot, unit, node) for node in nodes]
        rows.append([name, unit["group"], unit["counted_on"] or "", *cells])
    header = [column for column in COLUMNS if column != "max"] + [node.code for node in nodes]
    return write_sheet(header, rows)


def _cell(snapshot: Mapping[str, Any], unit: Mapping[str, Any], node: Criterion) -> str:
    """Points, `NA` for what does not apply to the unit, nothing for what is not appraised."""
    asked = not node.groups or unit["group"] in node.groups
    if not asked or node.code in snapshot["withdrawn"] or node.code in unit["not_applicable"]:
        return NOT_APPLICABLE
    return unit["points"].get(node.code) or ""
