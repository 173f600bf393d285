"""`/xep-hang/tu-danh-gia/`: a unit fills in its form, reviews it, and its head submits it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request, wants_fragment
from common.pages import paginate_keyset, render_part
from organizations import access
from ranking.forms.evidence import DocumentForm
from ranking.models import Assessment, Criterion
from ranking.queries import sheets as pages
from ranking.rules.standing import timing
from ranking.services import answers, evidence, submission
from ranking.services.answers import AnswerFacts
from ranking.services.evidence import DocumentFacts
from ranking.totals import Side, Terms, asked_of, entries_of, line_of, raw_of
from ranking.views.parts import SEES
from ranking.wording import explained


def _visible(request: Request, pk: int) -> Assessment:
    rows = Assessment.objects.visible_to(request.user, SEES).select_related(
        "cycle__framework", "unit", "submitted_by"
    )
    found: Assessment = get_object_or_404(rows, pk=pk)
    return found


@require_safe
def assessment_list(request: Request) -> HttpResponse:
    """Forms of the person's units, newest year first."""
    rows = Assessment.objects.visible_to(request.user, SEES).exclude(cycle__state="preparing")
    page = paginate_keyset(
        rows.select_related("cycle"), request, order=("-cycle__year", "unit_name", "id")
    )
    return render(request, "ranking/assessment_list.html", {"page": page})


@require_safe
def assessment_overview(request: Request, pk: int) -> HttpResponse:
    """The task list: areas with progress, what is due, what it comes to so far."""
    assessment = _visible(request, pk)
    return render(request, "ranking/assessment_overview.html", _overview(request, assessment))


def _overview(request: Request, assessment: Assessment) -> dict[str, Any]:
    areas = pages.areas_of(assessment)
    terms, cycle = Terms.of(assessment.cycle), assessment.cycle
    nodes = list(cycle.framework.criteria.order_by("order"))
    entries = entries_of([assessment.pk], Side.OWN).get(assessment.pk, {})
    raw = raw_of(assessment.group, nodes, entries, terms.scale)
    late = timing(terms.lateness_of(cycle), assessment.counted_on or timezone.localdate())
    return {
        "assessment": assessment, "cycle": cycle, "areas": areas, "late": late,
        "group": pages.group_name(terms.framework, assessment.group),
        "asked": sum(area.asked for area in areas),
        "answered": sum(area.answered for area in areas),
        "points": sum(area.points for area in areas),
        "maximum": sum(area.maximum for area in areas),
        "line": line_of(assessment, raw, terms, cycle, timezone.localdate()),
        "may_submit": access.may(request.user, "submit_assessments", assessment.unit_id),
        "is_open": _is_open(assessment),
        "may_fill": access.may(request.user, SEES, assessment.unit_id),
        "inquiries": assessment.inquiries.select_related("criterion", "asked_by"),
    }  # fmt: skip


def _is_open(assessment: Assessment) -> bool:
    return not assessment.is_submitted and assessment.cycle.state in {"open", "appraisal"}


def _area(assessment: Assessment, code: str) -> Criterion:
    found: Criterion = get_object_or_404(
        assessment.cycle.framework.criteria, level="area", code=code
    )
    return found


@require_safe
def assessment_area(request: Request, pk: int, code: str) -> HttpResponse:
    """One area: a small form for each criterion, saved while people type."""
    assessment = _visible(request, pk)
    area = _area(assessment, code)
    items = pages.items_of(assessment, area)
    for item in items:
        _prepare(request, assessment, item)
    areas = pages.areas_of(assessment)
    codes = [each.node.code for each in areas]
    place = codes.index(code) if code in codes else 0
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "area": area, "items": items,
        "before": areas[place - 1].node if place else None,
        "after": areas[place + 1].node if place + 1 < len(areas) else None,
        "colleagues": answers.colleagues_of(assessment)
        if access.may(request.user, SEES, assessment.unit_id) and _is_open(assessment) else [],
        "here": areas[place] if areas else None, "is_open": _is_open(assessment),
    }  # fmt: skip
    return render(request, "ranking/assessment_area.html", context)


def _prepare(request: Request, assessment: Assessment, item: pages.Item, data: Any = None) -> None:
    pages.bind(item, data)
    fills = access.may(request.user, SEES, assessment.unit_id)
    mine = item.answer is not None and item.answer.colleague_id == request.user.pk
    item.may_write = (fills or mine) and _is_open(assessment)


@require_POST
def answer_save(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Keep one answer: the fragment of that criterion for htmx, else back to its area."""
    assessment = _visible(request, pk)
    node = get_object_or_404(
        assessment.cycle.framework.criteria.select_related("area"), level="criterion",
        pk=criterion_pk,
    )  # fmt: skip
    item = pages.Item(node, assessment.answers.filter(criterion=node).first())
    _prepare(request, assessment, item, request.POST)
    assert item.form is not None
    context = {"assessment": assessment, "item": item, "is_open": True}
    if not item.form.is_valid():
        return _unsaved(request, context)
    done = item.form.cleaned_data
    if item.answer and item.answer.revision != (done["revision"] or 0):
        context["stale"] = answers.stale_words(item.answer)
        return _unsaved(request, context)
    saved = answers.save(
        assessment.pk,
        AnswerFacts(node.pk, done["revision"] or 0, done["given"], done["not_applicable"],
                    done["explanation"]),
        actor=request.user,
    )  # fmt: skip
    item.answer = saved.answer
    pages.bind(item)
    context["explained"] = explained(saved.scored.steps) if saved.scored else ""
    context["just_saved"] = True
    area = node.area or node
    return render_part(
        request, "ranking/_saved.html", context, back=f"{_area_url(assessment, area)}#c{node.pk}"
    )


def _unsaved(request: Request, context: dict[str, Any]) -> HttpResponse:
    """What is wrong, beside what was typed: the line alone for htmx, else the form on a page."""
    if wants_fragment(request):
        return render(request, "ranking/_saved.html", context, status=422)
    return render(request, "ranking/criterion_unsaved.html", context, status=422)


def _area_url(assessment: Assessment, area: Criterion) -> str:
    return reverse("ranking:assessment_area", args=[assessment.pk, area.code])


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Cite a document for one criterion; take away what was cited."""
    assessment = _visible(request, pk)
    access.require(request.user, SEES, assessment.unit_id)
    node = get_object_or_404(
        assessment.cycle.framework.criteria.select_related("area"), level="criterion",
        pk=criterion_pk,
    )  # fmt: skip
    data = request.POST if request.method == "POST" else None
    if data is not None and data.get("gone", "").isdecimal() and len(data["gone"]) < 19:
        evidence.take_away(
            assessment.pk, actor=request.user, evidence_id=int(data["gone"]), criterion_id=node.pk
        )
        messages.success(request, _("The evidence is taken away."))
        return redirect("ranking:evidence_add", pk, criterion_pk)
    form = DocumentForm(data)
    if data is not None and form.is_valid():
        evidence.cite(
            assessment.pk, DocumentFacts(**form.cleaned_data), actor=request.user,
            criterion_ids=[node.pk],
        )  # fmt: skip
        messages.success(request, _("The evidence is added."))
        return redirect(f"{_area_url(assessment, node.area or node)}#c{node.pk}")
    context = {
        "assessment": assessment, "node": node, "form": form,
        "item": pages.items_for(assessment, [node])[0], "is_open": _is_open(assessment),
    }  # fmt: skip
    status = 200 if data is None else 422
    return render(request, "ranking/evidence_add.html", context, status=status)


@require_POST
def criterion_give(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Ask a colleague to fill in one criterion; nobody chosen takes it back."""
    assessment = _visible(request, pk)
    node = get_object_or_404(
        assessment.cycle.framework.criteria.select_related("area"), level="criterion",
        pk=criterion_pk,
    )  # fmt: skip
    chosen = request.POST.get("colleague", "")
    answers.give_to(
        assessment.pk, node.pk, actor=request.user,
        colleague_id=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None,
    )  # fmt: skip
    messages.success(request, _("Done."))
    return redirect(f"{_area_url(assessment, node.area or node)}#c{node.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_submit(request: Request, pk: int) -> HttpResponse:
    """Check the answers, then sign: what is missing, what it comes to, what coming late costs."""
    assessment = _visible(request, pk)
    if request.method == "POST":
        submission.submit(
            assessment.pk, actor=request.user, with_gaps=bool(request.POST.get("with_gaps"))
        )
        messages.success(request, _("Submitted. The form is locked and carries the time."))
        return redirect("ranking:assessment_overview", pk=pk)
    if not access.may(request.user, SEES, assessment.unit_id):
        raise PermissionDenied(_("Only people of the unit review its form."))
    context = _overview(request, assessment)
    nodes = assessment.cycle.framework.criteria.filter(level="criterion")
    items = pages.items_for(
        assessment, asked_of(assessment.group, nodes.select_related("area").order_by("order"))
    )
    context |= {
        "items": items,
        "left": [item for item in items if not (item.answer and item.answer.is_complete)],
        "unproved": [
            item for item in items
            if item.node.evidence and not item.evidence and item.answer and item.answer.points
        ],
    }  # fmt: skip
    return render(request, "ranking/assessment_review.html", context)
