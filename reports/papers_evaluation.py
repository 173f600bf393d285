"""A sheet of the evaluation on paper: A4 landscape, everything already in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onestop.services.papers_of import letterhead
from papers.words import date_line
from reports.models import EvaluationState, SheetKind
from reports.queries.evaluation_tables import Sheet
from reports.rules_evaluation import Grade


def evaluation_paper(sheet: Sheet) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    evaluation = sheet.evaluation
    confirmed = evaluation.state == EvaluationState.CONFIRMED
    unit = evaluation.unit if evaluation.kind == SheetKind.STAFF else evaluation.judge_unit
    with translation.override("vi"):
        head = letterhead(unit, evaluation.confirmed_at or evaluation.cut_at)
        return {
            "sample": settings.GOVIT_DEMO or evaluation.unit.is_sample,
            "agency_above": head.agency_above if unit.parent_id else "",
            "agency": head.agency, "date_line": date_line(head.place, head.day),
            "title": sheet.title, "month": sheet.month_words,
            "unit": _("Agency: %(unit)s") % {"unit": evaluation.unit.name},
            "state": sheet.state_words, "source": sheet.source_words,
            "extract": sheet.extract_words,
            "groups": sheet.groups, "titles": [str(column.title) for column in sheet.columns],
            "lines": [_line(line) for line in sheet.lines],
            "remarks": [_said(line["row"]) for line in sheet.lines if _has_words(line)],
            "judges": sheet.judges, "bounds": sheet.bounds_words,
            "digest": evaluation.digest, "is_confirmed": confirmed,
            "who": evaluation.capacity or unit.name if confirmed else "",
            "signer": evaluation.confirmed_by.full_name if evaluation.confirmed_by else "",
            "on_behalf_of": evaluation.on_behalf_of,
            "signed_on": f"{timezone.localdate(evaluation.confirmed_at):%d/%m/%Y}"
            if evaluation.confirmed_at else "",
        }  # fmt: skip


def _line(line: dict[str, Any]) -> dict[str, Any]:
    if "row" not in line:
        return {"unit": line["unit"]}
    row = line["row"]
    return {
        "number": line["number"], "name": row.name, "title": row.title,
        "figures": [figure["value"] for figure in line["figures"]],
        "proposed": str(Grade(row.proposed).label),
        "grade": str(Grade(row.grade).label) if row.grade else "",
    }  # fmt: skip


def _has_words(line: dict[str, Any]) -> bool:
    row = line.get("row")
    return bool(row and (row.remark or row.comment or row.grade_reason))


def _said(row: Any) -> dict[str, str]:
    """What was written about one person, under the table."""
    return {
        "name": row.name, "remark": row.remark, "comment": row.comment,
        "reason": row.grade_reason,
    }  # fmt: skip
