"""A statement of tasks on paper: A4 landscape, everything already in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import translation

from reports.models import TaskReport
from reports.papers_ground import head_words, signer_words
from reports.queries.task_tables import TaskTable

AT_ONCE = 65  # leads of a PDF that is not ordered; each stands in two tables


def task_report_paper(report: TaskReport) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        table = TaskTable(report)
        lines = [
            line | {key: None if line[key] is None else str(line[key]) for key in
                    ("percent", "points")}
            for line in table.lines
        ]  # fmt: skip
        return {
            **head_words(report.unit, report.signed_at or report.cut_at,
                         is_sample=report.unit.is_sample),
            **signer_words(report.signed_by, report.signed_at, report.unit,
                           capacity=report.capacity, on_behalf_of=report.on_behalf_of),
            "title": report.title, "subject": table.period_words,
            "unit": table.unit_words, "state": table.state_words,
            "denominator": table.denominator_words, "rules": table.rule_words,
            "groups": table.groups, "titles": list(table.titles.values()), "lines": lines,
            "detail": {
                "groups": table.detail.groups, "is_sum": table.detail.is_sum,
                "lines": [_as_text(line) for line in table.detail.lines],
            },
            "commended": table.commended, "criticised": table.criticised,
            "comment": report.comment, "digest": report.digest,
        }  # fmt: skip


def _as_text(line: dict[str, Any]) -> dict[str, Any]:
    """Exact numbers as the template reads them from stored data."""
    cells = [cell | {"value": _plain(cell["value"])} for cell in line["cells"]]
    return line | {"cells": cells} | {key: _plain(line[key]) for key in ("points", "percent")}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
