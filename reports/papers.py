"""A report on paper: A4 landscape, 13 columns, everything already in words."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from reports.models import Report
from reports.papers_ground import head_words, signer_words
from reports.queries.tables import Table
from reports.rules import COLUMNS

AT_ONCE = 60  # rows of a PDF that is not ordered: three pages


def report_paper(report: Report) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        table = Table(report)
        return {
            **head_words(report.unit, report.signed_at or report.cut_at,
                         is_sample=report.unit.is_sample),
            **signer_words(report.signed_by, report.signed_at, report.unit,
                           capacity=report.capacity, on_behalf_of=report.on_behalf_of),
            "number": report.form_number, "title": report.title,
            "subject": table.period_words, "unit": table.unit_words,
            "receiver": table.receiver_words, "state": table.state_words,
            "transcription": table.transcription, "row_words": table.row_words,
            "groups": table.groups,
            "titles": [str(column.title) for column in COLUMNS],
            "numbers": [f"({column.number})" for column in COLUMNS],
            "lines": table.lines, "comment": report.comment, "digest": report.digest,
        }  # fmt: skip
