"""`/xep-hang/ky/<năm>/tham-dinh/`: own score, system's figure and decision side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from organizations import access
from ranking.forms.appraisals import AppealAnswerForm, FigureForm, TextForm, VerdictForm
from ranking.models import Assessment, Cycle
from ranking.queries.appraisal import Case, cases_of
from ranking.services import appeals, appraisal, council, figures
from ranking.services.appraisal import VerdictFacts
from ranking.services.council import remit_covers, works_in
from ranking.views.parts import RUNS, SEES


def _unit(request: Request, pk: int, assessment_pk: int) -> Assessment:
    """A unit's form for the council and who runs the year; for nobody else."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user, SEES), pk=pk)
    if council.seat_of(cycle.pk, request.user) is None:
        access.require(request.user, RUNS, cycle.owner_id)
    rows = cycle.assessments.select_related("unit", "cycle__framework")
    found: Assessment = get_object_or_404(rows, pk=assessment_pk)
    return found


@require_safe
def appraisal_unit(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Every criterion of one unit: claimed, counted by the system, decided."""
    assessment = _unit(request, pk, assessment_pk)
    cases = cases_of(assessment)
    seat = council.seat_of(pk, request.user)
    own = works_in(request.user, assessment.unit)
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "cases": cases, "is_own": own,
        "appraises": seat is not None and seat.remits.exists() and not own,
        "decided": sum(case.final is not None for case in cases),
        "differing": [case for case in cases if case.differs],
    }  # fmt: skip
    return render(request, "ranking/appraisal_unit.html", context)


def _case(assessment: Assessment, criterion_pk: int) -> Case:
    found = cases_of(assessment, criterion_pk)
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_decide(
    request: Request, pk: int, assessment_pk: int, criterion_pk: int
) -> HttpResponse:
    """One criterion side by side; "save and next" walks through the unit."""
    assessment = _unit(request, pk, assessment_pk)
    case = _case(assessment, criterion_pk)
    form = VerdictForm(case.item.node, _fresh(request, case), initial=_initial(case, assessment))
    if request.method == "POST" and _is_stale(request, case):
        form.add_error(None, STALE)
    if request.method == "POST" and form.is_valid():
        done = form.cleaned_data
        facts = VerdictFacts(
            case.item.node.pk, done["counts"], (done["newest"] or 0, done["revision"] or 0),
            done["given"], done["not_applicable"], done["explanation"],
        )  # fmt: skip
        appraisal.decide(assessment.pk, facts, actor=request.user)
        messages.success(request, _("Decided: %(code)s.") % {"code": case.item.node.code})
        after = _after(assessment, criterion_pk)
        if after is None:
            return redirect("ranking:appraisal_unit", pk=pk, assessment_pk=assessment_pk)
        return redirect("ranking:appraisal_decide", pk, assessment_pk, after)
    status = 422 if request.method == "POST" else 200
    context = _page(request, assessment, case, form)
    return render(request, "ranking/appraisal_decide.html", context, status=status)


STALE = gettext_lazy(
    "This criterion changed meanwhile. Compare with its state now, then decide again."
)


def _is_stale(request: Request, case: Case) -> bool:
    """Somebody decided, or the unit changed its answer, since the page was opened."""
    mark = f"{VerdictForm.mark}{case.item.node.pk}"
    sent = [request.POST.get(f"{mark}-{name}", "") for name in ("newest", "revision")]
    return sent != [str(number) for number in _seen(case)]


def _seen(case: Case) -> tuple[int, int]:
    return appraisal.seen_of(case.assessment_id, case.item.node.pk)


def _fresh(request: Request, case: Case) -> QueryDict | None:
    """What was sent, with what the page shows from now on: nothing that was typed is lost."""
    if request.method != "POST":
        return None
    data, mark = request.POST.copy(), f"{VerdictForm.mark}{case.item.node.pk}"
    data[f"{mark}-newest"], data[f"{mark}-revision"] = map(str, _seen(case))
    return data


def _initial(case: Case, assessment: Assessment) -> dict[str, Any]:
    newest, revision = appraisal.seen_of(assessment.pk, case.item.node.pk)
    answer = case.item.answer
    given = VerdictForm.initial_of(answer.input) if answer else {}
    return {**given, "newest": newest, "revision": revision, "counts": "own"}


def _page(
    request: Request, assessment: Assessment, case: Case, form: VerdictForm
) -> dict[str, Any]:
    seat = council.seat_of(assessment.cycle_id, request.user)
    node = case.item.node
    covers = remit_covers(seat, node.area_id or node.pk, assessment.group)
    return {
        "assessment": assessment, "cycle": assessment.cycle, "case": case, "form": form,
        "may_decide": covers and not works_in(request.user, assessment.unit),
        "figure_form": FigureForm(node), "text_form": TextForm(), "appeal_form": AppealAnswerForm(),
    }  # fmt: skip


def _after(assessment: Assessment, criterion_pk: int) -> int | None:
    """The next criterion of the unit that nobody decided yet."""
    cases = cases_of(assessment)
    place = next(n for n, case in enumerate(cases) if case.item.node.pk == criterion_pk)
    rest = [*cases[place + 1 :], *cases[:place]]
    return next((case.item.node.pk for case in rest if case.final is None), None)


@require_POST
def appraisal_accept(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Accept all that equals the system's figure."""
    assessment = _unit(request, pk, assessment_pk)
    count = appraisal.accept_equal(assessment.pk, actor=request.user)
    words = ngettext("%(n)s answer accepted.", "%(n)s answers accepted.", count) % {"n": count}
    messages.success(request, words if count else _("No answer equals the system's figure."))
    return redirect("ranking:appraisal_unit", pk=pk, assessment_pk=assessment_pk)


@require_POST
def figure_enter(request: Request, pk: int, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    """Cross-check: a department's confirmation or a field survey, beside the unit's own figure."""
    assessment = _unit(request, pk, assessment_pk)
    node = _case(assessment, criterion_pk).item.node
    form = FigureForm(node, request.POST)
    if not form.is_valid():
        raise DomainError(" ".join(str(each) for each in form.errors.values()))
    done = form.cleaned_data
    figures.enter(
        assessment.pk, actor=request.user, criterion_id=node.pk, source=done["source"],
        given=done["given"], note=done["explanation"],
    )  # fmt: skip
    messages.success(request, _("The figure is entered."))
    return redirect("ranking:appraisal_decide", pk, assessment_pk, criterion_pk)


@require_POST
def inquiry_ask(request: Request, pk: int, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    assessment, form = _unit(request, pk, assessment_pk), TextForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Write the question."))
    appraisal.ask(
        assessment.pk, actor=request.user, criterion_id=criterion_pk,
        text=form.cleaned_data["text"],
    )  # fmt: skip
    messages.success(request, _("The unit is asked."))
    return redirect("ranking:appraisal_decide", pk, assessment_pk, criterion_pk)


@require_POST
def appeal_answer(request: Request, pk: int, assessment_pk: int, appeal_pk: int) -> HttpResponse:
    assessment, form = _unit(request, pk, assessment_pk), AppealAnswerForm(request.POST)
    found = get_object_or_404(assessment.appeals, pk=appeal_pk)
    if not form.is_valid():
        raise DomainError(_("Choose the decision and write the answer to the unit."))
    appeals.answer_appeal(
        found.pk, actor=request.user, is_granted=form.cleaned_data["is_granted"],
        text=form.cleaned_data["text"],
    )  # fmt: skip
    messages.success(request, _("The appeal is answered."))
    return redirect("ranking:appraisal_decide", pk, assessment_pk, found.criterion_id)
