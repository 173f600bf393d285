"""`/xep-hang/tu-danh-gia/`: a unit fills in its form, reviews it, and its head submits it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import refusals_in
from common.htmx import Request, wants_fragment
from common.pages import PaperResponse, paginate_keyset, render_part
from organizations.words import signing_words
from papers.views_orders import paper_or_order
from ranking import papers, rights
from ranking.forms.answers import told_answer
from ranking.models import Assessment
from ranking.queries import sheets as pages
from ranking.queries.measured import month_of
from ranking.queries.own_class import reach_of
from ranking.queries.sheets import Sheet
from ranking.queries.waiting import people_of
from ranking.rules.standing import timing
from ranking.services import answers, submission
from ranking.services.answers import AnswerFacts
from ranking.totals import Terms
from ranking.views.parts import SEES, is_open, place_of, scored_node, sees_whole, visible_form


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
    assessment = visible_form(request, pk)
    sheet = Sheet.of(assessment)
    if not sees_whole(request.user, assessment):
        return _mine(request, sheet)
    return render(request, "ranking/assessment_overview.html", _overview(request, sheet))


def overview_again(request: Request, assessment: Assessment, more: dict[str, Any]) -> HttpResponse:
    """The same page for a form on it that was refused, with what was typed."""
    rights.require(request.user, rights.FILL, assessment)
    context = _overview(request, Sheet.of(assessment)) | more
    return render(request, "ranking/assessment_overview.html", context, status=422)


def _mine(request: Request, sheet: Sheet) -> HttpResponse:
    """What a colleague was asked to fill in, and no more of the form."""
    given = sheet.given_to(request.user.pk)
    rows = [(node, sheet.answers[node.pk]) for node in sheet.asked if node.pk in given]
    context = {"assessment": sheet.assessment, "cycle": sheet.assessment.cycle, "rows": rows,
               "is_open": is_open(sheet.assessment)}  # fmt: skip
    return render(request, "ranking/assessment_mine.html", context)


def _overview(request: Request, sheet: Sheet) -> dict[str, Any]:
    assessment, areas = sheet.assessment, sheet.areas()
    terms, cycle = Terms.of(assessment.cycle), assessment.cycle
    return {
        "assessment": assessment, "cycle": cycle, "areas": areas, **_lateness(assessment, terms),
        "group": terms.framework.group_name(assessment.group),
        "asked": sum(area.asked for area in areas),
        "answered": sum(area.answered for area in areas),
        "points": sum(area.points for area in areas),
        "maximum": sum(area.maximum for area in areas),
        "line": sheet.line(terms, cycle.today),
        "reach": reach_of(sheet, terms, cycle.today),
        "may_submit": rights.may(request.user, rights.SUBMIT, assessment),
        "is_open": is_open(assessment),
        "may_fill": rights.may(request.user, rights.FILL, assessment),
        "month": month_of(assessment),
        "submissions": assessment.submissions.defer("paper").select_related("submitted_by")[:20],
        "inquiries": assessment.inquiries.select_related("criterion", "asked_by"),
    }  # fmt: skip


def _lateness(assessment: Assessment, terms: Terms) -> dict[str, Any]:
    """The rule of the year and what it does to a form that is submitted today. No query."""
    rule, cycle = terms.lateness_of(assessment.cycle), assessment.cycle
    late = timing(rule, assessment.counted_on or cycle.today)
    return {"lateness": rule, "late": late, "is_past_due": cycle.today > cycle.due}


@require_safe
def assessment_area(request: Request, pk: int, code: str) -> HttpResponse:
    """One area: a small form for each criterion, saved while people type."""
    assessment = visible_form(request, pk)
    sheet = Sheet.of(assessment)
    area = sheet.area(code)
    shown = None if sees_whole(request.user, assessment) else sheet.given_to(request.user.pk)
    nodes = [n for n in sheet.of_area(area) if shown is None or n.pk in shown] if area else []
    if area is None or (shown is not None and not nodes):
        raise Http404
    items = sheet.items(nodes)
    for item in items:
        _prepare(request, assessment, item)
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "area": area, "items": items,
        "may_give": rights.may(request.user, rights.FILL, assessment) and is_open(assessment),
        "is_open": is_open(assessment), **_lateness(assessment, Terms.of(assessment.cycle)),
        **(_around(sheet, code) if shown is None else {}),
    }  # fmt: skip
    return render(request, "ranking/assessment_area.html", context)


def _around(sheet: Sheet, code: str) -> dict[str, Any]:
    """The areas before and after, and how far this one is. No query."""
    areas = sheet.areas()
    codes = [each.node.code for each in areas]
    if code not in codes:
        return {}
    place = codes.index(code)
    return {
        "before": areas[place - 1].node if place else None,
        "after": areas[place + 1].node if place + 1 < len(areas) else None,
        "here": areas[place],
    }


def _prepare(request: Request, assessment: Assessment, item: pages.Item, data: Any = None) -> None:
    pages.bind(item, data)
    fills = rights.may(request.user, rights.FILL, assessment)
    mine = item.answer is not None and item.answer.colleague_id == request.user.pk
    item.may_write = (fills or mine) and is_open(assessment)


@require_POST
def answer_save(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Keep one answer: the fragment of that criterion for htmx, else back to its area."""
    assessment = visible_form(request, pk)
    node = scored_node(assessment, criterion_pk)
    item = pages.Item(node, assessment.answers.filter(criterion=node).first())
    if item.answer is None or item.answer.colleague_id != request.user.pk:
        rights.require(request.user, rights.FILL, assessment)
    _prepare(request, assessment, item, request.POST)
    assert item.form is not None
    context = {"assessment": assessment, "item": item, "is_open": True}
    if not item.form.is_valid():
        return _unsaved(request, context)
    done = item.form.cleaned_data
    facts = AnswerFacts(
        node.pk, done["revision"] or 0, done["given"], done["not_applicable"], done["explanation"]
    )
    if _is_stale(request, item, facts):
        assert item.answer is not None
        context["stale"] = answers.stale_words(item.answer)
        context["stored"] = told_answer(item.answer)
        return _unsaved(request, context)
    # the page that saves itself keeps what was typed and tells a refusal (409) beside it
    with nullcontext() if wants_fragment(request) else refusals_in(item.form):
        item.answer = answers.save(assessment.pk, facts, actor=request.user).answer
        pages.bind(item)
        context["just_saved"] = True
        return render_part(request, "ranking/_saved.html", context, back=place_of(assessment, node))
    return _unsaved(request, context)


def _is_stale(request: Request, item: pages.Item, facts: AnswerFacts) -> bool:
    """Somebody saved it since the page was read."""
    answer = item.answer
    if answer is None or answer.revision == facts.revision:
        return False
    return not answers.is_repeated(item.node, answer, facts, request.user)


def _unsaved(request: Request, context: dict[str, Any]) -> HttpResponse:
    """What is wrong, beside what was typed: the line alone for htmx, else the form on a page."""
    if wants_fragment(request):
        told = render(request, "ranking/_saved.html", context, status=422)
        if "stale" in context:
            told.headers["X-Reason"] = "stale"  # for what waits in the browser behind it
        return told
    context["item"].may_write = True  # the boxes, also when the form is locked: to copy from
    return render(request, "ranking/criterion_unsaved.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_submit(request: Request, pk: int) -> HttpResponse:
    """Check the answers, then sign: what is missing, what it comes to, what coming late costs."""
    assessment = visible_form(request, pk)
    if request.method == "POST":
        submission.submit(
            assessment.pk, actor=request.user, with_gaps=bool(request.POST.get("with_gaps"))
        )
        messages.success(request, _("Submitted. The form is locked and carries the time."))
        return redirect("ranking:assessment_overview", pk=pk)
    if not rights.may(request.user, rights.FILL, assessment):
        raise PermissionDenied(_("Only people of the unit review its form."))
    sheet = Sheet.of(assessment)
    items = sheet.items()
    context = _overview(request, sheet) | {
        "items": items, "digest": papers.digest_of(items),
        "doubted": [item for item in items if item.doubts], **_signer(request, assessment),
        "left": [item for item in items if not (item.answer and item.answer.is_complete)],
        "unproved": [
            item for item in items
            if item.node.evidence and not item.evidence and item.answer and item.answer.points
        ],
    }  # fmt: skip
    return render(request, "ranking/assessment_review.html", context)


def _signer(request: Request, assessment: Assessment) -> dict[str, Any]:
    """In what capacity the person would sign, and by what right."""
    if not rights.may(request.user, rights.SUBMIT, assessment):
        return {"heads": people_of(assessment.unit, rights.SUBMIT)}
    right = rights.require(request.user, rights.SUBMIT, assessment)
    return {"right": right, "capacity": signing_words(right.title)}


@require_POST
def assessment_offer(request: Request, pk: int) -> HttpResponse:
    """Send the form to the head, who signs it in person."""
    submission.offer(visible_form(request, pk).pk, actor=request.user)
    messages.success(request, _("The head is told and finds the form in “My work”."))
    return redirect("ranking:assessment_submit", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_print(request: Request, pk: int) -> HttpResponse:
    """The form for a wet signature; a long one is ordered (POST)."""
    assessment = visible_form(request, pk)
    if not sees_whole(request.user, assessment):
        raise Http404
    sheet = Sheet.of(assessment)
    name = f"phieu-danh-gia-{papers.number_of(assessment)}.pdf"
    is_long = len(sheet.asked) > papers.AT_ONCE
    data = papers.form_paper(sheet, request.user)
    return paper_or_order(request, "ranking/papers/form.html", data, name, is_long=is_long)


@require_http_methods(["GET", "HEAD", "POST"])
def submission_print(request: Request, pk: int, submission_pk: int) -> HttpResponse:
    """The form as it was signed then, also when it was changed since."""
    assessment = visible_form(request, pk)
    if not sees_whole(request.user, assessment):
        raise Http404
    kept = get_object_or_404(assessment.submissions, pk=submission_pk)
    name = f"phieu-danh-gia-{kept.paper['number']}-lan-{kept.pk}.pdf"
    is_long = kept.paper["asked"] > papers.AT_ONCE
    return paper_or_order(request, "ranking/papers/form.html", kept.paper, name, is_long=is_long)


@require_safe
def assessment_receipt(request: Request, pk: int) -> HttpResponse:
    """That the form came, when, and which day counts."""
    assessment = visible_form(request, pk)
    if not assessment.is_submitted or not sees_whole(request.user, assessment):
        raise Http404
    name = f"bien-nhan-{papers.number_of(assessment)}.pdf"
    return PaperResponse(
        "ranking/papers/receipt.html", papers.receipt_paper(Sheet.of(assessment)), name
    )
