"""`/xep-hang/ky/`: the standing body draws up a year, enrols units, seats the council, moves on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import refusals_in
from common.htmx import Request
from common.pages import paginate_keyset
from organizations import access
from ranking import rights
from ranking.forms.cycles import Choices, CycleForm, DayForm, SeatForm, UnitsForm
from ranking.forms.frameworks import ReasonForm
from ranking.models import NEXT, Cycle, CycleState, Framework
from ranking.queries.levels import year_before, years_above, years_below
from ranking.queries.progress import matrix_of
from ranking.rights import works_in
from ranking.services import council, cycles, figures, reminders, rolling, submission
from ranking.services.council import RemitFacts
from ranking.views.parts import RUNS, SEES, council_year, require_part


def _found(request: Request, pk: int) -> Cycle:
    rows = Cycle.objects.visible_to(request.user, SEES).select_related(
        "framework", "owner", "standing_unit", "parent"
    )
    found: Cycle = get_object_or_404(rows, pk=pk)
    return found


def _run(request: Request, pk: int) -> Cycle:
    """The year for who runs it: what is in it before the release is no one else's business."""
    cycle = _found(request, pk)
    access.require(request.user, RUNS, cycle.owner_id)
    return cycle


@require_safe
def cycle_list(request: Request) -> HttpResponse:
    require_part(request.user)
    rows = Cycle.objects.visible_to(request.user, SEES).select_related("owner", "framework")
    page = paginate_keyset(rows, request, order=("-year", "id"))
    context = {"page": page, "may_manage": access.may(request.user, RUNS)}
    return render(request, "ranking/cycle_list.html", context)


@require_safe
def cycle_detail(request: Request, pk: int) -> HttpResponse:
    """Dates, council, units; for who runs the year also what comes next."""
    cycle = _found(request, pk)
    return render(request, "ranking/cycle_detail.html", _detail(request, cycle))


def _detail(request: Request, cycle: Cycle, **forms: Any) -> dict[str, Any]:
    manages = access.may(request.user, RUNS, cycle.owner_id)
    steps = list(CycleState.values)
    moves = [
        {"to": state.value, "words": state.label, "faults": cycles.faults_before(cycle, state),
         "is_back": steps.index(state) < steps.index(cycle.state)}
        for state in CycleState
        if state in NEXT[cycle.state]
        and CycleState.PUBLISHED not in {state, cycle.state}  # by their own acts
    ]  # fmt: skip
    seats = cycle.seats.filter(left_on=None).select_related("person")
    return {
        "cycle": cycle, "may_manage": manages, "moves": moves if manages else [],
        "seats": seats.prefetch_related("remits__area"),
        "count": cycle.assessments.count(),
        "submitted": cycle.assessments.filter(
            submitted_at__isnull=False, reopened_at=None
        ).count(),
        "seat": (seat := council.seat_of(cycle.pk, request.user)),
        "below": years_below(cycle) if manages or seat else [],
        "seat_form": SeatForm(cycle) if manages else None, **forms,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_create(request: Request) -> HttpResponse:
    access.require_anywhere(request.user, RUNS)
    form = CycleForm(_choices(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = cycles.prepare(form.facts(), actor=request.user)
            words = _("The year is drawn up. Enrol the units and seat the council.")
            messages.success(request, words)
            return redirect("ranking:cycle_detail", pk=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "ranking/cycle_form.html", {"form": form}, status=status)


def _choices(request: Request) -> Choices:
    """Units on which the person runs rankings and that have units below them, and what he sees."""
    units = access.units_visible_to(request.user, RUNS).filter(valid_to=None)
    return Choices(
        framework=Framework.objects.visible_to(request.user, RUNS).filter(state="published"),
        owner=units.filter(kind__in=["province", "agency"]),
        standing_unit=units.filter(kind="agency"),
        parent=years_above(request.user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_edit(request: Request, pk: int) -> HttpResponse:
    cycle = _run(request, pk)
    initial = {name: getattr(cycle, name) for name in CycleForm.base_fields}
    data = request.POST if request.method == "POST" else None
    form = CycleForm(_choices(request), data, initial=initial, cycle=cycle)
    if data is not None and form.is_valid():
        with refusals_in(form):
            cycles.change(cycle.pk, form.facts(), actor=request.user)
            messages.success(request, _("The year is changed; the log keeps what it was."))
            return redirect("ranking:cycle_detail", pk=pk)
    status = 200 if data is None else 422
    return render(request, "ranking/cycle_form.html", {"form": form, "cycle": cycle}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_units(request: Request, pk: int) -> HttpResponse:
    """Which units are assessed, in which group, and which of them are ranked."""
    cycle = _run(request, pk)
    below = (
        access.units_visible_to(request.user, RUNS)
        .filter(path__startswith=cycle.owner.path)
        .filter(
            Q(kind__in=rolling.KINDS, valid_to=None)
            | Q(pk__in=cycle.assessments.values("unit"))  # also those that were closed since
        )
        .exclude(pk=cycle.owner_id)
    )
    data = request.POST if request.method == "POST" else None
    before = None if cycle.assessments.exists() else year_before(cycle)
    form = UnitsForm(cycle, list(below.order_by("kind", "name")), data, before=before)
    if data is not None and form.is_valid():
        with refusals_in(form):
            count = cycles.enrol(cycle.pk, form.facts(), actor=request.user)
            messages.success(request, _("%(n)s units are assessed.") % {"n": count})
            return redirect("ranking:cycle_detail", pk=pk)
    status = 200 if data is None else 422
    context = {"form": form, "cycle": cycle, "before": before if data is None else None}
    return render(request, "ranking/cycle_units.html", context, status=status)


@require_POST
def cycle_move(request: Request, pk: int) -> HttpResponse:
    cycle = _run(request, pk)
    cycles.move(
        cycle.pk, request.POST.get("to", ""), actor=request.user,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(request, _("The year is one step on."))
    return redirect("ranking:cycle_detail", pk=pk)


@require_POST
def cycle_measure(request: Request, pk: int) -> HttpResponse:
    """Count the automatic measures now: the cut-off is this moment."""
    count = figures.measure(_run(request, pk).pk, actor=request.user)
    messages.success(request, _("%(n)s figures are counted.") % {"n": count})
    return redirect("ranking:cycle_detail", pk=pk)


@require_POST
def seat_give(request: Request, pk: int) -> HttpResponse:
    """Seat a person: what he appraises is every chosen area of every chosen group."""
    cycle = _run(request, pk)
    form = SeatForm(cycle, request.POST)
    if form.is_valid():
        done = form.cleaned_data
        remits = [
            RemitFacts(int(area) if area else None, group)
            for area in done["areas"] or [""]
            for group in done["groups"] or [""]
        ]
        with refusals_in(form):
            made = council.seat(
                cycle.pk, actor=request.user, username=done["person"].strip(), part=done["part"],
                remits=remits if done["appraises"] else [],
            )  # fmt: skip
            messages.success(request, _("%(name)s has a seat.") % {"name": made.person.full_name})
            return redirect("ranking:cycle_detail", pk=pk)
    context = _detail(request, cycle, seat_form=form)
    return render(request, "ranking/cycle_detail.html", context, status=422)


@require_POST
def seat_end(request: Request, pk: int, seat_pk: int) -> HttpResponse:
    cycle = _run(request, pk)
    found = get_object_or_404(cycle.seats, pk=seat_pk)
    council.unseat(cycle.pk, actor=request.user, person_id=found.person_id)
    messages.success(request, _("The seat ended today; what the person decided stays."))
    return redirect("ranking:cycle_detail", pk=pk)


HEAP_WORDS = {
    "": gettext_lazy("All"), "chua-nop": gettext_lazy("Not submitted"),
    "cho-tham-dinh": gettext_lazy("To be appraised"), "xong": gettext_lazy("Appraised"),
}  # fmt: skip


@require_safe
def cycle_progress(request: Request, pk: int) -> HttpResponse:
    """Unit × area: how many criteria are answered and how many are decided."""
    cycle = council_year(request, pk)
    first = cycle.framework.criteria.scored().in_force().order_by("order").first()
    matrix, heap = matrix_of(cycle), request.GET.get("xem", "")
    context = {
        "cycle": cycle,
        "first": first,
        "matrix": matrix,
        "rows": matrix.heap(heap),
        "heaps": [
            {
                "words": words,
                "url": f"?xem={name}" if name else request.path,
                "current": heap == name,
                "count": len(matrix.heap(name)),
            }
            for name, words in HEAP_WORDS.items()
        ],
        "kept": rights.kept_from(request.user, cycle),
        "may_manage": access.may(request.user, RUNS, cycle.owner_id),
    }
    return render(request, "ranking/cycle_progress.html", context)


@require_POST
def unit_remind(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """Remind one unit that is behind; at most once a day."""
    row = get_object_or_404(_run(request, pk).assessments, pk=assessment_pk)
    reminders.remind_unit(row.pk, actor=request.user)
    messages.success(request, _("%(unit)s is reminded.") % {"unit": row.unit_name})
    return redirect("ranking:cycle_progress", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_day(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """The day that counts, entered with its proof; or the form opened again by the council."""
    cycle = council_year(request, pk)
    row = get_object_or_404(cycle.assessments.select_related("cycle", "unit"), pk=assessment_pk)
    manages = access.may(request.user, RUNS, cycle.owner_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DayForm(*sent, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            submission.enter_day(
                row.pk, actor=request.user, day=form.cleaned_data["day"],
                proof=form.cleaned_data["proof"],
                file_id=next(iter(form.cleaned_data["upload"]), None),
            )  # fmt: skip
            messages.success(request, _("The day is entered."))
            return redirect("ranking:cycle_progress", pk=pk)
    is_stranger = not works_in(request.user, row)
    presides = council.presides(cycle.pk, request.user) and is_stranger
    context = {
        "cycle": cycle, "assessment": row, "form": form, "reason_form": ReasonForm(),
        "may_enter": submission.takes_days(cycle)
        and (presides or (manages and is_stranger)), "presides": presides,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "ranking/assessment_day.html", context, status=status)


@require_POST
def assessment_reopen(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    cycle = _found(request, pk)
    row = get_object_or_404(cycle.assessments, pk=assessment_pk)
    submission.reopen(row.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("The form is open again for this unit alone."))
    return redirect("ranking:cycle_progress", pk=pk)


@require_POST
def assessment_close(request: Request, pk: int, assessment_pk: int) -> HttpResponse:
    """End a reopening that the unit does not use."""
    cycle = _found(request, pk)
    row = get_object_or_404(cycle.assessments, pk=assessment_pk)
    submission.close(row.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("The form is closed as it stands."))
    return redirect("ranking:cycle_progress", pk=pk)
