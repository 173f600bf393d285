"""`…/giao/`: a colleague of the unit is asked to fill in criteria of its form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.forms import refusals_in
from common.htmx import Request
from ranking import rights
from ranking.forms.giving import GivingForm
from ranking.queries.colleagues import MOST, colleagues, with_holders
from ranking.queries.evidence import by_area
from ranking.queries.sheets import Sheet
from ranking.services import answers
from ranking.views.parts import is_open, place_of, scored_node, visible_form


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_give(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Choose who fills in this criterion, and others with it; or take it back."""
    assessment = visible_form(request, pk)
    node = scored_node(assessment, criterion_pk)
    rights.require(request.user, rights.FILL, assessment)
    sheet, act = Sheet.of(assessment), request.POST.get("act")
    others = by_area(sheet, without=node.pk)
    people = colleagues(sheet, request.POST.get("q", "")[:100])
    also = with_holders(sheet, [each for _area, nodes in others for each in nodes])
    form = GivingForm(request.POST if request.method == "POST" else None, people, also)
    if request.method == "POST" and act == "back":
        answers.give_to(assessment.pk, node.pk, actor=request.user, colleague_id=None)
        messages.success(request, _("Taken back."))
        return redirect(place_of(assessment, node))
    if request.method == "POST" and act != "find" and form.is_valid():
        who, chosen = form.cleaned_data["colleague"], form.cleaned_data["criteria"]
        with refusals_in(form):
            answers.give_to(assessment.pk, node.pk, *chosen, actor=request.user, colleague_id=who)
            messages.success(request, _("The colleague is told."))
            return redirect(place_of(assessment, node))
    context = {
        "assessment": assessment, "node": node, "others": others, "form": form,
        "answer": sheet.answers.get(node.pk), "is_open": is_open(assessment),
        "people": people[:MOST], "has_more": len(people) > MOST, "is_asked": act != "find",
    }  # fmt: skip
    refused = request.method == "POST" and act != "find"
    return render(request, "ranking/criterion_give.html", context, status=422 if refused else 200)
