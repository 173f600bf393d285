"""Provisional results, appeals, the decision and its publication in two persons' hands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from organizations import access
from ranking.forms.appraisals import TextForm
from ranking.forms.publications import ApproveForm
from ranking.models import Assessment, Cycle, Part, Publication, PublicationState
from ranking.queries.appraisal import cases_of
from ranking.queries.improving import to_next_class
from ranking.queries.results import neighbours, overclaims
from ranking.services import appeals, appraisal, council, cycles, publication
from ranking.totals import Side, Terms, table_of
from ranking.views.parts import RUNS, SEES


def _visible(request: Request, pk: int) -> Assessment:
    rows = Assessment.objects.visible_to(request.user, SEES)
    found: Assessment = get_object_or_404(
        rows.select_related("cycle__framework", "cycle__owner", "unit"), pk=pk
    )
    return found


@require_safe
def assessment_result(request: Request, pk: int) -> HttpResponse:
    """A unit's own results beside what it claimed, with every reason; from the release on."""
    assessment = _visible(request, pk)
    if not assessment.cycle.is_released:
        raise Http404
    cases = cases_of(assessment)
    line = next(
        line for unit, line in table_of(assessment.cycle, Side.DECIDED) if unit == assessment
    )
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "cases": cases, "line": line,
        "changed": [case for case in cases if case.change],
        "steps": to_next_class(assessment, cases, line, Terms.of(assessment.cycle)),
        "may_appeal": assessment.cycle.state == "provisional"
        and access.may(request.user, "submit_assessments", assessment.unit_id),
        "text_form": TextForm(),
    }  # fmt: skip
    return render(request, "ranking/assessment_result.html", context)


@require_POST
def appeal_file(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    assessment, form = _visible(request, pk), TextForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Write what the council should look at again, and why."))
    appeals.file_appeal(
        assessment.pk, actor=request.user, criterion_id=criterion_pk,
        text=form.cleaned_data["text"],
    )  # fmt: skip
    messages.success(request, _("The appeal is filed."))
    return redirect("ranking:assessment_result", pk=pk)


@require_POST
def inquiry_reply(request: Request, pk: int, inquiry_pk: int) -> HttpResponse:
    assessment, form = _visible(request, pk), TextForm(request.POST)
    found = get_object_or_404(assessment.inquiries, pk=inquiry_pk)
    if not form.is_valid():
        raise DomainError(_("Write the reply."))
    appraisal.reply(found.pk, actor=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("The reply is sent."))
    return redirect("ranking:assessment_overview", pk=pk)


def _council(request: Request, pk: int) -> Cycle:
    """The year for its council and who runs it."""
    cycle: Cycle = get_object_or_404(
        Cycle.objects.visible_to(request.user, SEES).select_related("framework", "owner"), pk=pk
    )
    if council.seat_of(cycle.pk, request.user) is None:
        access.require(request.user, RUNS, cycle.owner_id)
    return cycle


@require_safe
def cycle_results(request: Request, pk: int) -> HttpResponse:
    """The whole table as decided so far: totals, classes, ranks, ties, over-claims."""
    cycle = _council(request, pk)
    return render(request, "ranking/cycle_results.html", _results(request, cycle))


def _results(request: Request, cycle: Cycle, **more: Any) -> dict[str, Any]:
    table = table_of(cycle, Side.DECIDED)
    table.sort(key=lambda each: (each[0].group, each[1].rank or 10**6, each[0].unit_name))
    seat = council.seat_of(cycle.pk, request.user)
    prepared = cycle.publications.filter(state=PublicationState.PREPARED).first()
    second = seat is not None and seat.part in {Part.CHAIR, Part.VICE}
    return {
        "cycle": cycle, "table": table, "neighbours": neighbours(table, Terms.of(cycle)),
        "overclaims": overclaims(cycle), "prepared": prepared,
        "publications": cycle.publications.exclude(state=PublicationState.PREPARED),
        "may_manage": access.may(request.user, RUNS, cycle.owner_id),
        "may_approve": second and prepared and prepared.prepared_by_id != request.user.pk,
        "approve_form": ApproveForm(), **more,
    }  # fmt: skip


@require_POST
def publication_prepare(request: Request, pk: int) -> HttpResponse:
    cycle = _council(request, pk)
    publication.prepare(cycle.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("Frozen. The chair or vice chair of the council approves it."))
    return redirect("ranking:cycle_results", pk=pk)


def _prepared(cycle: Cycle, publication_pk: int) -> Publication:
    found: Publication = get_object_or_404(cycle.publications, pk=publication_pk)
    return found


@require_POST
def publication_approve(request: Request, pk: int, publication_pk: int) -> HttpResponse:
    cycle, form = _council(request, pk), ApproveForm(request.POST)
    found = _prepared(cycle, publication_pk)
    if not form.is_valid():
        context = _results(request, cycle, approve_form=form)
        return render(request, "ranking/cycle_results.html", context, status=422)
    publication.approve(
        found.pk, actor=request.user, decision_number=form.cleaned_data["decision_number"],
        decided_on=form.cleaned_data["decided_on"],
    )  # fmt: skip
    messages.success(request, _("Published."))
    return redirect("ranking:cycle_results", pk=pk)


@require_POST
def publication_drop(request: Request, pk: int, publication_pk: int) -> HttpResponse:
    cycle = _council(request, pk)
    found = _prepared(cycle, publication_pk)
    publication.drop(found.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("Not published; who prepared it reads the reason in the log."))
    return redirect("ranking:cycle_results", pk=pk)


@require_POST
def publication_correct(request: Request, pk: int) -> HttpResponse:
    """Take a published year back into the council's hands; what is public stays public."""
    cycle = _council(request, pk)
    cycles.correct(cycle.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("The year is open for a corrected version."))
    return redirect("ranking:cycle_results", pk=pk)
