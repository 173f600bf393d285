"""The papers of a classification, on their way to the printer, and its list for Excel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import PaperResponse
from common.spreadsheets import spreadsheet_response
from reports import papers_quality
from reports.exports_quality import quality_sheet
from reports.models import QualityRound, QualitySheet, RoundState, SheetState
from reports.queries import quality_pages as pages
from reports.services import quality_ground
from reports.views.quality import sheet_of, visible

Paper = Callable[[QualityRound, list[QualitySheet]], dict[str, Any]]


def _intact(found: QualityRound) -> QualityRound:
    """Nothing is printed of a decided round that somebody changed since."""
    quality_ground.require_intact(found)
    return found


@require_safe
def quality_export(request: Request, pk: int) -> HttpResponse:
    found = _intact(visible(request, pk))
    content = quality_sheet(found, pages.sheets_of(found, request.user))
    return spreadsheet_response(content, f"xep-loai-{found.last:%Y-%m}-{found.pk}.xlsx")


@require_safe
def quality_list_print(request: Request, pk: int) -> HttpResponse:
    """The list; of a head the people whom he may see."""
    found = _intact(visible(request, pk))
    paper = papers_quality.list_paper(found, pages.sheets_of(found, request.user))
    return PaperResponse("reports/quality_list_paper.html", paper, f"danh-sach-{pk}.pdf")


@require_safe
def quality_minutes(request: Request, pk: int) -> HttpResponse:
    return _of_all(request, pk, papers_quality.minutes_paper, "bien-ban")


@require_safe
def quality_decision(request: Request, pk: int) -> HttpResponse:
    return _of_all(request, pk, papers_quality.decision_paper, "quyet-dinh")


def _of_all(request: Request, pk: int, paper: Paper, name: str) -> HttpResponse:
    """What names everybody in the round: for who decides it, and Home Affairs; once decided."""
    found = visible(request, pk)
    decided = found.state == RoundState.DECIDED
    if not decided or not quality_ground.may_run(found, request.user):
        raise Http404
    _intact(found)
    sheets = list(found.members.select_related("unit").defer("pieces").order_by("order"))
    return PaperResponse("reports/quality_act_paper.html", paper(found, sheets), f"{name}-{pk}.pdf")


def _member(request: Request, pk: int, sheet_pk: int) -> QualitySheet:
    """Nothing is printed of who left the round: he is not classed in it."""
    sheet = sheet_of(request, pk, sheet_pk)
    if sheet.state == SheetState.LEFT:
        raise Http404
    return sheet


@require_safe
def quality_sheet_print(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    sheet = _member(request, pk, sheet_pk)
    _intact(sheet.round)
    paper = papers_quality.sheet_paper(sheet)
    return PaperResponse("reports/quality_sheet_paper.html", paper, f"phieu-{sheet_pk}.pdf")


@require_safe
def quality_notice(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    """To one person, once it is decided."""
    sheet = _member(request, pk, sheet_pk)
    if sheet.round.state != RoundState.DECIDED:
        raise Http404
    _intact(sheet.round)
    paper = papers_quality.notice_paper(sheet)
    return PaperResponse("reports/quality_act_paper.html", paper, f"thong-bao-{sheet_pk}.pdf")
