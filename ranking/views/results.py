"""Provisional results, appeals, the decision and its publication in two persons' hands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import refusals_in
from common.htmx import Request
from organizations import access
from ranking import rights
from ranking.forms.appraisals import TextForm
from ranking.forms.publications import ApproveForm, StepForm, TryForm
from ranking.models import Cycle, Publication, PublicationState
from ranking.queries.appraisal import cases_of
from ranking.queries.improving import outlook_of, tried
from ranking.queries.published import newest_of
from ranking.queries.results import components, overclaims
from ranking.queries.sensitivity import STEP, firmness_of
from ranking.rules.standing import Standing
from ranking.services import appeals, appraisal, council, cycles, publication
from ranking.totals import Basis, Side, table_of
from ranking.views.parts import RUNS, council_year, released_form, whole_form
from ranking.views.public import annex_response, sheet_response
from ranking.views.self_assessment import overview_again


@require_safe
def assessment_result(request: Request, pk: int) -> HttpResponse:
    """A unit's own results beside what it claimed, with every reason; from the release on."""
    assessment = released_form(request, pk)
    cases = cases_of(assessment)
    line = next(
        line for unit, line in table_of(assessment.cycle, Side.DECIDED) if unit == assessment
    )
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "cases": cases, "line": line,
        "changed": [case for case in cases if case.change],
        "appealed": [case for case in cases if case.appeals],
        "outlook": outlook_of(assessment), "published": newest_of(assessment.cycle),
        "may_appeal": appeals.is_open(assessment.cycle)
        and rights.may(request.user, rights.SUBMIT, assessment),
    }  # fmt: skip
    return render(request, "ranking/assessment_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_outlook(request: Request, pk: int) -> HttpResponse:
    """What would bring the unit further: it tries points, nothing is stored."""
    assessment = whole_form(request, pk)
    outlook = outlook_of(assessment)
    data = request.POST if request.method == "POST" else None
    form = TryForm(data, items=outlook.items)
    is_tried = form.is_valid()
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "outlook": outlook, "form": form,
        "rows": [(item, form[form.name_of(item)]) for item in outlook.items],
        "chosen": {item.node.pk for item in outlook.chosen},
        "tried": tried(assessment, outlook, form.points) if is_tried else None,
    }  # fmt: skip
    status = 422 if form.is_bound and not is_tried else 200
    return render(request, "ranking/assessment_outlook.html", context, status=status)


@require_POST
def inquiry_reply(request: Request, pk: int, inquiry_pk: int) -> HttpResponse:
    assessment, form = whole_form(request, pk), TextForm(request.POST)
    found = get_object_or_404(assessment.inquiries, pk=inquiry_pk)
    if form.is_valid():
        with refusals_in(form):
            appraisal.reply(found.pk, actor=request.user, text=form.cleaned_data["text"])
            messages.success(request, _("The reply is sent."))
            return redirect("ranking:assessment_overview", pk=pk)
    return overview_again(request, assessment, {"replying": found.pk, "reply": form})


@require_safe
def cycle_results(request: Request, pk: int) -> HttpResponse:
    """The whole table as decided so far: totals, classes, ranks, ties, over-claims."""
    cycle = council_year(request, pk)
    return render(request, "ranking/cycle_results.html", _results(request, cycle))


def _results(request: Request, cycle: Cycle, **more: Any) -> dict[str, Any]:
    kept = rights.kept_from(request.user, cycle)
    basis = Basis.of(cycle, Side.DECIDED)
    whole = basis.table(without=kept)
    table = [(unit, Standing() if unit.pk in kept else line) for unit, line in whole]
    table.sort(key=lambda each: (each[0].group, each[1].rank or 10**6, each[0].unit_name))
    versions = cycle.publications.defer("snapshot")  # megabytes, of which the page shows nothing
    prepared = versions.filter(state=PublicationState.PREPARED).first()
    second = council.presides(cycle.pk, request.user)
    return {
        "cycle": cycle, "table": table, "kept": kept,
        "components": components(basis, whole, kept),
        "overclaims": overclaims(basis, kept), "prepared": prepared,
        "publications": versions.exclude(state=PublicationState.PREPARED),
        "is_correction": versions.filter(state=PublicationState.PUBLISHED).exists(),
        "may_manage": access.may(request.user, RUNS, cycle.owner_id),
        "may_approve": second and prepared and prepared.prepared_by_id != request.user.pk,
        "approve_form": ApproveForm(today=cycle.today), **more,
    }  # fmt: skip


@require_safe
def cycle_firmness(request: Request, pk: int) -> HttpResponse:
    """How firm the table is: ties, near ranks, verdicts that decide, criteria left out."""
    cycle = council_year(request, pk)
    form = StepForm(request.GET if "step" in request.GET else {"step": STEP})
    step = form.cleaned_data["step"] if form.is_valid() else STEP
    kept = rights.kept_from(request.user, cycle)
    context = {
        "cycle": cycle, "form": form, "kept": kept,
        "firmness": firmness_of(
            cycle, step, kept,
            with_swings="phan_quyet" in request.GET, with_drops="on_dinh" in request.GET,
        ),
    }  # fmt: skip
    return render(request, "ranking/cycle_firmness.html", context)


@require_POST
def publication_prepare(request: Request, pk: int) -> HttpResponse:
    cycle = council_year(request, pk)
    publication.prepare(cycle.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("Frozen. The chair or vice chair of the council approves it."))
    return redirect("ranking:cycle_results", pk=pk)


def _prepared(cycle: Cycle, publication_pk: int) -> Publication:
    found: Publication = get_object_or_404(cycle.publications, pk=publication_pk)
    return found


@require_safe
def publication_annex(request: Request, pk: int, publication_pk: int) -> HttpResponse:
    """The annex as it is frozen, for the council: what the second person approves."""
    return annex_response(_prepared(council_year(request, pk), publication_pk))


@require_safe
def publication_sheet(request: Request, pk: int, publication_pk: int) -> HttpResponse:
    return sheet_response(_prepared(council_year(request, pk), publication_pk))


@require_POST
def publication_approve(request: Request, pk: int, publication_pk: int) -> HttpResponse:
    cycle = council_year(request, pk)
    form = ApproveForm(request.POST, today=cycle.today)
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
    cycle = council_year(request, pk)
    found = _prepared(cycle, publication_pk)
    publication.drop(found.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("Not published; who prepared it is told the reason."))
    return redirect("ranking:cycle_results", pk=pk)


@require_POST
def publication_correct(request: Request, pk: int) -> HttpResponse:
    """Take a published year back into the council's hands; what is public stays public."""
    cycle = council_year(request, pk)
    cycles.correct(cycle.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("The year is open for a corrected version."))
    return redirect("ranking:cycle_results", pk=pk)
