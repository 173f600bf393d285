"""`/xep-hang/ky/<năm>/tham-dinh/`: own score, system's figure and decision side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import Form, refusals_in
from common.htmx import Request
from organizations.models import User
from ranking.forms.appraisals import AppealAnswerForm, FigureForm, TextForm, VerdictForm
from ranking.models import Assessment, Criterion
from ranking.queries.across import next_of
from ranking.queries.appraisal import Case, cases_of, said_of
from ranking.rights import works_in
from ranking.services import appeals, appraisal, council, figures
from ranking.services.council import remit_covers
from ranking.totals import asked_of
from ranking.views.parts import council_year


def _unit(request: Request, pk: int, assessment_pk: int) -> Assessment:
    """A unit's form for the council and who runs the year; for nobody else, and before the release
    for none who works in its agency."""
    cycle = council_year(request, pk)
    rows = cycle.assessments.select_related("unit", "cycle__framework")
    found: Assessment = get_object_or_404(rows, pk=assessment_pk)
    if not cycle.is_released:
        council.require_stranger(found, request.user)
    return found


PAGE = "ranking/appraisal_decide.html"
ASKING, ANSWERING = "ask-%s", "appeal-%s"  # ids of fields: both stand on that page


@require_safe
def appraisal_unit(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Every criterion of one unit: claimed, counted by the system, decided."""
    assessment = _unit(request, pk, assessment_pk)
    cases = cases_of(assessment)
    seat = council.seat_of(pk, request.user)
    own = works_in(request.user, assessment)
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "cases": cases, "is_own": own,
        "appraises": assessment.cycle.state == "appraisal"
        and seat is not None and seat.remits.exists() and not own,
        "decided": sum(case.final is not None for case in cases),
        "differing": [case for case in cases if case.differs],
    }  # fmt: skip
    return render(request, "ranking/appraisal_unit.html", context)


def _case(assessment: Assessment, criterion_pk: int) -> Case:
    found = cases_of(assessment, criterion_pk)
    if not found:
        raise Http404
    return found[0]


def _judged(
    request: Request, pk: int, assessment_pk: int, criterion_pk: int
) -> tuple[Assessment, Case]:
    """One criterion of a unit, for who appraises it: others are refused before they write."""
    assessment = _unit(request, pk, assessment_pk)
    case = _case(assessment, criterion_pk)
    council.require_appraiser(assessment, case.item.node, request.user)
    return assessment, case


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_decide(
    request: Request, pk: int, assessment_pk: int, criterion_pk: int
) -> HttpResponse:
    """One criterion side by side; "save and next" walks through the unit."""
    assessment = _unit(request, pk, assessment_pk)
    case = _case(assessment, criterion_pk)
    seen = appraisal.seen_of(assessment.pk, criterion_pk)
    data = request.POST.copy() if request.method == "POST" else None
    is_stale = data is not None and _brought_up_to_date(data, case, seen)
    form = _verdict_form(request.user, assessment, case, seen, data)
    if is_stale:
        form.add_error(None, STALE)
    if data is not None and form.is_valid():
        with refusals_in(form):
            appraisal.decide(assessment.pk, form.facts(), actor=request.user)
            messages.success(request, _("Decided: %(code)s.") % {"code": case.item.node.code})
            return _onward(request, assessment, case.item.node)
        case, form = _as_it_is_now(request, assessment, form)
    context = _page(request, assessment, case, form=form)
    return render(request, PAGE, context, status=200 if data is None else 422)


Seen = tuple[int, int, int]
SEEN = ("newest", "revision", "beside")  # by what the form says what the page showed
STALE = gettext_lazy(
    "This criterion changed meanwhile. Compare with its state now, then decide again."
)


def _brought_up_to_date(data: QueryDict, case: Case, seen: Seen) -> bool:
    """Whether somebody decided, the unit changed its answer or a figure came since the page was
    opened. What was sent goes on with the present state: nothing that was typed is lost."""
    names = [f"{VerdictForm.mark}{case.item.node.pk}-{name}" for name in SEEN]
    now = dict(zip(names, map(str, seen), strict=True))
    is_stale = any(data.get(name, "") != number for name, number in now.items())
    for name, number in now.items():
        data[name] = number
    return is_stale


def _as_it_is_now(
    request: Request, assessment: Assessment, refused: VerdictForm
) -> tuple[Case, VerdictForm]:
    """After a refusal under the lock: what somebody decided while the page was checked is shown,
    and the same verdict can be sent again."""
    case = _case(assessment, refused.criterion.pk)
    seen = appraisal.seen_of(assessment.pk, refused.criterion.pk)
    data = request.POST.copy()
    _brought_up_to_date(data, case, seen)
    form = _verdict_form(request.user, assessment, case, seen, data)
    for words in refused.non_field_errors():
        form.add_error(None, words)
    return case, form


def _verdict_form(
    user: User, assessment: Assessment, case: Case, seen: Seen, data: QueryDict | None = None
) -> VerdictForm:
    """Filled with what the person decided before, else with what the unit says; it offers what
    there is to be taken."""
    offered = case.offered(assessment)
    mine = next((each for each in case.verdicts if each.made_by_id == user.pk), None)
    initial: dict[str, Any] = {"counts": offered[0][0]}
    if mine:
        initial = {"counts": mine.choice, "explanation": mine.reason,
                   "not_applicable": mine.not_applicable and mine.input is None}  # fmt: skip
    if source := mine or case.item.answer:
        initial |= VerdictForm.initial_of(source.input)
    initial |= dict(zip(SEEN, seen, strict=True))
    return VerdictForm(case.item.node, data, initial=initial, offered=offered)


def _page(request: Request, assessment: Assessment, case: Case, **forms: Any) -> dict[str, Any]:
    """The page of one criterion; of its forms those that were sent, the others empty."""
    seat = council.seat_of(assessment.cycle_id, request.user)
    node = case.item.node
    covers = remit_covers(seat, node.area_id or node.pk, assessment.group)
    judges = covers and not works_in(request.user, assessment)
    return {
        "assessment": assessment, "cycle": assessment.cycle, "case": case,
        "form": forms.pop("form", None)
        or _verdict_form(
            request.user, assessment, case, appraisal.seen_of(assessment.pk, node.pk)
        ),
        "declared": said_of(node, case.item.answer),
        "figures": [(each, said_of(node, each)) for each in case.item.figures],
        "verdicts": [(each, said_of(node, each)) for each in [*case.verdicts, *case.older]],
        "judges": judges, "may_decide": judges and appraisal.may_decide(assessment, node),
        "figure_form": FigureForm(
            node, user=request.user, is_checked=bool(figures.checker_of(assessment, node))
        ),
        "text_form": TextForm(auto_id=ASKING), "appeal_form": AppealAnswerForm(auto_id=ANSWERING),
        **forms,
    }  # fmt: skip


def _again(request: Request, assessment: Assessment, case: Case, **sent: Form) -> HttpResponse:
    """The same page with the form that was refused as it was sent, and why."""
    context = _page(request, assessment, case, **sent)
    return render(request, PAGE, context, status=422)


def _onward(request: Request, assessment: Assessment, node: Criterion) -> HttpResponse:
    """On to what is decided next: of the unit, or of all units on the same criterion."""
    if request.GET.get("theo") == "tieu-chi":
        return _across(request, assessment, node)
    after = _after(assessment, node.pk)
    if after is None:
        return redirect("ranking:appraisal_unit", assessment.cycle_id, assessment.pk)
    return redirect("ranking:appraisal_decide", assessment.cycle_id, assessment.pk, after)


def _across(request: Request, assessment: Assessment, node: Criterion) -> HttpResponse:
    """On to the next unit on the same criterion, or back to the list of them."""
    after = next_of(assessment, node, request.user)
    if after is None:
        return redirect("ranking:appraisal_criterion", assessment.cycle_id, node.code)
    address = reverse("ranking:appraisal_decide", args=[assessment.cycle_id, after, node.pk])
    return redirect(f"{address}?theo=tieu-chi")


def _after(assessment: Assessment, criterion_pk: int) -> int | None:
    """The next criterion of the unit that nobody decided yet. Two queries."""
    final = assessment.verdicts.filter(is_final=True, superseded_at=None)
    nodes = assessment.cycle.framework.criteria.scored().in_force().order_by("order")
    known = set(final.values_list("criterion_id", flat=True)) - {criterion_pk}
    asked = [node.pk for node in asked_of(assessment.group, nodes)]
    place = asked.index(criterion_pk)
    rest = [*asked[place + 1 :], *asked[:place]]
    return next((pk for pk in rest if pk not in known), None)


NOTHING_EQUAL = gettext_lazy(
    "Nothing is left for you to accept at once: what equals the figures beside it is decided, "
    "by all or by you."
)


@require_POST
def appraisal_accept(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Accept all that equals the system's figure."""
    assessment = _unit(request, pk, assessment_pk)
    count = appraisal.accept_equal(assessment.pk, actor=request.user)
    words = ngettext("%(n)s answer accepted.", "%(n)s answers accepted.", count) % {"n": count}
    messages.success(request, words if count else NOTHING_EQUAL)
    return redirect("ranking:appraisal_unit", pk=pk, assessment_pk=assessment_pk)


@require_POST
def figure_enter(request: Request, pk: int, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    """Cross-check: a department's confirmation or a field survey, beside the unit's own figure."""
    assessment, case = _judged(request, pk, assessment_pk, criterion_pk)
    node = case.item.node
    form = FigureForm(
        node, request.POST, request.FILES, user=request.user,
        is_checked=bool(figures.checker_of(assessment, node)),
    )  # fmt: skip
    if form.is_valid():
        done = form.cleaned_data
        with refusals_in(form):
            figures.enter(
                assessment.pk, actor=request.user, criterion_id=node.pk, source=done["source"],
                given=done["given"], note=done["explanation"], found_on=done["found_on"],
                file_id=next(iter(done["upload"]), None),
            )  # fmt: skip
            messages.success(request, _("The figure is entered."))
            return redirect("ranking:appraisal_decide", pk, assessment_pk, criterion_pk)
    return _again(request, assessment, case, figure_form=form)


@require_POST
def inquiry_ask(request: Request, pk: int, assessment_pk: int, criterion_pk: int) -> HttpResponse:
    assessment, case = _judged(request, pk, assessment_pk, criterion_pk)
    form = TextForm(request.POST, auto_id=ASKING)
    if form.is_valid():
        with refusals_in(form):
            appraisal.ask(
                assessment.pk, actor=request.user, criterion_id=criterion_pk,
                text=form.cleaned_data["text"],
            )  # fmt: skip
            messages.success(request, _("The unit is asked."))
            return redirect("ranking:appraisal_decide", pk, assessment_pk, criterion_pk)
    return _again(request, assessment, case, text_form=form)


@require_POST
def appeal_answer(request: Request, pk: int, assessment_pk: int, appeal_pk: int) -> HttpResponse:
    found = get_object_or_404(_unit(request, pk, assessment_pk).appeals, pk=appeal_pk)
    assessment, case = _judged(request, pk, assessment_pk, found.criterion_id)
    form = AppealAnswerForm(request.POST, auto_id=ANSWERING)
    if form.is_valid():
        with refusals_in(form):
            appeals.answer_appeal(
                found.pk, actor=request.user, is_granted=form.cleaned_data["is_granted"],
                text=form.cleaned_data["text"],
            )  # fmt: skip
            messages.success(request, _("The appeal is answered."))
            return redirect("ranking:appraisal_decide", pk, assessment_pk, found.criterion_id)
    return _again(request, assessment, case, appeal_form=form)
