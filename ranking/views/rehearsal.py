"""`/xep-hang/ky/<n>/dien-tap/`: in a demo, the day of a year is moved. Elsewhere there is none."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.htmx import Request
from organizations import access
from ranking.forms.rehearsal import DayForm
from ranking.models import Cycle
from ranking.queries.rehearsal import coming_days
from ranking.services import rehearsal
from ranking.views.parts import RUNS, SEES


def _run(request: Request, pk: int) -> Cycle:
    if not settings.GOVIT_DEMO:
        raise Http404
    found: Cycle = get_object_or_404(Cycle.objects.visible_to(request.user, SEES), pk=pk)
    access.require(request.user, RUNS, found.owner_id)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def day_rehearse(request: Request, pk: int) -> HttpResponse:
    """What comes next, and to which day the year goes."""
    cycle = _run(request, pk)
    form = DayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        rehearsal.rehearse(cycle.pk, actor=request.user, day=day)
        words = _("It is %(day)s in this year now. The worker does what is due on that day.")
        messages.success(request, words % {"day": f"{day:%d/%m/%Y}"})
        return redirect("ranking:day_rehearse", pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {"cycle": cycle, "form": form, "days": coming_days(cycle)}
    return render(request, "ranking/day_rehearse.html", context, status=status)


@require_POST
def rehearsal_end(request: Request, pk: int) -> HttpResponse:
    """Back to the real day."""
    rehearsal.end(_run(request, pk).pk, actor=request.user)
    messages.success(request, _("It is the real day in this year again."))
    return redirect("ranking:day_rehearse", pk=pk)
