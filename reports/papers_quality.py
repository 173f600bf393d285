"""The papers of a classification: sheet, minutes, decision, notice, list (NĐ 90/2020/NĐ-CP Điều
17–20). Everything in words; the official forms were not seen, the wording is the portal's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from organizations.models import Unit
from papers.words import day_words, moment_words
from reports.models import QualityRound, QualitySheet, RoundState, SheetKind
from reports.papers_ground import head_words, signer_words
from reports.queries.quality_pages import SHOWN, lines_of, own_counts, totals
from reports.queries.quality_words import told
from reports.rules_evaluation import Grade
from reports.rules_quality import Level


def _unit(found: QualityRound) -> Unit:
    """Whose paper it is: the body's own, or of its heads the level above. Reads both: one query
    each if not loaded."""
    return found.unit if found.kind == SheetKind.STAFF else found.judge_unit


def _ground(found: QualityRound, title: str, subject: str, number: str = "") -> dict[str, Any]:
    unit = _unit(found)
    return {
        **head_words(unit, found.decided_at or timezone.now(), is_sample=found.is_sample),
        **signer_words(found.decided_by, found.decided_at, unit, capacity=found.capacity,
                       on_behalf_of=found.on_behalf_of),
        "title": title, "subject": subject, "number": number, "grounds": [], "paragraphs": [],
        "rows": [], "articles": [], "left": [], "digest": found.digest, "after": [], "chair": "",
        "secretary": "", "authority": "",
        "draft": "" if found.state == RoundState.DECIDED else _("Not decided yet"),
    }  # fmt: skip


def _rows(sheets: Sequence[QualitySheet]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "name": sheet.name,
            "title": sheet.title,
            "unit": sheet.unit.name,
            "figures": [totals(sheet)[how] for how in SHOWN],
            "proposed": str(Grade(sheet.proposed).label),
            "grade": str(Grade(sheet.grade).label) if sheet.grade else "",
            "reason": sheet.grade_reason,
        }
        for number, sheet in enumerate(sheets, 1)
    ]


def _about(found: QualityRound) -> dict[str, str]:
    return {"period": found.period_words, "unit": found.unit.name}


def list_paper(found: QualityRound, sheets: Sequence[QualitySheet]) -> dict[str, Any]:
    """Who was classed how, with the figures; of a head the rows that he may see."""
    with translation.override("vi"):
        title = _("List of the classification of officials")
        paper = _ground(found, title, _("%(period)s, %(unit)s") % _about(found))
        return {
            **paper, "rows": _rows(sheets), "hows": [str(how.label) for how in SHOWN],
            "note": _("Facts as of %(at)s") % {"at": moment_words(found.cut_at)},
        }  # fmt: skip


def minutes_paper(found: QualityRound, sheets: Sequence[QualitySheet]) -> dict[str, Any]:
    """Biên bản of the meeting."""
    assert found.met_on is not None
    with translation.override("vi"):
        subject = _("Meeting on the classification of officials, %(period)s")
        paper = _ground(found, _("MINUTES"), subject % _about(found))
        rows = _rows(sheets)
        return {
            **paper,
            "paragraphs": [
                _("Time: %(day)s. Place: %(place)s.")
                % {"day": day_words(found.met_on), "place": found.place},
                _("Chair: %(chair)s. Secretary: %(secretary)s. Present: %(n)s people.")
                % {"chair": found.chair, "secretary": found.secretary, "n": found.present},
                _("Opinions: %(words)s") % {"words": found.opinions or _("none")},
                _("The meeting went through each person's sheet and agreed on these classes:"),
            ],
            "rows": rows, "after": _after(found, sheets),
            "secretary": found.secretary, "chair": found.chair,
        }  # fmt: skip


def _after(found: QualityRound, sheets: Sequence[QualitySheet]) -> list[str]:
    """How many of each class, and why there are more excellent ones than the quota."""
    grades = [sheet.grade for sheet in sheets]
    counts = [f"{Grade(grade).label}: {grades.count(grade)}" for grade in Grade if grade in grades]
    words = ["; ".join(counts) + "."]
    if found.quota_reason:
        words.append(
            _("More excellent than the quota, because: %(why)s") % {"why": found.quota_reason}
        )
    return words


def _authority(found: QualityRound) -> str:
    """Who decides, by NĐ 30/2020/NĐ-CP annex I: the head of the body, also when another signs."""
    head = found.capacity.partition(" / ")[0].removeprefix("KT. ")
    return f"{head} {_unit(found).name}".upper() if head else ""


def _decrees(found: QualityRound) -> list[str]:
    """Those that the thresholds come from."""
    parts = [part.strip() for part in found.basis_words.split(",")]
    return [
        _("Pursuant to Decree %(number)s;") % {"number": part.removeprefix("NĐ ")}
        for part in parts if part.startswith("NĐ ")
    ]  # fmt: skip


def decision_paper(found: QualityRound, sheets: Sequence[QualitySheet]) -> dict[str, Any]:
    """Quyết định that acknowledges the classes."""
    assert found.met_on is not None
    with translation.override("vi"):
        about = {**_about(found), "n": len(sheets), "day": day_words(found.met_on)}
        number = _("No.: %(number)s") % {"number": found.decision_number or "……/QĐ-……"}
        subject = _("On the classification of officials, %(period)s") % about
        return {
            **_ground(found, _("DECISION"), subject, number),
            "authority": _authority(found),
            "grounds": [
                *_decrees(found),
                _("Pursuant to Decision 2947/QĐ-UBND of the People's Committee of Khánh Hòa;"),
                _("Considering the minutes of the meeting on %(day)s,") % about,
            ],
            "articles": [
                _("Acknowledge the classes of %(n)s people of %(unit)s, %(period)s, as in the list"
                  " below.") % about,
                _("The classes are a ground for placing, training, commending and pay as the law"
                  " says."),
                _("The units concerned and those named in Article 1 carry out this decision. It is"
                  " in force from the day of signing."),
            ],
            "rows": _rows(sheets),
            "left": [_("Receivers:"), _("– As in Article 3;"), _("– Home Affairs;"),
                     _("– Archives.")],
        }  # fmt: skip


def notice_paper(sheet: QualitySheet) -> dict[str, Any]:
    """Thông báo to one person; he may object as the law says."""
    found = sheet.round
    with translation.override("vi"):
        about = {**_about(found), "name": sheet.name, "title": sheet.title,
                 "of": sheet.unit.name, "grade": Grade(sheet.grade).label,
                 "number": found.decision_number or "……/QĐ-……"}  # fmt: skip
        return {
            **_ground(found, _("NOTICE"), _("Result of the classification, %(period)s") % about),
            "paragraphs": [
                _("To: %(name)s, %(title)s, %(of)s.") % about,
                _("By Decision %(number)s your class for the %(period)s is: %(grade)s.") % about,
                *([_("Head's comment: %(words)s") % {"words": sheet.comment}]
                  if sheet.comment else []),
                _("Who does not agree may make a proposal to whoever decided, as the law says."),
            ],
            "left": [_("Receivers:"), _("– As above;"), _("– Archives.")],
        }  # fmt: skip


def sheet_paper(sheet: QualitySheet) -> dict[str, Any]:
    """Phiếu đánh giá of one person: figures, both comments, proposal with its reasons, class."""
    found, own = sheet.round, own_counts(sheet)
    with translation.override("vi"):
        about = {"timely": own.timely, "judged": own.judged}
        paper = _ground(found, _("SHEET OF CLASSIFICATION"), found.period_words.capitalize())
        it_words = [Level(sheet.it_level).label] if sheet.it_level else []
        return {
            **paper,
            "person": _("%(name)s, %(title)s, %(unit)s")
            % {"name": sheet.name, "title": sheet.title, "unit": sheet.unit.name},
            "hows": [str(how.label) for how in SHOWN],
            "lines": [
                {
                    "words": str(line["words"] or _("Total")),
                    "cells": [each["n"] for each in line["cells"]],
                }
                for line in lines_of(sheet)
            ],
            "timely": _("In time: %(timely)s of %(judged)s that had to be done.") % about,
            "note": _("Facts as of %(at)s") % {"at": moment_words(found.cut_at)},
            "name": sheet.name,
            "self_on": day_words(timezone.localdate(sheet.self_at)) if sheet.self_at else "",
            "self_words": sheet.self_words, "comment": sheet.comment,
            "self_grade": str(Grade(sheet.self_grade).label) if sheet.self_grade else "",
            "it": ". ".join([*map(str, it_words), *([sheet.self_it] if sheet.self_it else [])]),
            "proposed": str(Grade(sheet.proposed).label), "basis": found.basis_words,
            "reasons": [
                each["words"] if each["is_figure"] else f"{each['words']}: {_met(each['met'])}"
                for each in told(sheet.reasons)
            ],
            "grade": str(Grade(sheet.grade).label) if sheet.grade else "",
            "reason": sheet.grade_reason,
            "judge": sheet.judged_by.full_name if sheet.judged_by else "",
        }  # fmt: skip


def _met(met: bool | None) -> str:
    if met is None:
        return _("for people to judge")
    return _("kept") if met else _("not kept")
