"""`/xep-hang/bo-tieu-chi/<pk>/cham-thu/`: the whole form with sample answers; stores nothing."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from common.htmx import Request
from ranking.forms.answers import AnswerForm
from ranking.models import Criterion, Framework
from ranking.queries.trial import SHARES, Trial
from ranking.views.parts import SEES
from ranking.wording import explained


@require_http_methods(["GET", "HEAD", "POST"])
def framework_try(request: Request, pk: int) -> HttpResponse:
    """One area at a time; what was typed in the others travels with the form."""
    visible = Framework.objects.visible_to(request.user, SEES)
    framework = get_object_or_404(visible, pk=pk)
    data = request.POST
    trial = Trial(framework, data.get("group", ""), fill_of(data), typed_of(data))
    bound = {} if "fill" in data else bound_forms(trial, data)
    is_wrong = any(not form.is_valid() for form in bound.values())
    for node_code, form in bound.items():
        if form.is_valid():
            trial.typed[node_code] = form.cleaned_data["given"]
    wanted = data.get("shown", "") if is_wrong else data.get("area") or data.get("shown", "")
    areas = [node for node in trial.nodes if node.level == "area"]
    area = next((node for node in areas if node.code == wanted), areas[0] if areas else None)
    result = trial.result()
    context: dict[str, Any] = {
        "framework": framework, "trial": trial, "area": area, "result": result,
        "items": items_of(trial, area, bound if is_wrong else {}, result.scored),
        "typed": json.dumps(trial.typed), "groups": trial.content.groups, "shares": list(SHARES),
    }  # fmt: skip
    return render(
        request, "ranking/framework_try.html", context, status=422 if is_wrong else 200
    )  # fmt: skip


def fill_of(data: Any) -> str:
    """The sample that is pressed, or that was."""
    return str(data.get("fill") or data.get("filled", ""))


def typed_of(data: Any) -> dict[str, Any]:
    """What was typed in other areas; a press on "fill" begins anew."""
    if "fill" in data:
        return {}
    try:
        found = json.loads(data.get("typed") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def bound_forms(trial: Trial, data: Any) -> dict[str, AnswerForm]:
    """The forms that stood on the page, by the codes of their criteria."""
    return {
        node.code: AnswerForm(node, data)
        for node in trial.asked
        if node.rule is not None and f"{AnswerForm.mark}{node.pk}-revision" in data
    }


def items_of(
    trial: Trial, area: Criterion | None, bound: dict[str, AnswerForm], scored: Any
) -> list[dict[str, Any]]:
    """The criteria of the open area, each with its form, points and how they were found."""
    found = []
    for node in trial.asked:
        if area is None or node.area_id != area.pk:
            continue
        form = bound.get(node.code)
        if form is None and node.rule is not None:
            initial = {"revision": 0, **AnswerForm.initial_of(trial.answer(node))}
            form = AnswerForm(node, initial=initial)
        is_wrong = form is not None and form.is_bound and not form.is_valid()
        each = None if is_wrong else scored.get(node.pk)
        words = explained(each.steps) if each else ""
        found.append({"node": node, "form": form, "scored": each, "words": words})
    return found
