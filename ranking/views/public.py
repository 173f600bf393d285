"""`/cong-bo/xep-hang/`: the published ranking for everybody, without signing in."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.digests import digest_of_data
from common.pages import as_file
from common.pdf import KeptPaperResponse
from common.spreadsheets import spreadsheet_response
from ranking import exports
from ranking.annex import annex_of, annex_paper
from ranking.method_words import left_out_words, method_words, rank_words, rescaling_words
from ranking.models import Publication
from ranking.queries import profiles, published
from ranking.queries.contents import content_of, is_recomputed
from ranking.queries.corrections import correction_of
from ranking.queries.league import table_for
from ranking.rule_words import rules_in_words


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
    """The league table of a year, with the change in words against the year before."""
    found, page = _publication(request, year), request.GET.get("trang", "")
    versions = published.versions_of(found)
    table = table_for(
        found, request.GET.get("nhom", ""), int(page) if page.isdecimal() and page.isascii() else 1
    )
    content = table.content
    context = {
        "publication": found, "year": year, "table": table, "content": content,
        "versions": versions, "newest": versions[-1],
        "correction": correction_of(found, versions),
        "how": [rank_words(content.scale), *rescaling_words(content)],
    }  # fmt: skip
    return render(request, "ranking/public/table.html", context)


@login_not_required
@require_safe
def ranking_unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A unit's profile: its areas, and how it stood in other years."""
    found = _publication(request, year)
    profile = profiles.profile_of(found, code)
    if profile is None:
        raise Http404
    context = {
        "publication": found, "year": year, "content": content_of(found.digest),
        "profile": profile, "line": profile.line,
        "newest": published.versions_of(found)[-1],
    }  # fmt: skip
    return render(request, "ranking/public/unit.html", context)


@login_not_required
@require_safe
def ranking_method(request: HttpRequest, year: int) -> HttpResponse:
    """How it was done: criteria, classes, lateness, and whether the table follows from what was
    frozen."""
    found = _publication(request, year)
    is_intact = digest_of_data(found.snapshot) == found.digest
    content, due = content_of(found.digest), dt.date.fromisoformat(found.snapshot["due"])
    context = {
        "publication": found, "year": year, "content": content,
        "method": [*method_words(content, due), *left_out_words(found.snapshot)],
        "scored": rules_in_words(content.framework),
        "is_intact": is_intact,
        "is_recomputed": is_intact and is_recomputed(found),
        "newest": published.versions_of(found)[-1],
    }  # fmt: skip
    return render(request, "ranking/public/method.html", context)


@login_not_required
@require_safe
def ranking_file(request: HttpRequest, year: int) -> HttpResponse:
    """The table as CSV, as `ranking_dry_run` prints it."""
    return exports.table_csv(_publication(request, year))


@login_not_required
@require_safe
def ranking_annex(request: HttpRequest, year: int) -> HttpResponse:
    """The annex of the decision, on paper."""
    return annex_response(_publication(request, year))


@login_not_required
@require_safe
def ranking_sheet(request: HttpRequest, year: int) -> HttpResponse:
    """The annex as a workbook."""
    return sheet_response(_publication(request, year))


@login_not_required
@require_safe
def ranking_data(request: HttpRequest, year: int) -> HttpResponse:
    """All that it takes to compute the table again."""
    found = _publication(request, year)
    return as_file(exports.open_data(found), "application/zip", exports.name_of(found, "zip"))


def annex_response(publication: Publication) -> HttpResponse:
    """Also before it is published: marked as a draft then."""
    paper = annex_paper(annex_of(publication))
    name = f"phu-luc-{exports.name_of(publication, 'pdf')}"
    return KeptPaperResponse("ranking/papers/annex.html", paper, name)


def sheet_response(publication: Publication) -> HttpResponse:
    name = exports.name_of(publication, "xlsx")
    return spreadsheet_response(exports.table_sheet(publication), name)
