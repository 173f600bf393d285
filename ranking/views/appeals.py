"""`/xep-hang/tu-danh-gia/<n>/kien-nghi/`: the head of a unit asks the council to look again."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.forms import refusals_in
from common.htmx import Request
from files.responses import file_response
from ranking import rights
from ranking.forms.appraisals import AppealForm
from ranking.queries.appraisal import cases_of, said_of
from ranking.services import appeals
from ranking.views.parts import released_form, whole_form


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_file(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """What the unit claimed and what was decided, and beside it what is asked for and why."""
    assessment = released_form(request, pk)
    rights.require(request.user, rights.SUBMIT, assessment)
    case = next(iter(cases_of(assessment, criterion_pk)), None)
    if case is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AppealForm(*sent, user=request.user)
    if form.is_valid():
        with refusals_in(form):
            appeals.file_appeal(
                assessment.pk, actor=request.user, criterion_id=criterion_pk,
                text=form.cleaned_data["text"],
                file_id=next(iter(form.cleaned_data["upload"]), None),
            )  # fmt: skip
            messages.success(request, _("The appeal is filed."))
            return redirect("ranking:assessment_result", pk=pk)
    context = {
        "assessment": assessment, "cycle": assessment.cycle, "case": case, "form": form,
        "declared": said_of(case.item.node, case.item.answer),
        "decided": said_of(case.item.node, case.final),
    }  # fmt: skip
    status = 422 if sent else 200
    return render(request, "ranking/appeal_file.html", context, status=status)


@require_safe
def appeal_document(request: Request, pk: int, appeal_pk: int) -> FileResponse:
    """What the unit sent along, for it and for the council."""
    found = get_object_or_404(whole_form(request, pk).appeals.select_related("file"), pk=appeal_pk)
    if found.file is None:
        raise Http404
    return file_response(found.file, inline="xem" in request.GET)
