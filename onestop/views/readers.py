"""`/ho-so/<code>/ai-da-xem/`: the counter tells the applicant who opened his dossier."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.htmx import Request
from onestop.forms.readers import ReadersForm
from onestop.queries.readers import readers_of
from onestop.services.readers import tell_readers
from onestop.views.dossiers import visible_dossier
from organizations import access


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_readers(request: Request, code: str) -> HttpResponse:
    """Asked with a form; the answer to it is the list, to be read or printed."""
    dossier = visible_dossier(request, code)
    access.require(request.user, "receive_dossiers", dossier.receiving_unit_id)
    form = ReadersForm(request.POST if request.method == "POST" else None, dossier=dossier)
    context = {"dossier": dossier, "form": form, "now": timezone.now()}
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "onestop/readers_ask.html", context, status=status)
    rows = readers_of(dossier)
    tell_readers(dossier.pk, actor=request.user, asked_by=form.cleaned_data["asked_by"])
    return render(request, "onestop/readers.html", {**context, "rows": rows})
