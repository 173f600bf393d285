"""/quan-tri/suc-khoe/: is everything in order, and what to do when it is not."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.htmx import Request
from common.pages import render_page
from organizations import access
from portal.queries import health as queries
from portal.services import health as services


@require_safe
def health(request: Request) -> HttpResponse:
    if not access.may(request.user, "view_health"):
        raise PermissionDenied(_("Only administrators see the health of the installation."))
    is_everywhere = access.units_where(request.user, "view_health").everywhere
    context = {
        "checks": queries.checks(),
        "parked": queries.parked_rows(),
        "mails": queries.failed_mails() if is_everywhere else [],  # of people of every agency
        "is_everywhere": is_everywhere,
    }
    return render_page(request, "portal/health.html", "portal/_health_checks.html", context)


@require_POST
def health_retry(request: Request) -> HttpResponse:
    count = services.retry_parked(actor=request.user)
    words = ngettext("%(n)s event is tried again.", "%(n)s events are tried again.", count)
    messages.success(request, words % {"n": count})
    return redirect("portal:health")
