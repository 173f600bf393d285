"""`/xep-hang/doi-chieu/`: specialised departments confirm or correct figures of their field."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import refusals_in
from common.htmx import Request
from organizations import access
from ranking import rights
from ranking.forms.verifications import CorrectionForm, GivingForm, usual_due
from ranking.models import Cycle, Verification
from ranking.queries import verifications as pages
from ranking.services import verifications
from ranking.services.verifications import Seen
from ranking.views.parts import RUNS, SEES, council_year


@require_safe
def check_list(request: Request) -> HttpResponse:
    """The criteria that the person's units check, soonest first."""
    access.require_anywhere(request.user, SEES)
    tasks = pages.tasks_of(pages.mine(request.user))
    return render(request, "ranking/check_list.html", {"tasks": tasks})


def _given(request: Request, pk: int) -> Verification:
    rows = Verification.objects.visible_to(request.user, rights.FILL)
    found: Verification = get_object_or_404(
        rows.select_related("cycle", "criterion", "unit"), pk=pk
    )
    return found


@require_safe
def check_criterion(request: Request, pk: int) -> HttpResponse:
    """One criterion: every unit's declared figure beside the portal's and the department's."""
    found = _given(request, pk)
    lines = pages.lines_of(found, request.user)
    context = {
        "found": found, "lines": lines, "is_open": found.cycle.is_under_way,
        "equal": sum(line.equals_system and line.is_untouched for line in lines),
    }  # fmt: skip
    return render(request, "ranking/check_criterion.html", context)


@require_POST
def check_confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm the ticked ones, one of them, or all that equal the portal's figure."""
    found = _given(request, pk)
    if request.POST.get("act") == "equal":
        lines = pages.lines_of(found, request.user)
        rows = [
            Seen(line.assessment.pk, line.answer.revision)
            for line in lines
            if line.answer and line.equals_system and line.is_untouched
        ]
    else:
        sent = request.POST.getlist("seen") or request.POST.getlist(
            "picks"
        )  # its own button, ticks
        rows = [each for text in sent if (each := _seen(text))]
    done = verifications.confirm(found.pk, rows, actor=request.user)
    words = ngettext("%(n)s figure confirmed.", "%(n)s figures confirmed.", done.count)
    messages.success(request, words % {"n": done.count})
    if done.stale:
        messages.warning(
            request, _("%(n)s were changed meanwhile: look at them again.") % {"n": done.stale}
        )
    return redirect("ranking:check_criterion", pk=pk)


def _seen(text: str) -> Seen | None:
    """ "12-3": the form, and how often its answer had been saved."""
    form, _mark, revision = text.partition("-")
    good = all(each.isascii() and each.isdecimal() and len(each) < 10 for each in (form, revision))
    return Seen(int(form), int(revision)) if good else None


@require_http_methods(["GET", "HEAD", "POST"])
def check_correct(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Another figure than the unit's, with what it rests on."""
    found = _given(request, pk)
    lines = pages.lines_of(found, request.user)
    line = next((each for each in lines if each.assessment.pk == assessment_pk), None)
    if line is None or line.answer is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(found.criterion, data)
    if data is not None and form.is_valid():
        with refusals_in(form):
            verifications.correct(
                found.pk, assessment_pk, actor=request.user, given=form.cleaned_data["given"],
                note=form.cleaned_data["explanation"],
            )  # fmt: skip
            messages.success(request, _("The figure is entered."))
            return redirect("ranking:check_criterion", pk=pk)
    context = {"found": found, "line": line, "form": form}
    status = 200 if data is None else 422
    return render(request, "ranking/check_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_checks(request: Request, pk: int) -> HttpResponse:
    """The standing body says who checks what; it and the council see how far that is."""
    cycle = council_year(request, pk)
    manages = access.may(request.user, RUNS, cycle.owner_id)
    if request.method == "POST":
        access.require(request.user, RUNS, cycle.owner_id)
    form = _giving(request, cycle) if manages else None
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals_in(form):
            count = verifications.give(
                cycle.pk, form.units(), actor=request.user, due=form.cleaned_data["due"]
            )
            messages.success(request, _("%(n)s criteria are given to be checked.") % {"n": count})
            return redirect("ranking:cycle_checks", pk=pk)
    tasks = pages.tasks_of(cycle.verifications.all())
    context = {"cycle": cycle, "form": form, "tasks": tasks}
    status = 422 if request.method == "POST" else 200
    return render(request, "ranking/cycle_checks.html", context, status=status)


def _giving(request: Request, cycle: Cycle) -> GivingForm:
    units = access.units_visible_to(request.user, RUNS).filter(kind="agency", valid_to=None)
    nodes = list(cycle.framework.criteria.scored().in_force().order_by("order"))
    given = {each.criterion_id: each for each in cycle.verifications.all()}
    due = next((each.due for each in given.values()), usual_due(cycle))
    proposals = verifications.proposed(cycle, units)
    data = request.POST if request.method == "POST" else None
    return GivingForm(nodes, units.order_by("name"), given, proposals, data, initial={"due": due})
