"""`/xep-hang/so-lieu/`: a figure beside a unit's own, with the rows that it was counted from."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from directives.queries import lists
from files.responses import file_response
from ranking.exports import rows_csv
from ranking.measures import RowKind
from ranking.models import Assessment, Figure
from ranking.queries.measured import behind, may_look, rows_behind
from ranking.queries.sheets import TOLD
from ranking.views.parts import SEES, council_year, judges, sees_whole


def _figure(request: Request, pk: int, figure_pk: int) -> Figure:
    """Of a form that the person sees as a whole, or of a criterion that he was given of it; what
    departments and surveys found is told to the unit when the results are released."""
    forms = Assessment.objects.visible_to(request.user, SEES).select_related("cycle", "unit")
    form: Assessment = get_object_or_404(forms, pk=pk)
    rows = form.figures.select_related("criterion", "made_by", "unit", "file")
    found: Figure = get_object_or_404(rows, pk=figure_pk)
    found.assessment = form
    given = form.answers.filter(criterion=found.criterion_id, colleague=request.user.pk)
    if not sees_whole(request.user, form) and not given.exists():
        raise Http404
    is_told = found.source in TOLD or form.cycle.is_released
    if not is_told and not judges(request.user, form):
        raise Http404
    return found


@require_safe
def figure_detail(request: Request, pk: int, figure_pk: int) -> HttpResponse:
    """Definition, source, window and cut-off; the numbers by unit; the same count again now."""
    figure = _figure(request, pk, figure_pk)
    found = behind(figure)
    context = {
        "figure": figure, "assessment": figure.assessment, "cycle": figure.assessment.cycle,
        "behind": found,
        "sees_rows": found is not None and may_look(found, request.user),
        "rows_words": rows_words(found.measure.is_of) if found else "",
    }  # fmt: skip
    return render(request, "ranking/figure_detail.html", context)


def rows_words(is_of: RowKind) -> str:
    """What leads to the rows."""
    if is_of is RowKind.TASKS:
        return _("The tasks behind it that you may see")
    if is_of is RowKind.DOSSIERS:
        return _("The dossiers behind it that you may see")
    return _("The documents behind it that you may see")


@require_safe
def figure_rows(request: Request, pk: int, figure_pk: int) -> HttpResponse:
    """The numbers by unit as a file, as they were counted at the cut-off."""
    figure = _figure(request, pk, figure_pk)
    found = behind(figure)
    if found is None:
        raise Http404
    return rows_csv(figure, found)


@require_safe
def figure_file(request: Request, pk: int, figure_pk: int) -> FileResponse:
    """The minutes or the photo of a field survey."""
    figure = _figure(request, pk, figure_pk)
    if figure.file is None:
        raise Http404
    return file_response(figure.file, inline="xem" in request.GET)


@require_safe
def day_file(request: Request, pk: int, assessment_pk: int) -> FileResponse:
    """The scan that proves the day that counts, for the council and who runs the year."""
    cycle = council_year(request, pk)
    row = get_object_or_404(cycle.assessments.select_related("proof_file"), pk=assessment_pk)
    if row.proof_file is None:
        raise Http404
    return file_response(row.proof_file, inline="xem" in request.GET)


@require_safe
def figure_dossiers(request: Request, pk: int, figure_pk: int) -> HttpResponse:
    """The dossiers, documents or tasks behind it that the person may see: all, or those that
    count."""
    figure = _figure(request, pk, figure_pk)
    found = behind(figure)
    if found is None:
        raise Http404
    only_good = request.GET.get("phan") == "dat"
    rows = rows_behind(found, request.user, only_good=only_good)
    page = paginate_keyset(rows, request, order=("id",))
    context = {
        "figure": figure, "assessment": figure.assessment, "behind": found, "page": page,
        "only_good": only_good,
    }  # fmt: skip
    if found.measure.is_of is RowKind.DOSSIERS:
        return render(request, "ranking/figure_dossiers.html", context)
    if found.measure.is_of is RowKind.TASKS:
        lists.tell(page.rows, timezone.localdate())
        return render(request, "ranking/figure_tasks.html", context)
    context["is_incoming"] = found.measure.is_of is RowKind.INCOMING
    return render(request, "ranking/figure_documents.html", context)
