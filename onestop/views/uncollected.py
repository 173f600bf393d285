"""`/ket-qua-chua-nhan/`: results that wait at the person's counters."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from onestop.forms.queue import SinceForm
from onestop.queries.uncollected import uncollected_of
from onestop.views.traces import note_found
from organizations import access
from organizations.rulesets import CLOCK, rules


@require_safe
def uncollected_list(request: Request) -> HttpResponse:
    """The longest waiting first, with the phone to call and whether a letter went out."""
    if not access.may(request.user, "return_results"):
        raise PermissionDenied(_("Your positions do not include returning results."))
    today, form = timezone.localdate(), SinceForm(request.GET)
    found = form.narrow(uncollected_of(request.user, today))
    page = paginate_keyset(found, request, order=("finished_at", "id"), size=50)
    note_found(request, page.rows)
    context = {"page": page, "days": rules(CLOCK, today).uncollected_days, "form": form}
    return render(request, "onestop/uncollected_list.html", context)
