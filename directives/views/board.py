"""`/nhiem-vu/bang/`: how the tasks stand, by agency and giver, and what changed since a day."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.counting import capped_counts, in_words
from common.htmx import Request
from common.pages import paginate_keyset, render_page
from directives.forms.board import FILTERS, BoardForm
from directives.queries import board as boards
from directives.queries import lists
from directives.queries.board import Board, Row
from directives.rules import FINISHED, Label
from directives.rulesets import DIRECTIVES
from directives.words import label_words
from organizations.rulesets import rules

PAGE, PART = "directives/board.html", "directives/_board.html"


def _board(request: Request) -> tuple[Board, BoardForm]:
    """What the address asks for; 403 for who only works on tasks."""
    today, bodies = timezone.localdate(), boards.bodies_for(request.user)
    if not bodies:
        raise PermissionDenied(_("The board is for who gives tasks, follows or oversees them."))
    days = rules(DIRECTIVES, today).task_meeting_days
    form = BoardForm(request.GET, bodies=bodies, today=today, days=days)
    form.full_clean()
    return Board(request.user, form.body, form.wanted, today), form


@require_safe
def board_page(request: Request) -> HttpResponse:
    board, form = _board(request)
    form.offer(board.names)
    address, heads = _address(request), boards.heads(board.labels, board.today)
    context = {
        "form": form, "row_words": form.row_words, "since": board.wanted.since,
        "open_heads": boards.heads(board.open_labels, board.today),
        "done_heads": boards.heads(FINISHED, board.today),
        "lines": [_line(board, row, address, heads) for row in board.rows],
        "sum": _line(board, board.total, address, heads),
        "changes": [each | {"url": address(moi=each["name"])} for each in board.changes()],
    }  # fmt: skip
    return render_page(request, PAGE, PART, context)


Address = Callable[..., str]
Heads = list[tuple[Label, str]]


def _address(request: Request) -> Address:
    """What makes the address of the tasks behind a figure: this board, with more filters."""
    asked = {name: value for name, value in request.GET.items() if name in BoardForm.base_fields}
    path = reverse("directives:board_tasks")
    kept = cache(lambda names: urlencode({k: v for k, v in asked.items() if k not in names and v}))

    def address(**more: str | int) -> str:
        query = "&".join(f"{name}={value}" for name, value in more.items())
        return f"{path}?{query}&{kept(frozenset(more))}".rstrip("&")

    return address


def _line(board: Board, row: Row, address: Address, heads: Heads) -> dict[str, Any]:
    """A row as the page shows it, each figure with the address of its tasks."""
    name = FILTERS[boards.PLACES[board.wanted.by]]
    of_row: dict[str, Any] = {name: quote(str(row.pk))} if row.pk else {}
    cells = [
        {"words": words, "count": row.counts[label], "url": address(nhan=label.value, **of_row)}
        for label, words in heads
    ]
    return {"row": row, "cells": cells}


@require_safe
def board_tasks(request: Request) -> HttpResponse:
    """The tasks behind a figure: `?nhan=` of a label, or `?moi=` of a change."""
    board, form = _board(request)
    asked, change = request.GET.get("nhan", ""), request.GET.get("moi", "")
    if asked in board.labels:
        found, title = board.behind(Label(asked)), label_words(Label(asked), board.today)
    elif change in boards.CHANGES:
        found, title = board.changed(change), boards.change_words()[change]
    else:
        raise Http404
    page = paginate_keyset(lists.rows(found), request, order=lists.ORDER, size=25)
    lists.tell(page.rows, board.today)
    asked_for = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "page": page, "title": title, "count": in_words(capped_counts({"all": found})["all"]),
        "told": [*form.told(), *board.told()], "since": board.wanted.since if change else None,
        "year": board.wanted.year if asked in FINISHED else None,
        "board_url": f"{reverse('directives:board_page')}?{urlencode(asked_for)}",
    }  # fmt: skip
    return render(request, "directives/board_tasks.html", context)
