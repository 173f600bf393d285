"""A stored report as a table for page, paper and spreadsheet: total, groups, rows, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from onestop.models import Level
from reports.models import Report
from reports.queries.stored import StoredTable
from reports.rules import COLUMNS, By

Line = dict[str, Any]


@dataclass(frozen=True)
class Table(StoredTable):
    """What is shown of a report. Reads `report.unit`."""

    report: Report

    @property
    def columns(self) -> Sequence[Any]:
        return COLUMNS

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The heads above the heads, each over so many columns."""
        return [
            {"words": str(words), "size": len(list(columns))}
            for words, columns in groupby(COLUMNS, key=attrgetter("group"))
        ]

    @cached_property
    def lines(self) -> list[Line]:
        """The total, then every row; rows by field under the sum of their level."""
        return list(self._lines())

    def _lines(self) -> Iterator[Line]:
        rows = self.report.rows
        yield _line("", _("Total"), _sum(rows), code="")
        for group, found in groupby(rows, key=lambda row: row["group"]):
            members = list(found)
            if group:
                yield _line("", str(Level(group).label), _sum(members), code=None)
            for number, row in enumerate(members, 1):
                yield _line(str(number), row["name"], row["figures"], code=row["code"])

    @property
    def row_words(self) -> str:
        return _("Agency") if self.report.by == By.AGENCY else _("Field, by level")

    @property
    def unit_words(self) -> str:
        return _("Reporting unit: %(unit)s") % {"unit": self.report.unit.name}

    @property
    def receiver_words(self) -> str:
        return _("Receiver: %(unit)s") % {"unit": self.report.receiver}

    @property
    def transcription(self) -> str:
        return _("Transcription: the official form was not at hand. Unit: dossiers.")


def _sum(rows: Sequence[dict[str, Any]]) -> list[int]:
    columns = zip(*(row["figures"] for row in rows), strict=True)
    return [sum(column) for column in columns] or [0] * len(COLUMNS)


def _line(number: str, name: str, figures: list[int], *, code: str | None) -> Line:
    """`code` names the row in the address of its dossiers; None: sums without such a list."""
    return {
        "number": number, "name": name, "code": code, "is_sum": not number,
        "figures": [
            {"value": value, "column": column.number}
            for value, column in zip(figures, COLUMNS, strict=True)
        ],
    }  # fmt: skip
