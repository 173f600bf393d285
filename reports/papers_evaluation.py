"""A sheet of the evaluation on paper: A4 landscape, everything already in words."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from reports.models import EvaluationState, SheetKind
from reports.papers_ground import head_words, signer_words
from reports.queries.evaluation_tables import Sheet
from reports.rules_evaluation import Grade


def evaluation_paper(sheet: Sheet) -> dict[str, Any]:
    """Plain data for the template, in Vietnamese whatever the language of the screen."""
    evaluation = sheet.evaluation
    confirmed = evaluation.state == EvaluationState.CONFIRMED
    unit = evaluation.unit if evaluation.kind == SheetKind.STAFF else evaluation.judge_unit
    with translation.override("vi"):
        return {
            **head_words(unit, evaluation.confirmed_at or evaluation.cut_at,
                         is_sample=evaluation.unit.is_sample),
            **signer_words(evaluation.confirmed_by if confirmed else None,
                           evaluation.confirmed_at, unit, capacity=evaluation.capacity,
                           on_behalf_of=evaluation.on_behalf_of),
            "title": sheet.title, "subject": sheet.month_words,
            "unit": _("Agency: %(unit)s") % {"unit": evaluation.unit.name},
            "state": sheet.state_words, "source": sheet.source_words,
            "extract": sheet.extract_words,
            "groups": sheet.groups, "titles": [str(column.title) for column in sheet.columns],
            "lines": [_line(line) for line in sheet.lines],
            "remarks": [_said(line["row"]) for line in sheet.lines if _has_words(line)],
            "judges": sheet.judges, "bounds": sheet.bounds_words,
            "digest": evaluation.digest,
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
