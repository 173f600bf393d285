"""The smallest framework of the description, and what a table looks like to its readers."""

from __future__ import annotations

import csv
import io

import pytest

from ranking.rules.dry_run import dry_run
from ranking.rules.faults import Faulty

EXAMPLE = """
name: Example
scale: {maximum: 1000, precision: 2, rank_by: total, floor: 0}
components: [{code: a, max: 600, weight: 1}, {code: b, max: 400, weight: 1}]
classes: [{label: Tốt, from: 85, inclusive: true}, {label: Khá, from: 70, inclusive: true},
          {label: Trung bình, from: 50, inclusive: true}, {label: Yếu}]
"""
LATE = """
lateness: {due: 2020-11-15, due_day_is_late: false, grace_days: 5, deduction: 100, after_grace: Yếu}
"""
PLAIN = "components: [{code: a, max: 600}, {code: b, max: 400}]"


def table(framework: str, scores: str) -> list[dict[str, str]]:
    """The output as a reader of CSV has it."""
    found = dry_run(framework.encode(), scores.encode())
    return list(csv.DictReader(io.StringIO(found.as_csv())))


def one(framework: str, scores: str) -> tuple[str, str, str, str]:
    """Total, percent, class, rank of the only unit."""
    [row] = table(framework, scores)
    return row["total"], row["percent"], row["class"], row["rank"]


def codes(framework: str | bytes, scores: str | bytes) -> list[str]:
    """The codes of all faults."""
    as_bytes = [each.encode() if isinstance(each, str) else each for each in (framework, scores)]
    with pytest.raises(Faulty) as refused:
        dry_run(*as_bytes)
    return [fault.code for fault in refused.value.faults]


def ranks(framework: str, scores: str) -> list[str]:
    return [row["rank"] for row in table(framework, scores)]
