"""The paper for Monday's meeting (giao ban): one page A4, whatever the size of the province.

Plain data, everything in words: the page is rendered after the transaction is closed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common import charts
from onestop.queries import dossiers as dossier_queries
from onestop.services.papers_of import letterhead
from organizations.models import Unit, User
from papers.words import date_line
from reports.chosen import Chosen, this
from reports.dashboard import panels
from reports.dashboard.page import Dashboard
from reports.dashboard.parts import (
    days,
    flow_cells,
    flow_heads,
    number,
    share,
    short,
    stock_cells,
    stock_heads,
)
from reports.periods import PeriodKind
from reports.queries.dashboard import rows
from reports.queries.dashboard.scope import Scope
from reports.rules_dashboard import Flow, Stock

WORST, OLDEST, SLOW = 8, 10, 4  # lines that fit on the page
SAID = 58  # letters of a procedure's name


def last_week(today: dt.date) -> Chosen:
    """The week that is over: Monday to Sunday before this one."""
    return this(PeriodKind.WEEKLY, today).previous


def briefing_paper(scope: Scope, user: User, at: dt.datetime) -> dict[str, Any]:
    """Data of the template, in Vietnamese whatever the language of the screen."""
    with translation.override("vi"):
        today = timezone.localdate(at)
        board = Dashboard(scope, last_week(today), at, is_on_paper=True)
        root = next(unit for unit in scope.places.units.values() if unit.parent_id is None)
        sender = scope.unit or next(iter(scope.tops), root)
        unit = Unit.objects.select_related("parent").get(pk=sender.pk)
        head = letterhead(unit, at)
        return {
            "sample": settings.GOVIT_DEMO or unit.is_sample,
            "agency_above": head.agency_above if unit.parent_id else "", "agency": head.agency,
            "date_line": date_line(head.place, head.day), "unit": board.title,
            "week": board.chosen.words, "as_of": board.as_of, "is_lagging": board.is_lagging,
            "is_by_present": board.is_by_present,
            "before": board.chosen.before_words,
            "alerts": [alert.words for alert in board.alerts],
            "figures": _figures(board), "charts": _charts(board),
            "units": _units(board), "oldest": _oldest(scope, user, board.chosen, today),
            "slow": _slow(board),
        }  # fmt: skip


def _figures(board: Dashboard) -> list[dict[str, str]]:
    """Stocks of this moment and flows of the week beside those of the week before."""
    stock, now, before = board.stocks.all, board.flows.now, board.flows.before
    pairs = (
        (_("Still open"), number(stock.open), ""), (_("Overdue"), number(stock.overdue), ""),
        (_("Due soon"), number(stock.soon), ""), (_("Waiting"), number(stock.waiting), ""),
        (_("Taken in"), number(now.received), number(before.received)),
        (_("Finished"), number(now.finished), number(before.finished)),
        (_("Finished late"), number(now.late), number(before.late)),
        (_("Finished in time"), share(now.kept_percent), share(before.kept_percent)),
    )  # fmt: skip
    return [{"words": words, "value": value, "before": was} for words, value, was in pairs]


def _charts(board: Dashboard) -> list[dict[str, str]]:
    found = [board.trend]
    if board.by_row:
        bars = panels.by_row(board.scope, board.flows, board.stocks, board.links, shown=WORST)
        found.insert(0, bars)
    return [
        {"title": chart.title, "image": charts.data_uri(chart.wide)} for chart in found
    ]  # fmt: skip


def _units(board: Dashboard) -> dict[str, Any] | None:
    """The worst ones, all others together, and the sum; None where there is but one unit."""
    order = panels.worst_first(board.scope, board.flows, board.stocks)
    if len(order) < 2:
        return None
    first, others = order[:WORST], order[WORST:]
    names = board.scope.places.units
    lines = [_line(board, short(names[pk].name), [pk]) for pk in first]
    if others:
        lines.append(_line(board, _("%(count)s other units") % {"count": len(others)}, others))
    lines.append(_line(board, _("All together"), order))
    note = _("The %(count)s units with most overdue; the others added up.") % {"count": len(first)}
    return {
        "heads": [_("Unit"), *stock_heads(), *flow_heads()], "lines": lines,
        "note": note if others else "",
    }  # fmt: skip


def _line(board: Dashboard, name: str, units: list[int]) -> dict[str, Any]:
    stock = sum((board.stocks.by_row[pk] for pk in units), Stock())
    flow = sum((board.flows.by_row[pk] for pk in units), Flow())
    cells = [*stock_cells(stock, board.links), *flow_cells(flow, board.links)]
    return {"name": name, "cells": [cell.value for cell in cells]}


def _oldest(scope: Scope, user: User, chosen: Chosen, today: dt.date) -> list[dict[str, str]]:
    """What has been overdue for longest. One query."""
    found = rows.dossiers_behind(rows.FIGURES["qua-han"], scope, user, chosen.period, today)
    late = list(dossier_queries.rows(found).order_by("due_at", "id")[:OLDEST])
    dossier_queries.with_deadlines(late)
    return [
        {
            "code": row["code"], "what": _cut(row["procedure_name"]),
            "where": short(row["unit_name"]), "who": row["holder_name"] or "",
            "due": f"{timezone.localdate(row['due_at']):%d/%m/%Y}", "late": row["due_words"],
        }
        for row in late
    ]  # fmt: skip


def _slow(board: Dashboard) -> list[dict[str, str]]:
    return [
        {
            "step": each.name, "unit": short(each.unit.name), "count": number(each.count),
            "late": number(each.late), "planned": days(each.planned), "usual": days(each.usual),
            "slow": days(each.slow),
        }
        for each in board.slow[:SLOW]
    ]  # fmt: skip


def _cut(words: str) -> str:
    return words if len(words) <= SAID else f"{words[: SAID - 1].rstrip()}…"
