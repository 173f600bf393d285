"""`/cong-bo/xep-hang/`: the published ranking for everybody, without signing in."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ranking.models import Publication
from ranking.queries import published
from ranking.services.publication import digest_of

RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula
COLUMNS = ("unit", "group", "total", "percent", "class", "rank")


def _publication(request: HttpRequest, year: int) -> Publication:
    wanted = request.GET.get("ban", "")
    found = published.publication_of(year, int(wanted) if wanted.isdecimal() else None)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_safe
def ranking_years(request: HttpRequest) -> HttpResponse:
    return render(request, "ranking/public/years.html", {"publications": published.published()})


@login_not_required
@require_safe
def ranking_table(request: HttpRequest, year: int) -> HttpResponse:
    """The league table of a year, with the change in words against last year."""
    found = _publication(request, year)
    context = {
        "table": published.table_for(found), "publication": found, "year": year,
        "versions": published.versions_of(found),
    }  # fmt: skip
    return render(request, "ranking/public/table.html", context)


@login_not_required
@require_safe
def ranking_unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A unit's profile: its areas, and how it stood in other years."""
    found = _publication(request, year)
    line = found.standings.select_related("unit").filter(unit__code=code).first()
    if line is None:
        raise Http404
    parts = [
        {**part, "percent": published.percent(part["points"], part["maximum"])}
        for part in line.parts
    ]
    context = {
        "publication": found, "year": year, "line": line, "parts": parts,
        "trend": published.trend_of(line.unit_id),
    }  # fmt: skip
    return render(request, "ranking/public/unit.html", context)


@login_not_required
@require_safe
def ranking_method(request: HttpRequest, year: int) -> HttpResponse:
    """How it was done: criteria, classes, lateness, and the digest of what was published."""
    found = _publication(request, year)
    context = {
        "publication": found, "year": year, "table": published.table_for(found),
        "is_intact": digest_of(found.snapshot) == found.digest,
    }  # fmt: skip
    return render(request, "ranking/public/method.html", context)


@login_not_required
@require_safe
def ranking_file(request: HttpRequest, year: int) -> HttpResponse:
    """The table as CSV, as `ranking_dry_run` prints it."""
    found = _publication(request, year)
    text, places = io.StringIO(), published.precision_of(found)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for line in found.standings.order_by("group", "rank", "unit_name"):
        rows.writerow([
            harmless(line.unit_name), line.group, printed(line.total, places),
            printed(line.percent, places), harmless(line.label), line.rank or "",
        ])  # fmt: skip
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="xep-hang-{year}.csv"'
    return answer


def harmless(words: str) -> str:
    """Text that a spreadsheet would take for a formula, as text."""
    return f"'{words}" if words.startswith(RISKY) else words


def printed(value: Decimal | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"
