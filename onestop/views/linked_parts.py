"""`/phan-viec-lien-thong/`: linked parts by unit, and the parts behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from onestop.forms.linked_parts import PartPeriodForm
from onestop.queries import dossiers as queries
from onestop.queries import part_figures as figures
from organizations import access


@require_safe
def part_figures(request: Request) -> HttpResponse:
    """Of a period: each unit's parts, finished in time or late, open or overdue."""
    access.require_anywhere(request.user, "view_reports")
    form, today = PartPeriodForm(request.GET), timezone.localdate()
    context: dict[str, Any] = {"form": form, "words": figures.kind_words()}
    if form.is_valid():
        first, last = form.period
        found = figures.parts_given_out(request.user, first, last)
        asked = {"tu_ngay": f"{first:%d/%m/%Y}", "den_ngay": f"{last:%d/%m/%Y}"}
        context["rows"] = [_row(row, asked) for row in figures.by_unit(found, today)]
        if form.unit:
            behind = found.filter(
                figures.conditions(today)[form.kind], competent_unit__code=form.unit
            )
            context["page"] = paginate_keyset(
                queries.rows(behind), request, order=("due_at", "id"), size=25
            )
            queries.with_deadlines(context["page"].rows)
            context["shown"] = context["words"][form.kind]
    return render(request, "onestop/linked/figures.html", context)


def _row(row: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
    """Every figure leads to the parts that it counts."""
    cells = [
        (row[kind], "?" + urlencode({**asked, "don_vi": row["unit_code"], "nhom": kind}))
        for kind in figures.KINDS
    ]
    return {"unit": row["unit"], "cells": cells}
