"""A report on paper: A4 landscape, 13 columns, everything already in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from onestop.services.papers_of import letterhead
from papers.words import date_line
from reports.models import Report, ReportState
from reports.queries.tables import Table
from reports.rules import COLUMNS

AT_ONCE = 60  # rows of a PDF that is not ordered: three pages


def report_paper(report: Report) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        table = Table(report)
        signed = report.state == ReportState.SIGNED
        head = letterhead(report.unit, report.signed_at or report.cut_at)
        return {
            "sample": settings.GOVIT_DEMO or report.unit.is_sample,
            "agency_above": head.agency_above if report.unit.parent_id else "",
            "agency": head.agency,
            "form_number": report.form_number, "title": report.title,
            "date_line": date_line(head.place, head.day),
            "period": table.period_words, "unit": table.unit_words,
            "receiver": table.receiver_words, "state": table.state_words,
            "transcription": table.transcription, "row_words": table.row_words,
            "groups": table.groups, "is_signed": signed,
            "titles": [str(column.title) for column in COLUMNS],
            "numbers": [f"({column.number})" for column in COLUMNS],
            "lines": table.lines, "comment": report.comment, "digest": report.digest,
            "who": report.capacity or report.unit.name if signed else "",
            "signer": report.signed_by.full_name if report.signed_by else "",
            "on_behalf_of": report.on_behalf_of,
            "signed_on": f"{timezone.localdate(report.signed_at):%d/%m/%Y}"
            if report.signed_at else "",
        }  # fmt: skip
