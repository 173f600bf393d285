"""The council's other ways through a year: one criterion of all units; what waits for somebody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.htmx import Request
from ranking import rights
from ranking.queries import across
from ranking.views.parts import council_year


@require_safe
def appraisal_criterion(request: Request, pk: int, code: str) -> HttpResponse:
    """Every unit's answer to one criterion: declared, points, others' figures, verdict."""
    cycle = council_year(request, pk)
    nodes = list(cycle.framework.criteria.scored().in_force().order_by("order"))
    codes = [node.code for node in nodes]
    node = get_object_or_404(cycle.framework.criteria.scored().in_force(), code=code)
    place = codes.index(code)
    rows = across.rows_of(cycle, node, request.user)
    context = {
        "cycle": cycle, "node": node, "rows": rows, "nodes": nodes,
        "decided": sum(row.final is not None for row in rows),
        "open_to": sum(not row.is_kept for row in rows),
        "before": nodes[place - 1] if place else None,
        "after": nodes[place + 1] if place + 1 < len(nodes) else None,
    }  # fmt: skip
    return render(request, "ranking/appraisal_criterion.html", context)


@require_safe
def appraisal_open(request: Request, pk: int) -> HttpResponse:
    """Questions without a reply, appeals without an answer, appraisers who differ."""
    cycle = council_year(request, pk)
    kept = rights.kept_from(request.user, cycle)
    context = {
        "cycle": cycle, "inquiries": across.open_inquiries(cycle, kept),
        "appeals": across.open_appeals(cycle, kept),
        "differences": across.differences(cycle, kept),
    }  # fmt: skip
    return render(request, "ranking/appraisal_open.html", context)
