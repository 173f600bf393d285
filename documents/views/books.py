"""`/van-ban/so/`: the registers of documents on the screen, as a workbook and on paper."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.notes import note_access
from common.counting import capped_counts, in_words
from common.htmx import Request
from common.spreadsheets import spreadsheet_response
from documents.forms.books import BookForm
from documents.papers_books import TEMPLATE, book_paper, book_sheet
from documents.queries.books import AT_ONCE, MOST, VOLUME, Asked, Row, lines_of, rows_of
from documents.queries.lists import registries_of
from organizations import access
from papers.views_orders import paper_or_order

SHOWN = 20  # newest lines on the screen: the whole is a file


@require_safe
def book_page(request: Request) -> HttpResponse:
    """Which register of which period; its newest lines, and the files to take away."""
    form = _form(request)
    context: dict[str, Any] = {"form": form, "most": MOST}
    if form.registries and form.is_valid():
        asked = form.asked
        found = rows_of(asked)
        count = capped_counts({"all": found}, MOST + 1)["all"]
        context |= {
            "book": asked.book, "lines": _shown(asked, list(found.reverse()[:SHOWN])),
            "count": in_words(count, MOST + 1), "is_cut": count > MOST, "is_whole": count <= SHOWN,
            "volumes": [number + 1 for number in range(-(-min(count, MOST) // VOLUME))],
        }  # fmt: skip
    return render(request, "documents/book.html", context)


def _shown(asked: Asked, rows: list[Row]) -> list[dict[str, Any]]:
    """Each cell with the head of its column: on a phone they stand below each other."""
    heads = [each.words for each in asked.book.columns]
    return [
        {"is_void": line.is_void, "cells": list(zip(heads, line.cells, strict=True))}
        for line in lines_of(asked, rows)
    ]


@require_safe
def book_export(request: Request) -> HttpResponse:
    """`/van-ban/so/xuat.xlsx`: at most 5,000 lines."""
    asked = _asked(request)
    rows = list(rows_of(asked)[: MOST + 1])
    _note(request, asked, min(len(rows), MOST))
    content = book_sheet(asked, rows[:MOST], is_cut=len(rows) > MOST)
    return spreadsheet_response(content, f"so-van-ban-{asked.book.code}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def book_print(request: Request) -> HttpResponse:
    """`/van-ban/so/in.pdf?quyen=2`: one volume; a long one is ordered (POST)."""
    asked, text = _asked(request), request.GET.get("quyen", "1")
    volume = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= volume <= -(-MOST // VOLUME):
        raise Http404
    rows = list(rows_of(asked)[(volume - 1) * VOLUME : min(volume * VOLUME, MOST)])
    is_long = len(rows) > AT_ONCE
    if request.method == "POST" or not is_long:
        _note(request, asked, len(rows))
    name = f"so-van-ban-{asked.book.code}-quyen-{volume}.pdf"
    paper = book_paper(asked, rows, volume)
    return paper_or_order(request, TEMPLATE, paper, name, is_long=is_long)


def _form(request: Request) -> BookForm:
    if not access.may(request.user, "view_registers"):
        raise PermissionDenied(_("Your positions do not include the registers of documents."))
    return BookForm(request.GET, registries_of(request.user, "view_registers"))


def _asked(request: Request) -> Asked:
    """What the address names; a register of others or a wrong period has no file."""
    form = _form(request)
    if not form.is_valid():
        raise Http404
    return form.asked


def _note(request: Request, asked: Asked, rows: int) -> None:
    """So many lines of a register left the portal."""
    data = {"rows": rows, "book": asked.book.code}
    note_access("register.exported", asked.registry, user=request.user, data=data)
