"""`/nhiem-vu/don-doc/`: overdue tasks are urged, several at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.forms import refusals_in
from common.htmx import Request
from directives.forms.urging import UrgeTogetherForm
from directives.queries import lists


@require_http_methods(["GET", "HEAD", "POST"])
def urge_page(request: Request) -> HttpResponse:
    if not lists.giving_units(request.user):
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    data = request.POST if request.method == "POST" else None
    form = UrgeTogetherForm(data, user=request.user, today=timezone.localdate())
    if form.is_valid():
        with refusals_in(form):
            count = form.perform()
            told = ngettext("%(count)s task was urged.", "%(count)s tasks were urged.", count)
            messages.success(request, told % {"count": count})
            return redirect("directives:task_list")
    status = 200 if data is None else 422
    return render(request, "directives/urge.html", {"form": form}, status=status)
