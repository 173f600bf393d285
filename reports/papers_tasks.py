"""A statement of tasks on paper: A4 landscape, everything already in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from onestop.services.papers_of import letterhead
from papers.words import date_line
from reports.models import ReportState, TaskReport
from reports.queries.task_tables import TaskTable

AT_ONCE = 130  # rows of a PDF that is not ordered


def task_report_paper(report: TaskReport) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        table = TaskTable(report)
        signed = report.state == ReportState.SIGNED
        head = letterhead(report.unit, report.signed_at or report.cut_at)
        lines = [
            line | {key: None if line[key] is None else str(line[key]) for key in
                    ("percent", "points")}
            for line in table.lines
        ]  # fmt: skip
        return {
            "sample": settings.GOVIT_DEMO or report.unit.is_sample,
            "agency_above": head.agency_above if report.unit.parent_id else "",
            "agency": head.agency, "title": report.title,
            "date_line": date_line(head.place, head.day),
            "period": table.period_words, "unit": table.unit_words, "state": table.state_words,
            "denominator": table.denominator_words, "rules": table.rule_words,
            "groups": table.groups, "titles": list(table.titles.values()), "lines": lines,
            "commended": table.commended, "criticised": table.criticised,
            "comment": report.comment, "digest": report.digest, "is_signed": signed,
            "who": report.capacity or report.unit.name if signed else "",
            "signer": report.signed_by.full_name if report.signed_by else "",
            "on_behalf_of": report.on_behalf_of,
            "signed_on": f"{timezone.localdate(report.signed_at):%d/%m/%Y}"
            if report.signed_at else "",
        }  # fmt: skip
